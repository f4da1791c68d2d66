"""Events and alerts: their words, the rows that cross domains, and what intake hands to the writer.

Nothing here imports Django: the intake process uses this module too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

import msgspec

from selaras.domains.services.contracts import ItemRow
from selaras.kernel.sentences import Sentence, say

FIRING = "firing"
RESOLVED = "resolved"

PENDING, ACTIVE, EXPIRED = "pending", "active", "expired"
"""States of a silence."""

SILENCE_WORDS = {ACTIVE: say("Active"), PENDING: say("Pending"), EXPIRED: say("Expired")}

CHANNEL = "selaras_events"
"""PostgreSQL notification channel; payload `accepted` (intake changed alerts), `assessed` (their class is known) or
`silenced` (a silence was made, changed or ended)."""


_FNV_OFFSET, _FNV_PRIME, _64 = 14695981039346656037, 1099511628211, (1 << 64) - 1


LOG_LOCK = (0x53454C41, 1)
"""The advisory lock that a writer of changes holds, shared, from before its first one until its transaction ends."""


class BadMatcher(ValueError):
    """A label matcher that cannot be read; its text says why."""


class BadSilence(ValueError):
    """A silence that cannot be: the field at fault, and why in Alertmanager's words."""

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.field, self.sentence = field, sentence


_in_order = msgspec.msgpack.Encoder(order="sorted").encode


def alert_key(source_id: int, labels: Mapping[str, str]) -> bytes:
    """The 16 bytes that name an alert: blake2b of its source and of its labels as msgpack, sorted by name.

    Stored, so never to change; msgpack has one way only to write a map of strings in a given order.
    """
    return blake2b(b"%d " % source_id + _in_order(labels), digest_size=16).digest()


def fingerprint(labels: Mapping[str, str]) -> str:
    """Alertmanager's name of a label set: FNV-1a, 64 bits, over sorted names and values, each ended by 0xFF; hex."""
    digest = _FNV_OFFSET
    for name, value in sorted(labels.items()):
        for byte in b"%b\xff%b\xff" % (name.encode(), value.encode()):
            digest = ((digest ^ byte) * _FNV_PRIME) & _64
    return f"{digest:016x}"


class AlertClass(StrEnum):
    """What an alert means for us, apart from the severity its sender gave it."""

    INFORMATIONAL = "informational"
    WARNING = "warning"
    EXCEPTION = "exception"


CLASS_WORDS: dict[AlertClass, Sentence] = {
    AlertClass.INFORMATIONAL: say("Informational"),
    AlertClass.WARNING: say("Warning"),
    AlertClass.EXCEPTION: say("Exception"),
}


class ChangeReason(StrEnum):
    """Why an alert changed its state."""

    SENT = "sent"  # its source said so
    EXPIRED = "expired"  # its source fell silent until the end time it had given


class RefusalReason(StrEnum):
    """Why intake turned away what came."""

    NO_CREDENTIALS = "no_credentials"
    UNKNOWN_CREDENTIALS = "unknown_credentials"
    UNREADABLE = "unreadable"
    OVERLOADED = "overloaded"


REFUSAL_WORDS: dict[RefusalReason, Sentence] = {
    RefusalReason.NO_CREDENTIALS: say("No token, and from no known address"),
    RefusalReason.UNKNOWN_CREDENTIALS: say("A token that is not known"),
    RefusalReason.UNREADABLE: say("Cut short, or in no known form"),
    RefusalReason.OVERLOADED: say("Dropped: too much waited to be stored"),
}


class SnmpAuthentication(StrEnum):
    """How a user of SNMP version 3 signs."""

    SHA = "SHA"
    SHA224 = "SHA-224"
    SHA256 = "SHA-256"
    SHA384 = "SHA-384"
    SHA512 = "SHA-512"
    MD5 = "MD5"


class SnmpPrivacy(StrEnum):
    """How a user of SNMP version 3 encrypts."""

    AES = "AES"
    DES = "DES"


class Observation(msgspec.Struct, gc=False):
    """What one alert in one post says. Times are seconds since 1970 (UTC); `key` is that of `alert_key`.

    `labels` and `annotations` are JSON objects of strings, as text: PostgreSQL parses them, we need not.
    `timed_out` says that `ends` was not given but follows from the resolve timeout.
    """

    key: bytes
    source_id: int
    starts: float
    ends: float
    timed_out: bool
    url: str
    annotations: str
    labels: str
    count: int = 1


class Post(msgspec.Struct, gc=False):
    """One accepted request body: what it says, and the body itself, kept as it came."""

    source_id: int
    wire: str
    body: bytes
    observations: list[Observation]


class StoredPost(msgspec.Struct, array_like=True, gc=False):
    """A post as it lies in a raw batch."""

    source_id: int
    wire: str
    body: bytes


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
        """What to call it: its alertname, else its labels."""
        return self.labels.get("alertname") or ", ".join(f"{k}={v}" for k, v in sorted(self.labels.items()))


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule asks of a label: `=`, `!=`, `=~`, `!~` (anchored, RE2). A missing label equals ""."""

    label: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What a list of alerts shows; every field narrows it. `words` stand anywhere in the labels, in any case."""

    state: str | None = None
    alert_class: AlertClass | None = None
    source_id: int | None = None
    item_id: int | None = None
    record_id: int | None = None
    silenced: bool | None = None
    acknowledged: bool | None = None
    shelved: bool | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()


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
class SourceRow:
    """Where events come from."""

    id: int
    name: str
    organisation_id: int | None
    networks: tuple[str, ...]
    has_token: bool
    enabled: bool
    version: int = 1


@dataclass(frozen=True, slots=True)
class SourceLife:
    """A source with what it sent lately: alerts that fire now, and when it was last heard (None: never)."""

    source: SourceRow
    organisation_name: str | None
    firing: int
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source that was just made, with its token, told once."""

    id: int
    token: str | None


@dataclass(frozen=True, slots=True)
class SnmpUserRow:
    """A user of SNMP version 3 of a source; its passphrases are shown to nobody."""

    id: int
    name: str
    authentication: SnmpAuthentication
    privacy: SnmpPrivacy | None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Requests turned away, counted by address and reason; `hour` is the last in which there was one."""

    hour: datetime
    address: str
    reason: RefusalReason
    count: int


@dataclass(frozen=True, slots=True)
class SilenceDraft:
    """What a silence is to say; times are aware."""

    matchers: tuple[Condition, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A silence of the alerts of one organisation's sources (None: of those that belong to no customer)."""

    id: str
    organisation_id: int | None
    matchers: tuple[Condition, ...]
    starts_at: datetime
    ends_at: datetime
    updated_at: datetime
    created_by: str
    comment: str

    def state_at(self, now: datetime) -> str:
        """Its state by its times, which are what counts; the state that is stored follows within a second."""
        if now < self.starts_at:
            return PENDING
        return ACTIVE if now < self.ends_at else EXPIRED


class WindowKind(StrEnum):
    """What says when a maintenance window is open."""

    RECURRING = "recurring"  # its own start, length and rule
    WITHIN = "within"  # the hours of its calendar
    OUTSIDE = "outside"  # all but the hours of its calendar


WINDOW_WORDS: dict[WindowKind, Sentence] = {
    WindowKind.RECURRING: say("At times of its own"),
    WindowKind.WITHIN: say("Within the calendar's hours"),
    WindowKind.OUTSIDE: say("Outside the calendar's hours"),
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Once that a maintenance window is open; aware, UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """What a maintenance window is to say. `starts` is a time on the wall of the calendar's zone, without a zone.

    `rrule` as RFC 5545 has it, empty: once. An alert falls under it if all the matchers hold (if there are any) and it
    is about one of the ends (if there are any): slugs such as `item:toko-db-1`, `service:toko`.
    """

    name: str
    calendar_id: int
    kind: WindowKind = WindowKind.RECURRING
    starts: datetime | None = None
    minutes: int = 60
    rrule: str = ""
    matchers: tuple[Condition, ...] = ()
    ends: tuple[str, ...] = ()
    dependents: bool = True  # with the items, all that depends on them
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A maintenance window with when it is open now or next (none for a disabled one)."""

    id: int
    draft: WindowDraft
    calendar_name: str
    timezone: str
    made_by: str
    version: int
    next: tuple[Occurrence, ...] = ()
    open_now: bool = False


@dataclass(frozen=True, slots=True)
class HitRow:
    """A firing alert that a silence holds for."""

    id: int
    labels: Mapping[str, str]


class TraceStep(StrEnum):
    """What kind of thing a line of an alert's trace tells. TOLD and NOT_TOLD say whether somebody was called."""

    ENRICHED = "enriched"
    CLASSED = "classed"
    HELD = "held"
    FREED = "freed"
    INCIDENT = "incident"
    TOLD = "told"
    NOT_TOLD = "not_told"
    OVER = "over"
    SAID = "said"  # by a person


TRACE_WORDS: dict[TraceStep, Sentence] = {
    TraceStep.ENRICHED: say("Labels added"),
    TraceStep.CLASSED: say("Class"),
    TraceStep.HELD: say("Held back"),
    TraceStep.FREED: say("Released"),
    TraceStep.INCIDENT: say("Incident"),
    TraceStep.TOLD: say("Told"),
    TraceStep.NOT_TOLD: say("Nobody told"),
    TraceStep.OVER: say("Over"),
    TraceStep.SAID: say("Said"),
}


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A line of an alert's trace: what was decided, what it leads to. `episode` None: of a person, or from before."""

    at: datetime
    sentence: Sentence
    silence_id: str | None
    step: TraceStep = TraceStep.SAID
    episode: int | None = None
    record_number: str | None = None
    page_id: int | None = None
    other_id: int | None = None  # the alert that held it back
    window_id: int | None = None


class Telling(StrEnum):
    """Whether anybody was told of an alert's present (or last) episode."""

    WAITS = "waits"  # it has not been assessed yet
    NOBODY = "nobody"
    QUEUE = "queue"  # an incident is in its team's queue; nobody was called
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Told:
    """Was anybody told, and why (not); `record_number` and `page_id` lead to how it went on."""

    telling: Telling
    why: Sentence
    record_number: str | None = None
    page_id: int | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """A label that a rule adds. Its value may hold `{item.name}`, `{item.rack}` or `{instance}` (adding.py)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: if every condition holds, this is the class, and this the response. Lower `order` is asked first.

    `impact`, `urgency` (1 highest to 3) None: follow from the chain and the class. A rule that `goes_on` adds its
    labels, its note, its policy and what it says of flapping, and the search goes on; where no later one decides, the
    last of these does. `flap_turns` 0: its alerts never count as flapping; None: as usual.

    While an alert fires under its conditions, those under all of `holds_back` with equal `holds_equal` are held.
    """

    id: int
    order: int
    name: str
    conditions: tuple[Condition, ...]
    alert_class: AlertClass
    opens_incident: bool = False
    impact: int | None = None
    urgency: int | None = None
    team_id: int | None = None
    policy_id: int | None = None  # the escalation policy that pages people when the incident is opened
    enabled: bool = True
    used: bool = False  # it has decided about an alert, so it is disabled and not deleted
    goes_on: bool = False
    adds: tuple[Addition, ...] = ()
    note: str = ""  # for whoever looks at the alert, or is called for it
    flap_turns: int | None = None
    flap_minutes: int | None = None
    holds_back: tuple[Condition, ...] = ()
    holds_equal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a rule in two versions, worded."""

    field: Sentence
    before: Sentence | str
    after: Sentence | str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What becomes of one rule between two versions of the set."""

    what: Sentence
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A version of the rule set: who made it, when, by what."""

    number: int
    at: datetime
    by_name: str
    note: Sentence


@dataclass(frozen=True, slots=True)
class TriedRow:
    """An alert as today's rules decide it, and as they would with the draft."""

    alert_id: int
    labels: Mapping[str, str]
    before: "Verdict"
    after: "Verdict"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft rule would do to the last alerts: those that it would decide or no longer decide are `rows`.

    `hidden` alerts satisfy its conditions too, but a rule above it decides.
    """

    looked_at: int
    caught: int
    hidden: int
    reclassed: int
    more_incidents: int
    fewer_incidents: int
    rows: tuple[TriedRow, ...]


@dataclass(frozen=True, slots=True)
class Flapping:
    """An alert that began to fire so often in so many minutes is flapping; `turns` 0: never."""

    turns: int = 5
    minutes: int = 30


USUAL_FLAPPING = Flapping()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules decide of an alert, and the sentence that says why.

    `added` are labels by the rules asked on the way; `policy_id` whom to call: by the rule, else by one that went on.
    """

    alert_class: AlertClass
    reason: Sentence
    rule: RuleRow | None = None
    added: Mapping[str, str] = field(default_factory=dict)
    passed: tuple[RuleRow, ...] = ()  # those that held and went on
    policy_id: int | None = None
    flapping: Flapping = USUAL_FLAPPING

    @property
    def notes(self) -> list[str]:
        """What the rules want to be known, in their order."""
        return [rule.note for rule in (*self.passed, *([self.rule] if self.rule else ())) if rule.note]


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change of an alert as a replay takes it, with the item and service its labels lead to now."""

    at: datetime
    alert_id: int
    source_id: int
    state: str
    labels: Mapping[str, str]
    item: ItemRow | None = None
    service_id: int | None = None


@dataclass(slots=True)
class Outcome:
    """What a rule set makes of one alert in a replay; `turns` times it began to fire, `held` of them held back.

    `incidents` and `pages` are those that this alert was the first to cause.
    """

    alert_class: AlertClass
    rule: str  # its name; empty: none held
    turns: int = 0
    incidents: int = 0
    pages: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure under today's rules and under the draft; `name` is a rule's where it is counted by rule."""

    name: str | Sentence
    alerts: tuple[int, int] = (0, 0)
    incidents: tuple[int, int] = (0, 0)
    pages: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class ReplayedRow:
    """An alert that the draft treats otherwise."""

    alert_id: int
    labels: Mapping[str, str]
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay: `looked_at` changes from `since` on (`cut`: there were more; the newest count)."""

    since: datetime
    looked_at: int
    cut: bool
    totals: Compared
    classes: tuple[Compared, ...]
    rules: tuple[Compared, ...]
    differ: int
    rows: tuple[ReplayedRow, ...]  # of those that differ, the first


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """From what was received to what a person worked on, of one source, rule or service (`id` None: of none)."""

    id: int | None
    received: int = 0
    alerts: int = 0
    incidents: int = 0
    paged: int = 0
    actionable: int = 0


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise of a time, most alerts first; `cut`: only the newest alerts were counted, as there are more."""

    total: NoiseRow
    by: Mapping[str, tuple[NoiseRow, ...]]  # under `source`, `rule`, `service`
    names: Mapping[str, Mapping[int, str]]
    cut: bool


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One firing of an alert, from its beginning: its changes and what was decided, in order."""

    number: int
    lines: tuple[ChangeRow | TraceRow, ...]


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """A thing that may be the cause of an incident, and what speaks for it; `kind` says item or service."""

    kind: str
    slug: str
    name_id: str
    name_en: str
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """An alert with its history and what was decided, newest first, and the silences that hold for it now."""

    alert: AlertRow
    changes: tuple[ChangeRow, ...]
    trace: tuple[TraceRow, ...] = ()
    silences: tuple[SilenceRow, ...] = ()
    episodes: tuple[EpisodeRow, ...] = ()
    told: Told = Told(Telling.WAITS, say("It has not been assessed yet."))
