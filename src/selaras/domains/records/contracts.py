"""The card in the queue and what hangs on it: frozen rows that cross domains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Kind(StrEnum):
    """What a record is; each kind's own part lives in the domain of that name."""

    INCIDENT = "incident"


PREFIX: dict[Kind, str] = {Kind.INCIDENT: "INC"}

PRIORITIES = (1, 2, 3, 4, 5)


class LinkType(StrEnum):
    """How one record stands to another, read from the first to the second."""

    CAUSED_BY = "caused_by"
    DUPLICATE_OF = "duplicate_of"
    RESOLVED_BY = "resolved_by"
    CHILD_OF = "child_of"
    RELATED_TO = "related_to"


class Sort(StrEnum):
    """The orders of a list; each has an index of its own."""

    DUE = "due"
    NEWEST = "newest"
    PRIORITY = "priority"


class View(StrEnum):
    """The standing views of the queue."""

    OPEN = "open"
    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Just enough to point at a record."""

    id: int
    number: str


class Card(Protocol):
    """A locked record in the hands of the domain whose kind it is; `actions.cards` gives it and changes it."""

    pk: int
    number: str
    title: str
    state: str
    priority: int
    organisation_id: int
    service_id: int | None
    requester_id: int | None
    team_id: int | None
    assignee_id: int | None
    opened_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One line of a list."""

    id: int
    number: str
    kind: Kind
    title: str
    state: str
    priority: int
    service_id: int | None
    service_name_id: str | None
    service_name_en: str | None
    organisation_id: int
    organisation_name: str
    team_id: int | None
    team_name: str | None
    assignee_id: int | None
    assignee_name: str | None
    requester_id: int | None
    requester_name: str | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What a list shows; every field narrows it, the default is everything open."""

    open: bool | None = True
    kinds: tuple[Kind, ...] = ()
    states: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()
    assignee_id: int | None = None
    unassigned: bool = False
    organisation_id: int | None = None
    service_id: int | None = None
    requester_id: int | None = None
    text: str = ""
    ids: tuple[int, ...] | None = None
    sort: Sort = Sort.DUE


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of a list; `next` and `previous` are opaque keys, None at the ends."""

    rows: tuple[RecordRow, ...]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One thing that happened to a record. `verb` and `data` say what; the edge words it for the reader."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    public: bool
    body: str
    data: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as seen from one of its two ends."""

    id: int
    type: LinkType
    outward: bool
    other: RecordRef
    other_title: str
    other_state: str


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file kept with a record."""

    id: int
    filename: str
    content_type: str
    size: int
    public: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """Somebody who has the record open now."""

    person_id: int
    name: str
    typing: bool


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A filter a person keeps under a name; `query` is the list's address."""

    id: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class NewRecord:
    """What a kind's own action gives to open the shared card."""

    kind: Kind
    title: str
    description: str
    state: str
    priority: int
    organisation_id: int
    service_id: int | None = None
    requester_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    affected_ids: frozenset[int] = frozenset()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastEntry:
    """Something that happened to a record in another system, in the words and at the time of then."""

    at: datetime
    by: str
    verb: str
    public: bool
    body: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastRecord:
    """A record that another system kept, with its whole timeline, oldest first; `aliases` are words to find it by."""

    kind: Kind
    title: str
    state: str
    priority: int
    organisation_id: int
    service_id: int | None
    requester_id: int | None
    team_id: int | None
    opened_at: datetime
    closed_at: datetime | None
    entries: tuple[PastEntry, ...]
    aliases: tuple[str, ...] = ()
