"""What the actions on clocks share: lock them, change their segments, derive their due times, note it on the
record.

Locks: first the record, then its clocks in order of id; whoever takes both takes them in this order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Min

from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.contracts.clocks import ClocksChanged
from selaras.domains.agreements.models import Clock, ClockSegment
from selaras.domains.agreements.queries.ledger import Ledger, load_ledgers, with_targets
from selaras.domains.agreements.segments import PAUSED, Segment
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions import cards
from selaras.domains.records.actions.entries import add_entry
from selaras.kernel.sentences import Sentence

WARNED, BREACHED = "warned", "breached"


def lock_record(record_id: int, *, by: Actor) -> None:
    """Lock the record. Clocks move with the record's own verbs, which ask their own permission; here: may one
    see it.

    Raises NotFound, also for another customer's record.
    """
    cards.lock(record_id, by=by, permission="records.view")


def lock(record_id: int, metrics: Collection[Metric] | None, *, by: Actor) -> list[Ledger]:
    """The record's clocks (of these metrics, or all) with the record, locked, oldest first."""
    lock_record(record_id, by=by)
    rows = with_targets(Clock.objects.filter(record_id=record_id))
    if metrics is not None:
        rows = rows.filter(metric__in=metrics)
    return load_ledgers(list(rows.select_for_update(of=("self",)).order_by("pk")))


def because(reason: str | Sentence) -> Sentence:
    """A reason as it is kept: a sentence to be worded at the edge, or what a person typed."""
    return reason if isinstance(reason, Sentence) else Sentence(reason[:500])


def store(ledger: Ledger, segments: tuple[Segment, ...]) -> Ledger:
    """Write the changed segments of a locked clock: those gone first, then changed ones, then new ones."""
    wanted = {segment.began: _row(ledger, segment) for segment in segments}
    rows = {row.began_at: row for row in ClockSegment.objects.filter(clock=ledger.clock)}
    gone = [row.pk for began, row in rows.items() if began not in wanted]
    if gone:
        ClockSegment.objects.filter(pk__in=gone).delete()
    for began, row in rows.items():
        new = wanted.pop(began, None)
        if new is not None and (row.ended_at, row.kind, row.reason) != (new.ended_at, new.kind, new.reason):
            row.ended_at, row.kind, row.reason = new.ended_at, new.kind, new.reason
            row.save(update_fields=["ended_at", "kind", "reason"])
    ClockSegment.objects.bulk_create(wanted.values())
    return Ledger(ledger.clock, segments, ledger.calendar, ledger.noticed)


def _row(ledger: Ledger, segment: Segment) -> ClockSegment:
    return ClockSegment(
        clock=ledger.clock,
        began_at=segment.began,
        ended_at=segment.ended,
        kind=segment.kind,
        reason=segment.reason.as_json() if segment.reason.text else {},
    )


def derive(ledgers: Iterable[Ledger], *, fields: Collection[str] = ()) -> None:
    """Derive the cached due and notice times of locked clocks and save them, with
    `fields` changed besides.
    """
    changed = []
    for ledger in ledgers:
        due_at, notice_at = derived(ledger)
        clock = ledger.clock
        if fields or (clock.due_at, clock.notice_at) != (due_at, notice_at):
            clock.due_at, clock.notice_at = due_at, notice_at
            changed.append(clock)
    Clock.objects.bulk_update(changed, ["due_at", "notice_at", *fields], batch_size=1000)


def derived(ledger: Ledger) -> tuple[datetime | None, datetime | None]:
    """(due_at, notice_at) from the segments: a stopped clock keeps its due time but gives no more notice."""
    last = ledger.segments[-1] if ledger.segments else None
    paused = last is not None and last.kind == PAUSED
    reading = ledger.reading(last.began if last is not None else ledger.clock.started_at)
    if reading is None:
        return None, None
    if ledger.clock.stopped_at is not None or BREACHED in ledger.noticed:
        return reading.due_at, None
    if WARNED not in ledger.noticed:
        return reading.due_at, reading.warn_at
    return reading.due_at, None if paused and not reading.breached else reading.due_at


def finish(
    record_id: int,
    ledgers: Collection[Ledger],
    *,
    by: Actor,
    verb: str,
    data: Mapping[str, Any],
    reasons: tuple[Sentence, ...] = (),
) -> ClocksChanged:
    """Note the change on the record's timeline (if a clock changed) and answer when the record is next due.

    The note is internal: the record may concern several customers, and each sees its own clocks only.
    """
    if ledgers:
        metrics = sorted({ledger.clock.metric for ledger in ledgers})
        add_entry(record_id, by=by, verb=verb, data={"metrics": metrics, **data}, public=False)
    return ClocksChanged(next_due(record_id), tuple(ledger.clock.pk for ledger in ledgers), reasons)


def next_due(record_id: int) -> datetime | None:
    """The earliest due time over the record's open clocks."""
    found: datetime | None = Clock.objects.filter(record_id=record_id, stopped_at=None).aggregate(at=Min("due_at"))[
        "at"
    ]
    return found


def each(ledgers: Iterable[Ledger], change: Callable[[Ledger], tuple[Segment, ...]]) -> list[Ledger]:
    """Apply a change of segments to each clock; those that it leaves as they are are not touched."""
    return [store(ledger, new) for ledger in ledgers if (new := change(ledger)) != ledger.segments]
