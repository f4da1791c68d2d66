"""The chain from items to customers and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One link from a service to a customer: what uses it, what is promised, what is at stake, what time is
    left.
    """

    service_id: int
    service_slug: str
    service_name_id: str
    service_name_en: str
    depth: int | None  # steps from the nearest item asked for, where that was asked; 0 the customer's own use
    organisation_id: int
    organisation_name: str
    business_process: str
    criticality: int
    outcome_id: int | None
    outcome_name_id: str | None
    outcome_name_en: str | None
    agreement_id: int | None
    agreement_number: str | None
    agreement_name: str | None
    open_clocks: int
    next_due_at: datetime | None
    time_left: timedelta | None

    @property
    def minutes_left(self) -> int | None:
        """Whole counted minutes until the next open clock of this customer and service is due; negative if
        over.
        """
        return None if self.time_left is None else self.time_left // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChainItem:
    """A configuration item below a customer's service."""

    id: int
    slug: str
    name: str
    item_class: str
    depth: int


@dataclass(frozen=True, slots=True)
class CustomerChain:
    """The chain read backwards: a customer's uses, and for each service the items it stands on."""

    organisation_id: int
    uses: tuple[ChainRow, ...]
    items: Mapping[int, tuple[ChainItem, ...]] = field(default_factory=dict)  # by service id, nearest first
