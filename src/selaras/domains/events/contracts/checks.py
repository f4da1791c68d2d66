"""Checks that Selaras makes by itself: what is asked, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from selaras.kernel.sentences import Sentence, say


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
