"""States, words and frozen rows of incidents."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selaras.domains.records.contracts import RecordRow
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
class MoveOffer:
    """A verb a screen may show: `refused` says why it is not possible now, `asks` which facts to give with it.

    `optional` may be given besides; `moves` tells a move of its life from an act that leaves the state as it is.
    """

    verb: str
    label: Sentence
    asks: tuple[str, ...]
    refused: Sentence | None
    optional: tuple[str, ...] = ()
    moves: bool = True


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
    parent: str | None
    children: tuple[RecordRow, ...]
    merged_into: str | None
    item_ids: tuple[int, ...]
    offers: tuple[MoveOffer, ...]
