"""How long events are kept, by class, and what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from selaras.domains.events.contracts import AlertClass

LONGEST = 3650
"""Days; nobody may ask for more."""


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A version of the times; days for which what belongs to an alert of a class is kept after its day is over."""

    number: int
    at: datetime
    by_name: str
    days: Mapping[AlertClass, int]

    @property
    def shortest(self) -> int:
        """Days after which anything may go; what belongs to no class is kept so long."""
        return min(self.days.values())


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one class: lines (changes, trace, bodies) and bytes on disk."""

    rows: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the logs (UTC). `by_class` None: it is not over yet, and is told apart by class when it is.

    `open_alerts` are kept beyond the time of their class, as they fire or their incident is not closed.
    """

    day: date
    size: int
    by_class: Mapping[AlertClass | None, Kept] | None = None
    open_alerts: int = 0
    next_look: date | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """What is kept in all: by class (None: of no class), with the oldest day, and what lies outside every day."""

    by_class: Mapping[AlertClass | None, Kept]
    oldest: Mapping[AlertClass | None, date]
    size: int
    stray: int  # bytes in the default partitions: rows of days that had none
    missing: tuple[date, ...]  # days to come without a partition
