"""Agreements and clocks: the frozen rows that cross domains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from selaras.kernel.sentences import Sentence, say

DRAFT, ACTIVE, EXPIRED = "draft", "active", "expired"


class AgreementKind(StrEnum):
    """With whom it is agreed."""

    SLA = "sla"  # a customer
    OLA = "ola"  # a team of our own
    UNDERPINNING = "uc"  # a supplier


class Metric(StrEnum):
    """What a target measures."""

    RESPOND = "respond"
    RESOLVE = "resolve"
    FULFIL = "fulfil"
    UPDATE = "update"
    AVAILABLE = "available"


class Owner(StrEnum):
    """Which side owes an obligation."""

    PROVIDER = "provider"
    CUSTOMER = "customer"


class ObligationOutcome(StrEnum):
    """How an obligation went."""

    MET = "met"
    LATE = "late"
    FAILED = "failed"


DAY_WORDS: dict[str, Sentence] = {
    "mon": say("Monday"),
    "tue": say("Tuesday"),
    "wed": say("Wednesday"),
    "thu": say("Thursday"),
    "fri": say("Friday"),
    "sat": say("Saturday"),
    "sun": say("Sunday"),
}

KIND_WORDS: dict[AgreementKind, Sentence] = {
    AgreementKind.SLA: say("Service level agreement"),
    AgreementKind.OLA: say("Operational level agreement"),
    AgreementKind.UNDERPINNING: say("Underpinning contract"),
}

METRIC_WORDS: dict[Metric, Sentence] = {
    Metric.RESPOND: say("Response"),
    Metric.RESOLVE: say("Resolution"),
    Metric.FULFIL: say("Fulfilment"),
    Metric.UPDATE: say("Update"),
    Metric.AVAILABLE: say("Availability"),
}

OUTCOME_WORDS: dict[ObligationOutcome, Sentence] = {
    ObligationOutcome.MET: say("Met"),
    ObligationOutcome.LATE: say("Met late"),
    ObligationOutcome.FAILED: say("Failed"),
}

OWNER_WORDS: dict[Owner, Sentence] = {Owner.PROVIDER: say("Provider"), Owner.CUSTOMER: say("Customer")}


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target as an agreement is drafted with it; `priority` None: at any."""

    metric: Metric
    priority: int | None
    minutes: int
    calendar_id: int | None = None
    warn_percent: int = 75


@dataclass(frozen=True, slots=True)
class NewObligation:
    """An obligation as an agreement is drafted with it."""

    owner: Owner
    text_id: str
    text_en: str


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
class CalendarRow:
    """A calendar as lists show it."""

    id: int
    slug: str
    name: str
    timezone: str
    week: Mapping[str, list[list[str]]]
    holidays: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A local date on which nothing counts."""

    date: date
    name_id: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DayCount:
    """What counts of one local day: its spans from midnight to midnight, and the time that counts of it."""

    date: date
    spans: tuple["SpanRow", ...]
    counted: timedelta


@dataclass(frozen=True, slots=True)
class TargetRow:
    """So many minutes for a metric at a priority (None: any), in which calendar."""

    id: int
    metric: Metric
    priority: int | None
    minutes: int
    warn_percent: int
    calendar_id: int
    calendar_name: str


@dataclass(frozen=True, slots=True)
class ObligationEventRow:
    """How an obligation went, once."""

    id: int
    at: datetime
    outcome: ObligationOutcome
    minutes_excused: int
    note: str
    record_number: str | None


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """What one side owes, and its newest events."""

    id: int
    owner: Owner
    text_id: str
    text_en: str
    events: tuple[ObligationEventRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CoveredService:
    """A service that an agreement covers."""

    id: int
    slug: str
    name_id: str
    name_en: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as lists show it."""

    id: int
    number: str
    name: str
    kind: AgreementKind
    state: str
    organisation_id: int
    organisation_name: str
    team_name: str | None
    supplier_name: str | None
    valid_from: date
    valid_until: date | None
    calendar_id: int
    calendar_name: str
    timezone: str
    team_id: int | None = None
    supplier_id: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class AgreementDetail:
    """An agreement with all it promises and what both sides owe."""

    row: AgreementRow
    services: tuple[CoveredService, ...]
    targets: tuple[TargetRow, ...]
    obligations: tuple[ObligationRow, ...]


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


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One link from a service to a customer: what uses it, what is promised, what is at stake, what time is
    left.
    """

    service_id: int
    service_slug: str
    service_name_id: str
    service_name_en: str
    depth: int | None  # steps from the nearest item asked for, where that was asked; 0 the customer's own use
    organisation_id: int
    organisation_name: str
    business_process: str
    criticality: int
    outcome_id: int | None
    outcome_name_id: str | None
    outcome_name_en: str | None
    agreement_id: int | None
    agreement_number: str | None
    agreement_name: str | None
    open_clocks: int
    next_due_at: datetime | None
    time_left: timedelta | None

    @property
    def minutes_left(self) -> int | None:
        """Whole counted minutes until the next open clock of this customer and service is due; negative if
        over.
        """
        return None if self.time_left is None else self.time_left // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChainItem:
    """A configuration item below a customer's service."""

    id: int
    slug: str
    name: str
    item_class: str
    depth: int


@dataclass(frozen=True, slots=True)
class CustomerChain:
    """The chain read backwards: a customer's uses, and for each service the items it stands on."""

    organisation_id: int
    uses: tuple[ChainRow, ...]
    items: Mapping[int, tuple[ChainItem, ...]] = field(default_factory=dict)  # by service id, nearest first
