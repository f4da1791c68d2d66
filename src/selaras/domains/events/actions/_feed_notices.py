"""Take in what a stream says, in the transaction open on Django's connection: only what is news."""

import json
from collections.abc import Sequence

import psycopg
from django.db import connection

from selaras.domains.events.actions.feed import feed_post
from selaras.domains.events.contracts import FIRING, Observation, Post
from selaras.domains.events.queries.known_alerts import READ_KNOWN
from selaras.domains.events.reading.notice import Notice
from selaras.domains.events.reading.observing import Known, keys_of, observe
from selaras.domains.events.reading.words import Saying
from selaras.kernel import clock


def feed_notices(source_id: int, body: bytes, notices: Sequence[Notice], *, wire: str) -> None:
    """Take them in, and keep the body. What is known already is left out, and so is the end of what does not fire."""
    keys = [keys_of(source_id, notice) for notice in notices]
    known = _known({key for of_one in keys for key in of_one.values()})
    now = clock.now().timestamp()
    seen: list[Observation] = []
    for number, (notice, slots) in enumerate(zip(notices, keys, strict=True)):
        following = notices[number + 1] if number + 1 < len(notices) else None
        if _is_news(notice, following, slots, known):
            seen += observe(source_id, notice, slots, known, now)
    if seen or body:
        feed_post(Post(source_id, wire, body, seen))


def _is_news(notice: Notice, following: Notice | None, slots: dict[str, bytes], known: dict[bytes, Known]) -> bool:
    firing = [known[key] for key in slots.values() if key in known and known[key].firing]
    if notice.saying == Saying.RESOLVED:
        return bool(firing)
    if notice.saying == Saying.ACKNOWLEDGED:
        said = [json.loads(one.annotations) for one in firing]
        return any({**before, **notice.annotations} != before for before in said)
    own = known.get(slots[notice.level])
    if own is None or not own.firing:
        return True
    if following is not None and following.identity == notice.identity and following.saying == Saying.ACKNOWLEDGED:
        return False  # what was said by whoever acknowledged it stays
    return bool(json.loads(own.annotations) != notice.annotations)


def _known(keys: set[bytes]) -> dict[bytes, Known]:
    if not keys:
        return {}
    connection.ensure_connection()
    rows = psycopg.RawCursor(connection.connection).execute(READ_KNOWN, [[key.hex() for key in keys]]).fetchall()
    return {row[0].bytes: Known(row[1] == FIRING, *row[2:]) for row in rows}
