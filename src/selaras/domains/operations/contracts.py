"""Runbooks and their runs: states, frozen rows that cross domains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from selaras.kernel.lifecycle import Offer
from selaras.kernel.sentences import Sentence, say

RUNNING, WAITING, DONE, FAILED = "running", "waiting", "done", "failed"
REFUSED, EXPIRED, CANCELLED = "refused", "expired", "cancelled"
OPEN_STATES = (RUNNING, WAITING)

# Of a step of a run; `done` and `failed` as above.
PENDING, DOING, DOUBTFUL, SKIPPED = "pending", "doing", "doubtful", "skipped"

KEPT = "••••••"
"""What stands for a value that is kept sealed; given back, it leaves that value as it is."""


class StepKind(StrEnum):
    """Who does a step: a person who reads it and ticks it off, or the worker by one HTTP request."""

    PERSON = "person"
    CALL = "call"


KIND_WORDS: dict[StepKind, Sentence] = {
    StepKind.PERSON: say("A person does it"),
    StepKind.CALL: say("Selaras calls an address"),
}

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as a runbook holds it. `url` and `body` may hold `{{ label }}` and `{{ secret.name }}`; the values of
    `headers` and `secrets` are never read back: outside they are KEPT. `step_id` names the step whose sealed values are
    meant (None: a new one)."""

    kind: StepKind
    title: str
    text: str = ""
    changes: bool = True
    method: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    expects_from: int = 200
    expects_to: int = 299
    seconds: int = 15
    retries: int = 0
    step_id: int | None = None

    def as_json(self) -> dict[str, object]:
        """As a history keeps it: of what is sealed, the names."""
        own = {name: getattr(self, name) for name in ("title", "text", "changes", "method", "url", "body")}
        numbers = {name: getattr(self, name) for name in ("expects_from", "expects_to", "seconds", "retries")}
        return {
            "kind": self.kind.value,
            **own,
            "headers": sorted(self.headers),
            "secrets": sorted(self.secrets),
            **numbers,
        }


@dataclass(frozen=True, slots=True)
class RunbookRow:
    """A runbook with its steps. `needs` are the labels that its addresses and bodies ask for."""

    id: int
    slug: str
    name: str
    purpose: str
    team_id: int
    team_name: str
    policy_id: int | None
    policy_name: str | None
    hourly: int
    patience: int
    enabled: bool
    version: int
    edited_by_id: int | None
    edited_by_name: str
    edited_at: datetime
    steps: tuple[StepRow, ...]
    needs: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether any of its steps changes something, so that somebody has to approve."""
        return any(step.changes for step in self.steps)


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run that was asked for. `fresh`: begun now, not before."""

    id: int
    state: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as lists show it."""

    id: int
    runbook_slug: str
    runbook_name: str
    state: str
    about: str
    alert_id: int | None
    record_number: str | None
    started_at: datetime
    started_by: str
    rule_name: str
    ended_at: datetime | None
    decide_by: datetime | None
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunStepRow:
    """A step of a run, filled in as it runs."""

    id: int
    position: int
    kind: StepKind
    state: str
    title: str
    text: str
    changes: bool
    method: str
    url: str
    header_names: tuple[str, ...]
    body: str
    attempts: int
    began_at: datetime | None
    ended_at: datetime | None
    status: int | None
    answer: str
    why: Sentence | None
    actor_name: str
    note: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class RunEntryRow:
    """One thing that happened to a run."""

    at: datetime
    verb: str
    actor_name: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run with its steps, what happened, and what the reader may do."""

    run: RunRow
    version: int
    steps: tuple[RunStepRow, ...]
    entries: tuple[RunEntryRow, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class RunPage:
    """A page of runs, newest first; `next` is the key to go on after, None at the end."""

    rows: tuple[RunRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a run is for: an alert in one of its episodes, an incident, or neither; and whose rule asked."""

    labels: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    alert_id: int | None = None
    episode: int | None = None
    record_id: int | None = None
    rule_name: str = ""
