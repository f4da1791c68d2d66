"""Run what was asked to be replayed, one at a time a worker; if the worker dies, another one begins it anew."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.contracts.replaying import Replayed
from selaras.domains.events.models import Replay
from selaras.domains.events.queries.replaying import Progress, replay_rules
from selaras.domains.events.queries.replays import as_stored_result
from selaras.domains.events.rule_set import from_stored
from selaras.domains.people.contracts import system_actor
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence, say

DEAD = timedelta(seconds=60)  # without a word from whoever runs it


class _Dropped(Exception):
    """Somebody wants it no more."""


def run_next_replay() -> int:
    """Run one that waits; how many. For a loop that waits a second when it gives 0."""
    row = _claim()
    if row is None:
        return 0
    try:
        draft = [from_stored(stored) for stored in row.rules]
        _end(row, replay_rules(system_actor("replay"), draft, since=row.since, until=row.until, progress=_noting(row)))
    except _Dropped:
        pass
    except BadMatcher as bad:
        _end(row, None, say("A condition cannot be read: %(what)s.", what=str(bad)))
    return 1


@transaction.atomic
def _claim() -> Replay | None:
    now = clock.now()
    waits = Replay.objects.filter(Q(seen_at=None) | Q(seen_at__lt=now - DEAD), ended_at=None)
    row = waits.select_for_update(skip_locked=True).order_by("id").first()
    if row is not None:
        row.seen_at, row.looked_at, row.reached = now, 0, None
        row.save()
    return row


def _noting(row: Replay) -> Progress:
    """Writes how far it is."""

    def note(looked_at: int, reached: datetime) -> None:
        own = Replay.objects.filter(pk=row.pk, ended_at=None)
        if not own.update(seen_at=clock.now(), looked_at=looked_at, reached=reached):
            raise _Dropped

    return note


def _end(row: Replay, result: Replayed | None, trouble: Sentence | None = None) -> None:
    Replay.objects.filter(pk=row.pk, ended_at=None).update(
        ended_at=clock.now(),
        result=as_stored_result(result) if result else None,
        looked_at=result.looked_at if result else 0,
        trouble=trouble.as_json() if trouble else None,
    )
