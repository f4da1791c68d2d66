"""Where events come from, and what is turned away."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selaras.kernel.sentences import Sentence, say

CLOCK_AHEAD = "clock_ahead"
"""The annotation that says how many seconds its sender's clock was ahead when an alert came."""

MAY_OPEN = 1_000_000
"""How many alerts a source may open in a window, unless it says otherwise: the largest burst that is to be taken whole.
The alerts of others wait behind it to be assessed; a source that is trusted less is given less on its page."""
MAY_OPEN_AT_MOST = 1_000_000_000

WINDOW = 600.0
"""Seconds in which the alerts a source opens are counted."""

FLOOD_LASTS = 900.0
"""Seconds the alert that tells of a flood fires after the last that was folded: longer than a window, so that one that
goes on stays one."""


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
    may_open: int = MAY_OPEN
    certificate: str = ""  # the subject of its certificate


@dataclass(frozen=True, slots=True)
class Flood:
    """What a source sent in the last day that was folded, because it opened too many alerts; `now` if it goes on.

    `folded` counts observations, `examples` are labels of a few, as JSON.
    """

    folded: int
    since: datetime
    latest: datetime
    now: bool
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceLife:
    """A source with what it sent lately: alerts that fire now, and when it was last heard (None: never)."""

    source: SourceRow
    organisation_name: str | None
    firing: int
    heard_at: datetime | None
    flood: Flood | None = None
    clock_off: int = (
        0  # seconds, as last noticed within a day: ahead, or below 0 how long an alert was over when it came
    )
    clock_at: datetime | None = None


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
