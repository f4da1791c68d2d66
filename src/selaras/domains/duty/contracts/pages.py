"""Pages: what was sent to whom, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.kernel.sentences import Sentence


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
    held_at: datetime | None = None  # since when no further step comes, as what it is for is held back


@dataclass(frozen=True, slots=True)
class CallRow:
    """An open page of an incident, and whether it is held."""

    id: int
    record_id: int
    held: bool


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
