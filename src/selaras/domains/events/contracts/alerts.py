"""Alerts as lists and pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from selaras.domains.events.contracts import AlertClass, ChangeReason, Condition
from selaras.domains.events.contracts.silences import SilenceRow
from selaras.domains.events.contracts.tracing import NOT_DECIDED, Told, TraceRow
from selaras.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class TellingGroup:
    """The alerts with which people are told of an alert: what they have in common, and when what waits is told."""

    id: int
    labels: Mapping[str, str]
    due_at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssessedRow:
    """What we made of an alert; `reason` words why it has that class."""

    alert_class: AlertClass
    reason: Sentence
    rule_name: str | None
    item_id: int | None
    item_slug: str | None
    item_name: str | None
    service_id: int | None
    record_id: int | None
    record_number: str | None
    changed_at: datetime
    silenced: bool = False
    acknowledged_by: str | None = None  # of this episode
    acknowledged_at: datetime | None = None
    shelved_until: datetime | None = None
    assigned_to: str | None = None
    assigned_team: str | None = None
    held: bool = False  # it fires, and what would follow waits for the end of what holds it back
    added: Mapping[str, str] = field(default_factory=dict)  # labels that rules and tables added to those it was sent
    flaps_until: datetime | None = None  # if it begins to fire no more often
    inhibitor_id: int | None = None  # the alert that holds it back
    window_id: int | None = None  # the maintenance window that holds it back
    group: TellingGroup | None = None
    waits: bool = False  # for its group


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as lists show it; `assessed` is None until it is assessed (a moment after it came)."""

    id: int
    fingerprint: str
    source_id: int
    source_name: str
    state: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    generator_url: str
    starts_at: datetime
    ends_at: datetime
    first_seen: datetime
    last_seen: datetime
    received: int
    episode: int
    assessed: AssessedRow | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return _name(self.labels)


@dataclass(frozen=True, slots=True)
class AlertOfRecord:
    """An alert as its incident shows it: what it is about, and how it stands."""

    id: int
    state: str
    labels: Mapping[str, str]
    source_id: int
    episode: int
    changed_at: datetime
    added: Mapping[str, str]  # labels that rules and tables added
    service_id: int | None
    item_id: int | None
    item_slug: str | None
    item_name: str | None

    @property
    def name(self) -> str:
        """What to call it."""
        return _name(self.labels)


def _name(labels: Mapping[str, str]) -> str:
    """Its alertname, else its labels."""
    return labels.get("alertname") or ", ".join(f"{k}={v}" for k, v in sorted(labels.items()))


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What a list of alerts shows; every field narrows it. `words` stand anywhere in the labels, in any case.

    `service_id` is that of the incident, where there is one; `since` when it changed last.
    """

    state: str | None = None
    alert_class: AlertClass | None = None
    source_id: int | None = None
    item_id: int | None = None
    silenced: bool | None = None
    acknowledged: bool | None = None
    shelved: bool | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()
    group_id: int | None = None  # told together
    rule_id: int | None = None
    service_id: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """A page of a list; `next` is an opaque key, None at the end. `looked_at`: the search stopped after so many."""

    rows: tuple[AlertRow, ...]
    next: str | None
    looked_at: int | None = None


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """Alerts that have a value in common; the value is empty where they have none. `key` is for the filter."""

    key: str
    value: str
    count: int
    exceptions: int
    warnings: int


@dataclass(frozen=True, slots=True)
class TrendRow:
    """How many alerts of a class began to fire, in steps of ten minutes, oldest first."""

    alert_class: AlertClass
    steps: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.steps)

    @property
    def heights(self) -> list[tuple[int, int]]:
        """Where each bar begins from above and how high it is, in tenths of the highest; none is lost from sight."""
        most = max(self.steps, default=0)
        tall = [-(-10 * n // most) if most else 0 for n in self.steps]
        return [(10 - high, high) for high in tall]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of an alert's state."""

    id: int
    at: datetime
    state: str
    episode: int
    reason: ChangeReason
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """How far assessment is behind intake: changes waiting, when the oldest came, and those set aside."""

    waiting: int
    oldest: datetime | None
    set_aside: int


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """A change that could not be assessed: kept, shown, and tried again on request."""

    id: int
    change_id: int
    alert_id: int
    error: str
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One firing of an alert, from its beginning: its changes and what was decided, in order."""

    number: int
    lines: tuple[ChangeRow | TraceRow, ...]


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """A thing that may be the cause of an incident, and what speaks for it; `kind` says item or service.

    `confirmed_by` is who said that it was (empty: nobody).
    """

    kind: str
    slug: str
    name_id: str
    name_en: str
    reasons: tuple[Sentence, ...]
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """An alert with its history and what was decided, newest first, and the silences that hold for it now."""

    alert: AlertRow
    changes: tuple[ChangeRow, ...]
    trace: tuple[TraceRow, ...] = ()
    silences: tuple[SilenceRow, ...] = ()
    episodes: tuple[EpisodeRow, ...] = ()
    told: Told = NOT_DECIDED
    clock_off: int = 0  # seconds its sender's clock is ahead; below 0, how long it was over when it came (skew.py)
