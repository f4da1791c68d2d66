"""Clocks with all that their reading is derived from, loaded in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from selaras.domains.agreements import rules
from selaras.domains.agreements.models import Clock, ClockNotice, ClockSegment, Target
from selaras.domains.agreements.queries.calendars import load_calendars
from selaras.domains.agreements.segments import NO_REASON, Reading, Segment, read
from selaras.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Ledger:
    """A clock, its segments, the target and calendar it is held against, and the notices already given."""

    clock: Clock
    segments: tuple[Segment, ...]
    calendar: rules.Calendar | None = None
    noticed: frozenset[str] = frozenset()

    @property
    def target(self) -> Target | None:
        """The promise; None if no agreement covers the record."""
        return self.clock.target

    def reading(self, at: datetime) -> Reading | None:
        """What the clock shows at `at`; None without a target."""
        if self.target is None or self.calendar is None:
            return None
        target = timedelta(minutes=self.target.minutes)
        return read(self.calendar, target, self.target.warn_percent / 100, self.segments, at)


# A calendar's hours are read by `load_calendars`, once however many clocks it has.
_OF_OTHERS = (
    "organisation__name",
    *(f"target__{name}" for name in ("metric", "priority", "minutes", "warn_percent", "calendar", "agreement")),
    *(f"target__agreement__{name}" for name in ("number", "name", "calendar")),
    *(f"target__{where}__{name}" for where in ("calendar", "agreement__calendar") for name in ("name", "timezone")),
)


def with_targets(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """The clocks with what readings and lists need of their customer, target, agreement and calendar, in one query."""
    joined = clocks.select_related("target__agreement__calendar", "target__calendar", "organisation")
    return joined.only(*(field.name for field in Clock._meta.concrete_fields), *_OF_OTHERS)


def calendar_id(target: Target) -> int:
    """The calendar a target is counted in: its own, else its agreement's."""
    return target.calendar_id or target.agreement.calendar_id


# Put together once: what a query asks for takes longer to work out than its answer to fetch.
_STRETCHES = ClockSegment.objects.order_by("clock_id", "began_at").values_list(
    "clock_id", "began_at", "ended_at", "kind", "reason"
)


def _reason(stored: Mapping[str, object]) -> Sentence:
    return Sentence.from_json(stored) if stored else NO_REASON


def load_ledgers(clocks: Sequence[Clock], *, notices: bool = True) -> list[Ledger]:
    """The ledgers of clocks that were read `with_targets`; three queries however many there are.

    `notices`: with those already given, which only actions ask for.
    """
    ids = [clock.pk for clock in clocks]
    segments: dict[int, list[Segment]] = defaultdict(list)
    for clock_id, began, ended, kind, reason in _STRETCHES.filter(clock__in=ids):
        segments[clock_id].append(Segment(began, ended, kind, _reason(reason)))
    noticed: dict[tuple[int, int], set[str]] = defaultdict(set)
    given = ClockNotice.objects.filter(clock__in=ids).values_list("clock_id", "target_id", "kind")
    for clock_id, target_id, kind in given if notices else ():
        noticed[clock_id, target_id].add(kind)
    calendars = load_calendars(calendar_id(clock.target) for clock in clocks if clock.target is not None)
    return [
        Ledger(
            clock=clock,
            segments=tuple(segments[clock.pk]),
            calendar=None if clock.target is None else calendars[calendar_id(clock.target)],
            noticed=frozenset(noticed[clock.pk, clock.target_id or 0]),
        )
        for clock in clocks
    ]
