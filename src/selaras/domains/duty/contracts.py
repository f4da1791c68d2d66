"""Who is on duty, whom a page reaches and how: the frozen rows of duty that cross domains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, NamedTuple

from selaras.kernel.sentences import Sentence, say

# Where a message's link leads; it opens with a signed token and without signing in.
ACKNOWLEDGE_PATH = "duty/acknowledge/"

OPEN, ACKNOWLEDGED, RESOLVED, EXHAUSTED = "open", "acknowledged", "resolved", "exhausted"
WAITING, SENDING, SENT, FAILED, DOUBTFUL, DROPPED = "waiting", "sending", "sent", "failed", "doubtful", "dropped"
DRAFTED, HANDED, TAKEN = "drafted", "handed", "taken"
ASKED, ACCEPTED, DECLINED, WITHDRAWN = "asked", "accepted", "declined", "withdrawn"


class Every(StrEnum):
    """The unit a rotation turns by."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


class TargetKind(StrEnum):
    """Whom a step tells."""

    ROTA = "rota"
    PERSON = "person"
    TEAM_LEAD = "team_lead"


class ChannelKind(StrEnum):
    """The ways a message reaches a person."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    APPRISE = "apprise"
    PUSH = "push"


CHANNEL_WORDS: Mapping[ChannelKind, Sentence] = {
    ChannelKind.MAIL: say("Mail"),
    ChannelKind.WEBHOOK: say("Webhook"),
    ChannelKind.APPRISE: say("Messenger or SMS gateway (Apprise)"),
    ChannelKind.PUSH: say("Notification of a browser"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the week in which a layer holds, by the clock on the wall; `end` not after `start`: the next day."""

    days: frozenset[int]  # 0 is Monday
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns. The first hand-over is `starts_on` at `handover`, by the wall clock of the rota's zone."""

    participants: tuple[int, ...]
    every: Every
    length: int
    starts_on: date
    handover: time
    until: date | None = None  # it ends with the hand-over of this day
    hours: Hours | None = None
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a history keeps it."""
        hours = self.hours
        return {
            "name": self.name,
            "participants": list(self.participants),
            "every": self.every.value,
            "length": self.length,
            "starts_on": self.starts_on.isoformat(),
            "handover": self.handover.isoformat("minutes"),
            "until": self.until.isoformat() if self.until else None,
            "days": sorted(hours.days) if hours else [],
            "hours_from": hours.start.isoformat("minutes") if hours else None,
            "hours_until": hours.end.isoformat("minutes") if hours else None,
        }


@dataclass(frozen=True, slots=True)
class Cover:
    """For a while somebody else. Without `instead_of` whoever it is; without `person_id` that one is away."""

    starts_at: datetime
    ends_at: datetime
    person_id: int | None
    instead_of: int | None = None
    id: int = 0
    reason: str = ""
    person_name: str = ""
    instead_of_name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides who is on duty: a later layer wins over those before it, covers over all, in their order."""

    timezone: str
    layers: tuple[Layer, ...]
    covers: tuple[Cover, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's unbroken duty, and what gives it to them: a turn of a layer, or a cover."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    layer: int | None
    turn: int
    cover_id: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody is on duty."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Doubled:
    """A time in which somebody is on duty in two rotas."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    rotas: tuple[int, int]


@dataclass(frozen=True, slots=True)
class RotaRow:
    """A rota as lists and forms show it."""

    id: int
    slug: str
    name: str
    team_id: int | None
    team_name: str | None
    version: int
    plan: Plan
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who has a rota now and until they hand over to somebody else, and who is next."""

    rota: RotaRow
    now: Shift | None
    next: Shift | None
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class SwapRow:
    """Two people exchange a shift each, if the other accepts."""

    id: int
    rota_id: int
    rota_name: str
    asker_id: int
    asker_name: str
    other_id: int
    other_name: str
    asker_starts: datetime
    asker_ends: datetime
    other_starts: datetime
    other_ends: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a step tells: one of a rota, a person, the lead of a team."""

    kind: TargetKind
    id: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Tell the targets, then give them so many minutes to acknowledge before the next step."""

    minutes: int
    targets: tuple[Target, ...]

    def as_json(self) -> dict[str, Any]:
        """As a history keeps it."""
        return {"minutes": self.minutes, "targets": [{"kind": t.kind.value, "id": t.id} for t in self.targets]}


class PolicyName(NamedTuple):
    """An escalation policy as it is named elsewhere."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Steps in their order, gone through `repeats` times more if nobody acknowledges."""

    id: int
    slug: str
    name: str
    repeats: int
    version: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a target means at a moment; nobody, with the reason, if it means nobody then."""

    target: Target
    person_id: int | None
    person_name: str


@dataclass(frozen=True, slots=True)
class Telling:
    """When a step would come if nobody acknowledged, and whom it would tell."""

    at: datetime
    round: int
    step: int
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page; `fresh` is False if one for the same cause was open already and nobody was told anew."""

    id: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page as lists show it."""

    id: int
    state: str
    subject: str
    urgent: bool
    policy_name: str
    opened_at: datetime
    due_at: datetime | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    ended_at: datetime | None
    record_number: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message to one person by one channel."""

    id: int
    round: int
    step: int
    person_name: str
    channel_kind: ChannelKind
    channel_name: str
    state: str
    attempts: int
    answer: Sentence | None
    decided_at: datetime
    settled_at: datetime | None
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageEntryRow:
    """One thing that happened to a page."""

    at: datetime
    verb: str
    actor_name: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PageDetail:
    """A page with all its deliveries and its timeline."""

    page: PageRow
    body: str
    url: str
    cause: str
    policy_slug: str
    deliveries: tuple[DeliveryRow, ...]
    entries: tuple[PageEntryRow, ...]


@dataclass(frozen=True, slots=True)
class PagePage:
    """A page of a list of pages; give `next` as `after` to go on."""

    rows: tuple[PageRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A person's channel; its secret is never told, `hint` says enough to know it by."""

    id: int
    kind: ChannelKind
    name: str
    hint: str
    quiet_from: time | None
    quiet_until: time | None
    enabled: bool  # False: switched off, since its browser has ended the subscription


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel carries. `key` is the same each time one delivery is tried, so that a receiver can tell."""

    key: str
    subject: str
    body: str
    url: str = ""
    acknowledge_url: str = ""
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of sending: taken, or not; `again` says whether another try may help, `gone` that the channel is dead.
    `words` is the provider's own."""

    taken: bool
    words: Sentence
    again: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel just made; a webhook's signing secret is told this once."""

    id: int
    secret: str = ""


@dataclass(frozen=True, slots=True)
class FeedShift:
    """A shift as a calendar shows it."""

    rota_id: int
    rota_name: str
    person_name: str
    shift: Shift


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar address gives."""

    name: str
    language: str
    timezone: str
    own: bool
    shifts: tuple[FeedShift, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of a shift log: `note` is somebody's own words, other verbs are what happened."""

    id: int
    rota_slug: str
    rota_name: str
    at: datetime
    verb: str
    actor_name: str
    body: str
    data: Mapping[str, Any]
    page_id: int | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of a shift log; give `next` as `after` to go on."""

    rows: tuple[LogRow, ...]
    next: str | None


class FactKind(StrEnum):
    """What a handover tells of, in this order."""

    PAGE = "page"
    ALERT = "alert"
    INCIDENT = "incident"
    SILENCE = "silence"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the next shift should know, as it was when the draft was made."""

    kind: FactKind
    title: str
    detail: str = ""
    at: datetime | None = None  # when it runs out, ends or happened
    path: str = ""  # within Selaras

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        at = self.at.isoformat() if self.at else None
        return {"kind": self.kind.value, "title": self.title, "detail": self.detail, "at": at, "path": self.path}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Fact":
        """As it was kept."""
        at = datetime.fromisoformat(data["at"]) if data["at"] else None
        return cls(FactKind(data["kind"]), data["title"], data["detail"], at, data["path"])


@dataclass(frozen=True, slots=True)
class ShiftChange:
    """A hand-over time of a rota: who leaves since `starts_at`, and who comes (nobody: a gap) until `ends_at`."""

    rota_id: int
    rota_slug: str
    starts_at: datetime
    ends_at: datetime
    due_at: datetime
    outgoing_id: int
    outgoing_name: str
    incoming_id: int | None
    incoming_name: str


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """What one shift tells the next, and who signed when."""

    id: int
    rota_slug: str
    rota_name: str
    due_at: datetime
    outgoing_id: int
    outgoing_name: str
    incoming_id: int | None
    incoming_name: str
    state: str
    late: bool
    facts: tuple[Fact, ...]
    facts_at: datetime
    notes: str
    remark: str
    version: int
    handed_by_id: int | None
    handed_by: str
    handed_at: datetime | None
    taken_by: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """A page of the handovers of a rota, newest first."""

    rows: tuple[HandoverRow, ...]
    next: str | None
