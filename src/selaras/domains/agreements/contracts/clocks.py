"""Clocks: what ran, what paused, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from selaras.domains.agreements.contracts import Metric, ObligationOutcome
from selaras.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ClocksChanged:
    """What a change of a record's clocks leaves: when the record is next due, and what could not be done, in
    words.

    `due_at` is the earliest due time over the record's open clocks; None if none runs.
    """

    due_at: datetime | None
    clock_ids: tuple[int, ...] = ()
    reasons: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A stretch of time within a segment: whether it counts, and why."""

    began: datetime
    ended: datetime
    counted: bool
    why: Sentence
    holiday_id: str = ""
    holiday_en: str = ""


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment of a clock with what it counts and the rule behind that, in words."""

    began: datetime
    ended: datetime | None
    kind: str
    reason: Sentence
    counted: timedelta
    rule: Sentence
    spans: tuple[SpanRow, ...] = ()
    spans_left_out: int = 0

    @property
    def counted_minutes(self) -> int:
        """Whole minutes that count."""
        return self.counted // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as a record's page and lists show it, read at `at`."""

    id: int
    record_id: int
    organisation_id: int
    organisation_name: str
    metric: Metric
    round: int
    running: bool
    paused_reason: str | None  # in English; what is shown is worded from `paused_because`
    started_at: datetime
    stopped_at: datetime | None
    at: datetime
    due_at: datetime | None
    target_minutes: int | None
    used: timedelta
    remaining: timedelta | None
    breached: bool
    agreement_id: int | None
    agreement_number: str | None
    agreement_name: str | None
    calendar_name: str | None
    timezone: str | None
    paused_because: Sentence | None = None

    @property
    def remaining_seconds(self) -> float | None:
        """Counted seconds left; negative after a breach; None without a target."""
        return None if self.remaining is None else self.remaining.total_seconds()

    @property
    def used_share(self) -> float | None:
        """Used time as a share of the target."""
        return None if self.target_minutes is None else self.used / timedelta(minutes=self.target_minutes)


@dataclass(frozen=True, slots=True)
class Excuse:
    """Minutes that a customer's obligation cost; shown beside the clock, never taken off it."""

    at: datetime
    obligation_id: int
    text_id: str
    text_en: str
    outcome: ObligationOutcome
    minutes: int
    note: str


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """A clock that says why: its reading, every segment, the sentences of its rule, and what is excused."""

    clock: ClockRow
    segments: tuple[SegmentRow, ...]
    sentences: tuple[Sentence, ...]
    excuses: tuple[Excuse, ...] = ()

    @property
    def excused_minutes(self) -> int:
        """Minutes lost to the customer's late and failed obligations."""
        return sum(excuse.minutes for excuse in self.excuses)


@dataclass(frozen=True, slots=True)
class DueClock:
    """An open clock whose time is up."""

    id: int
    record_id: int
    metric: Metric
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """One target of an agreement against what really happened in a period; `excused` is shown apart."""

    agreement_id: int
    agreement_number: str
    metric: Metric
    priority: int | None
    target_minutes: int
    clocks: int
    met: int
    breached: int
    running: int
    used: timedelta
    over: timedelta
    longest: timedelta
    excused_minutes: int

    @property
    def share_met(self) -> float | None:
        """Kept promises among those decided (met or broken); None if none is."""
        decided = self.met + self.breached
        return None if decided == 0 else self.met / decided
