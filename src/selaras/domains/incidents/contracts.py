"""States, words and frozen rows of incidents."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from selaras.domains.agreements.contracts import Metric
from selaras.domains.records.contracts import EntryRow, RecordRow
from selaras.domains.services.contracts import ServiceRow
from selaras.kernel.lifecycle import Offer
from selaras.kernel.sentences import Sentence, say

REPORTED = "reported"
ASSIGNED = "assigned"
IN_PROGRESS = "in_progress"
WAITING = "waiting"
RESOLVED = "resolved"
CLOSED = "closed"
CANCELLED = "cancelled"
MERGED = "merged"
WORKED = (REPORTED, ASSIGNED, IN_PROGRESS, WAITING)
"""The states in which work is left."""


class WaitingFor(StrEnum):
    """Whom an incident waits for; each has its own clock rule (rules.PAUSES)."""

    REQUESTER = "requester"
    SUPPLIER = "supplier"
    CHANGE = "change"


WAITING_WORDS: dict[WaitingFor, Sentence] = {
    WaitingFor.REQUESTER: say("the requester"),
    WaitingFor.SUPPLIER: say("a supplier"),
    WaitingFor.CHANGE: say("a change"),
}


class Source(StrEnum):
    """How an incident came in."""

    PORTAL = "portal"
    PHONE = "phone"
    MAIL = "mail"
    CHAT = "chat"
    API = "api"
    EVENT = "event"
    IMPORT = "import"


class CauseState(StrEnum):
    """What monitoring says of the cause: never told, still there, or gone."""

    NONE = "none"
    ACTIVE = "active"
    CLEARED = "cleared"


LEVEL_WORDS: dict[int, Sentence] = {1: say("High"), 2: say("Medium"), 3: say("Low")}
"""Impact and urgency, 1 highest."""


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """An incident as its page shows it; `offers` are the moves for this actor, the likely one first.

    `parent` and `children` are those that this actor may know of.
    """

    card: RecordRow
    impact: int
    urgency: int
    source: Source
    waiting_for: WaitingFor | None
    waiting_reason: str
    cause: str
    solution: str
    resolved_at: datetime | None
    confirm_by: datetime | None
    cause_state: CauseState
    cause_cleared_at: datetime | None
    reopened: int
    major: bool
    escalated: bool  # to somebody, ever
    parent: str | None
    children: tuple[RecordRow, ...]
    merged_into: str | None
    item_ids: tuple[int, ...]
    model_id: int | None
    offers: tuple[Offer, ...]


class StepOutcome(StrEnum):
    """What became of a step."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class NewStep:
    """A prepared step, in both languages; a required one keeps its incident from being resolved while it is open."""

    text_id: str
    text_en: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """An incident model as it is written: what one of this kind is opened with, and its steps in order."""

    name_id: str
    name_en: str
    words: str = ""
    title: str = ""
    impact: int = 2
    urgency: int = 2
    service_id: int | None = None
    team_id: int | None = None
    active: bool = True
    steps: tuple[NewStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as lists show it; `draft` is all of it, to be written anew at `version`."""

    id: int
    name_id: str
    name_en: str
    version: int
    draft: ModelDraft
    service_name_id: str
    service_name_en: str
    team_name: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step on an incident, and who settled it how."""

    id: int
    text_id: str
    text_en: str
    required: bool
    outcome: StepOutcome
    note: str
    at: datetime | None
    by_name: str | None


class Moment(StrEnum):
    """When a clock gives a rule its occasion: what agreements announce of it."""

    WARNED = "warned"
    BREACHED = "breached"


MOMENT_WORDS: dict[Moment, Sentence] = {
    Moment.WARNED: say("when its time runs short"),
    Moment.BREACHED: say("when its time is over"),
}


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A team's turn at the end of a hand-over; `bounced`: it had this before."""

    from_team: str
    to_team: str
    at: datetime
    by_name: str
    reason: str
    bounced: bool


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """A question to somebody higher up, and how it was answered. By a rule: `moment` and `metric` say on what."""

    id: int
    number: str
    level: int
    to_id: int
    to_name: str
    by_name: str
    at: datetime
    reason: str
    decision: str
    metric: Metric | None
    moment: Moment | None
    answered_at: datetime | None
    answered_by: str
    answer: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of escalation; without a person it goes to the lead of the incident's team."""

    id: int
    priority: int
    metric: Metric
    moment: Moment
    to_id: int | None
    to_name: str | None


DECLARED, STOOD_DOWN, REVIEW_OWED, REVIEWED = "declared", "stood_down", "review_owed", "reviewed"


@dataclass(frozen=True, slots=True)
class ImprovementRow:
    """What is to be done after a major incident, by whom, until when."""

    id: int
    number: str
    text: str
    owner_id: int
    owner_name: str
    due: date
    done_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class MajorRow:
    """A major incident: its role set, what customers were promised, its review. `late`: the next update is overdue."""

    record_id: int
    number: str
    title: str
    state: str
    headline: str
    why: str
    manager_id: int
    manager_name: str
    technical_lead_id: int
    technical_lead_name: str
    communications_id: int
    communications_name: str
    declared_at: datetime
    next_update_at: datetime | None
    late: bool
    ended_at: datetime | None
    review_due_at: datetime | None
    review_overdue: bool
    happened: str
    well: str
    improve: str
    participants: str
    signed_at: datetime | None
    signed_by: str
    version: int
    improvements: tuple[ImprovementRow, ...] = ()
    sign_refused: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What a customer's people read of a major incident that hits them; `number` where they may open it."""

    headline: str
    since: datetime
    ended_at: datetime | None
    next_update_at: datetime | None
    late: bool
    services: tuple[ServiceRow, ...]
    updates: tuple[EntryRow, ...]
    number: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """What is disturbed now, and what was recently."""

    now: tuple[Disturbance, ...]
    recent: tuple[Disturbance, ...]
