"""Events and alerts: their words, the rows that cross domains, and what intake hands to the writer.

Nothing here imports Django: the intake process uses this module too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from ipaddress import IPv4Network, IPv6Network

import msgspec

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
    held: bool = False  # it fires, and what would follow waits for the end of its silence


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
class AlertFilter:
    """What a list of alerts shows; every field narrows it."""

    state: str | None = None
    alert_class: AlertClass | None = None
    source_id: int | None = None
    item_id: int | None = None
    record_id: int | None = None
    silenced: bool | None = None
    acknowledged: bool | None = None
    shelved: bool | None = None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """A page of a list; `next` is an opaque key, None at the end."""

    rows: tuple[AlertRow, ...]
    next: str | None


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
class Condition:
    """A rule asks of a label: `=`, `!=`, `=~`, `!~` (anchored, RE2). A missing label equals ""."""

    label: str
    op: str
    value: str


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


@dataclass(frozen=True, slots=True)
class HitRow:
    """A firing alert that a silence holds for."""

    id: int
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TraceRow:
    """Something that was decided about an alert, apart from its class; `silence_id` leads to the silence behind it."""

    at: datetime
    sentence: Sentence
    silence_id: str | None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: if every condition holds, this is the class, and this the response. Lower `order` is asked first.

    `impact`, `urgency` (1 highest to 3) None: follow from the chain and the class.
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
class Verdict:
    """What the rules decide of an alert, and the sentence that says why."""

    alert_class: AlertClass
    reason: Sentence
    rule: RuleRow | None = None


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """An alert with its history and what was decided, newest first, and the silences that hold for it now."""

    alert: AlertRow
    changes: tuple[ChangeRow, ...]
    trace: tuple[TraceRow, ...] = ()
    silences: tuple[SilenceRow, ...] = ()


class BeatKind(StrEnum):
    """What a heartbeat said; `missed` is our own remark."""

    OK = "ok"
    START = "start"
    FAIL = "fail"
    MISSED = "missed"


BEAT_WORDS: dict[BeatKind, Sentence] = {
    BeatKind.OK: say("Heard"),
    BeatKind.START: say("Began"),
    BeatKind.FAIL: say("Failed"),
    BeatKind.MISSED: say("Missed"),
}


class Pulse(StrEnum):
    """How a heartbeat stands, by its times."""

    WAITING = "waiting"
    HEARD = "heard"
    LATE = "late"  # past its interval, within its grace
    OVERDUE = "overdue"
    FAILED = "failed"
    PAUSED = "paused"


PULSE_WORDS: dict[Pulse, Sentence] = {
    Pulse.WAITING: say("Not heard yet"),
    Pulse.HEARD: say("On time"),
    Pulse.LATE: say("Late, within its grace"),
    Pulse.OVERDUE: say("Overdue"),
    Pulse.FAILED: say("Failed"),
    Pulse.PAUSED: say("Paused"),
}

HEARTBEAT_SEVERITIES = ("critical", "error", "warning", "info")


@dataclass(frozen=True, slots=True)
class HeartbeatRow:
    """Something that is to be heard every `interval` seconds, and `grace` later at the latest. `due_at`: by then."""

    id: int
    name: str
    source_id: int
    source_name: str
    has_key: bool
    watches: str
    interval: int
    grace: int
    severity: str
    item: str
    pulse: Pulse
    heard_at: datetime | None
    started_at: datetime | None
    due_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class BeatRow:
    """What a heartbeat said, and from where; or that it was missed."""

    at: datetime
    kind: BeatKind
    exit_code: int | None
    address: str
    said: str


@dataclass(frozen=True, slots=True)
class NewHeartbeat:
    """A heartbeat that was just made, with its key, told once."""

    id: int
    key: str | None


class CheckKind(StrEnum):
    """What Selaras asks a target by itself."""

    HTTP = "http"
    TCP = "tcp"
    TLS = "tls"
    DNS = "dns"
    PING = "ping"


CHECK_WORDS: dict[CheckKind, Sentence] = {
    CheckKind.HTTP: say("HTTP: status and content"),
    CheckKind.TCP: say("TCP: an open port"),
    CheckKind.TLS: say("TLS: days left of a certificate"),
    CheckKind.DNS: say("DNS: records of a name"),
    CheckKind.PING: say("Ping"),
}

DNS_RECORDS = ("A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "SRV", "CAA", "PTR")


@dataclass(frozen=True, slots=True)
class Probe:
    """What to ask, and what to expect; `networks` that are not public and may be reached. `timeout` in seconds."""

    kind: CheckKind
    target: str
    timeout: int = 10
    status_from: int = 200
    status_to: int = 299
    contains: str = ""  # HTTP: of the body; DNS: of a record
    verify: bool = True  # whether certificates must be trusted
    days: int = 14  # that a certificate must have left
    record: str = "A"
    server: str = ""  # of DNS; empty: this machine's own
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What came of it; `ok` None: this machine could not ask."""

    ok: bool | None
    milliseconds: int
    words: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check, and how it stands; `ok` None: not asked yet, or it could not be."""

    id: int
    name: str
    source_id: int
    source_name: str
    probe: Probe
    interval: int
    retries: int
    severity: str
    item: str
    enabled: bool
    ok: bool | None
    alerts: bool
    failures: int
    last_at: datetime | None
    milliseconds: int | None
    words: str
    version: int


@dataclass(frozen=True, slots=True)
class CheckResultRow:
    """What one asking gave."""

    at: datetime
    ok: bool | None
    milliseconds: int
    words: str
