"""Agreements and clocks: the frozen rows that cross domains."""

from dataclasses import dataclass
from datetime import date, datetime
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
