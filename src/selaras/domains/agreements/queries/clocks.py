"""Clocks, read and explained. Customers read those of their own records; what is agreed with others is not
theirs.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from selaras.domains.agreements import rules
from selaras.domains.agreements.contracts import METRIC_WORDS, Metric, ObligationOutcome, Owner
from selaras.domains.agreements.contracts.clocks import (
    ClockExplanation,
    ClockRow,
    DueClock,
    Excuse,
    SegmentRow,
    SpanRow,
)
from selaras.domains.agreements.models import Clock, ObligationEvent
from selaras.domains.agreements.queries.ledger import Ledger, load_ledgers, with_targets
from selaras.domains.agreements.segments import PAUSED, RAN, Segment
from selaras.domains.people.contracts import Actor
from selaras.domains.records.queries import about_visible
from selaras.kernel import clock as kernel_clock
from selaras.kernel.errors import NotFound
from selaras.kernel.sentences import Sentence, say

MOST_SPANS = 60  # of one segment; a pause of a year must not make a page of a thousand lines
_MINUTE = timedelta(minutes=1)
# The condition of the index `clock_due`, to the letter.
_DUE = """
SELECT id, record_id, metric, due_at FROM agreements_clock
WHERE stopped_at IS NULL AND due_at IS NOT NULL AND due_at <= %s
ORDER BY due_at LIMIT %s
"""


def list_clocks(actor: Actor, record_id: int, *, at: datetime | None = None) -> list[ClockRow]:
    """The record's clocks in the order of their due times, read at `at` (default now)."""
    return list_clocks_of(actor, (record_id,), at=at).get(record_id, [])


def list_clocks_of(actor: Actor, record_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, list[ClockRow]]:
    """The clocks of many records by record, in a fixed number of queries."""
    rows = _readable(actor).filter(record__in=list(record_ids)).order_by("due_at", "pk")
    moment, found = at or kernel_clock.now(), dict[int, list[ClockRow]]()
    for ledger in load_ledgers(list(rows), notices=False):
        found.setdefault(ledger.clock.record_id, []).append(_row(ledger, moment))
    return found


def get_clock_explanation(actor: Actor, clock_id: int, *, at: datetime | None = None) -> ClockExplanation:
    """Why a clock shows what it shows: each segment, what of it counts, and the rule. Raises NotFound."""
    ledgers = load_ledgers(list(_readable(actor).filter(pk=clock_id)), notices=False)
    if not ledgers:
        raise NotFound(str(clock_id))
    ledger, moment = ledgers[0], at or kernel_clock.now()
    row = _row(ledger, moment)
    return ClockExplanation(
        clock=row,
        segments=tuple(_segment(ledger, segment, row.at) for segment in ledger.segments if segment.began <= row.at),
        sentences=_rule(row),
        excuses=_excuses(ledger.clock.record_id),
    )


def due_clocks(now: datetime, limit: int = 100) -> list[DueClock]:
    """Open clocks due by `now`, the longest overdue first: one range of one partial index, however many are open."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, limit])
        return [DueClock(pk, record, Metric(metric), due_at) for pk, record, metric, due_at in cursor.fetchall()]


def _readable(actor: Actor) -> QuerySet[Clock]:
    rows = with_targets(Clock.objects.filter(about_visible(actor)))
    if actor.organisation_ids is not None:
        rows = rows.filter(organisation__in=actor.organisation_ids)
    return rows


def _row(ledger: Ledger, now: datetime) -> ClockRow:
    clock, reading, target = ledger.clock, ledger.reading(now), ledger.target
    at = now if clock.stopped_at is None else min(now, clock.stopped_at)
    last = ledger.segments[-1] if ledger.segments else None
    paused = clock.stopped_at is None and last is not None and last.kind == PAUSED
    agreement = None if target is None else target.agreement
    calendar = None if target is None or agreement is None else target.calendar or agreement.calendar
    return ClockRow(
        id=clock.pk,
        record_id=clock.record_id,
        organisation_id=clock.organisation_id,
        organisation_name=clock.organisation.name,
        metric=Metric(clock.metric),
        round=clock.round,
        running=clock.stopped_at is None and not paused,
        paused_reason=str(last.reason) if paused and last is not None else None,
        paused_because=last.reason if paused and last is not None else None,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        at=at,
        due_at=None if reading is None else reading.due_at,
        target_minutes=None if target is None else target.minutes,
        used=timedelta() if reading is None else reading.used,
        remaining=None if reading is None else reading.remaining,
        breached=reading is not None and reading.breached,
        agreement_id=None if agreement is None else agreement.pk,
        agreement_number=None if agreement is None else agreement.number,
        agreement_name=None if agreement is None else agreement.name,
        calendar_name=None if calendar is None else calendar.name,
        timezone=None if calendar is None else calendar.timezone,
    )


def _segment(ledger: Ledger, segment: Segment, until: datetime) -> SegmentRow:
    ended = until if segment.ended is None else min(segment.ended, until)
    if segment.kind != RAN or ledger.calendar is None:
        return SegmentRow(
            segment.began,
            segment.ended,
            segment.kind,
            segment.reason,
            timedelta(),
            _why(segment, ledger.calendar),
        )
    spans = rules.explain(ledger.calendar, segment.began, ended)
    counted = sum((span.length for span in spans if span.counted), timedelta())
    shown = spans[-MOST_SPANS:]
    return SegmentRow(
        began=segment.began,
        ended=segment.ended,
        kind=segment.kind,
        reason=segment.reason,
        counted=counted,
        rule=_ran(counted, ended - segment.began),
        spans=tuple(_span(span) for span in shown),
        spans_left_out=len(spans) - len(shown),
    )


def _span(span: rules.Span) -> SpanRow:
    name = span.holiday or rules.HolidayName("", "")
    return SpanRow(span.began, span.ended, span.counted, span.sentence, name.id, name.en)


def _ran(counted: timedelta, length: timedelta) -> Sentence:
    if counted == length:
        return say("It ran, all of it within opening hours: %(counted)s minutes count.", counted=counted // _MINUTE)
    return say(
        "It ran for %(length)s minutes, of which %(counted)s lie within opening hours and count.",
        length=length // _MINUTE,
        counted=counted // _MINUTE,
    )


def _why(segment: Segment, calendar: rules.Calendar | None) -> Sentence:
    if segment.kind == RAN and calendar is None:
        return say("It ran, but no agreement says what counts.")
    if segment.reason.text:
        return say("Paused (%(reason)s): nothing counts.", reason=segment.reason)
    return say("Paused: nothing counts.")


def _rule(row: ClockRow) -> tuple[Sentence, ...]:
    """The clock in three sentences: what is promised, what is used, what follows."""
    if row.target_minutes is None or row.remaining is None:
        return (say("No agreement in force covers this record, so nothing is due."),)
    promise = say(
        "%(metric)s within %(minutes)s minutes of calendar “%(calendar)s” (%(zone)s), by agreement %(number)s.",
        metric=METRIC_WORDS[row.metric],
        minutes=row.target_minutes,
        calendar=row.calendar_name,
        zone=row.timezone,
        number=row.agreement_number,
    )
    used = say("%(used)s minutes are used.", used=row.used // _MINUTE)
    return promise, used, _what_follows(row, row.remaining)


def _what_follows(row: ClockRow, remaining: timedelta) -> Sentence:
    if row.stopped_at is not None:
        return say("It stopped too late.") if row.breached else say("It stopped in time.")
    if row.breached:
        return say("Its time is up; it is %(over)s counted minutes over.", over=-remaining // _MINUTE)
    if not row.running:
        return say(
            "It is paused with %(left)s minutes left; it is due when it runs again.",
            left=remaining // _MINUTE,
        )
    return say("%(left)s counted minutes are left.", left=remaining // _MINUTE)


def _excuses(record_id: int) -> tuple[Excuse, ...]:
    rows = ObligationEvent.objects.filter(record=record_id, obligation__owner=Owner.CUSTOMER, minutes_excused__gt=0)
    return tuple(
        Excuse(
            row.at,
            row.obligation_id,
            row.obligation.text_id,
            row.obligation.text_en,
            ObligationOutcome(row.outcome),
            row.minutes_excused,
            row.note,
        )
        for row in rows.select_related("obligation").order_by("at")
    )
