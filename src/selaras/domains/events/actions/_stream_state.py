"""What a stream says, taken in together with how the stream stands: one transaction each."""

from collections.abc import Collection, Sequence

import msgspec
from django.db import transaction

from selaras.domains.events.actions._feed_notices import feed_notices
from selaras.domains.events.models import Stream
from selaras.domains.events.reading.icinga import Thing, all_clear, standing
from selaras.domains.events.reading.notice import Notice
from selaras.domains.events.streaming.icinga import State
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence

WIRE = "icinga"


@transaction.atomic
def take_events(source_id: int, lines: Sequence[bytes], notices: Sequence[Notice]) -> None:
    """What came, in its order; the lines are kept as they came."""
    feed_notices(source_id, b"\n".join(lines), notices, wire=WIRE)
    Stream.objects.filter(source_id=source_id).update(heard_at=clock.now())


@transaction.atomic
def take_states(source_id: int, states: Sequence[State], things: Collection[Thing]) -> None:
    """How the objects stand; with those of the `things` that are not among them, nothing is wrong any more."""
    read = [standing(kind, attrs) for kind, attrs in states]
    notices = [notice for _, of_one in read for notice in of_one]
    for thing in sorted(set(things) - {thing for thing, _ in read}):
        notices += all_clear(thing)
    body = msgspec.json.encode([{"type": kind, "attrs": attrs} for kind, attrs in states]) if states else b""
    feed_notices(source_id, body, notices, wire=WIRE)


def note_connected(source_id: int) -> None:
    """It is, since now."""
    Stream.objects.filter(source_id=source_id).update(connected_at=clock.now(), tried_at=clock.now(), trouble=None)


def note_trouble(source_id: int, words: Sentence) -> None:
    """It is not, for this reason."""
    Stream.objects.filter(source_id=source_id).update(connected_at=None, tried_at=clock.now(), trouble=words.as_json())
