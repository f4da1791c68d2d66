"""Problems from the moment that one is proposed: states, frozen rows that cross domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from selaras.kernel.lifecycle import Offer

PROPOSED, DETECTED, DISMISSED = "proposed", "detected", "dismissed"

# So many incidents about one configuration item within so many days speak for a problem. Fewer are chance, and much
# later nobody can tell any more what they had in common.
INCIDENTS, WITHIN = 3, timedelta(days=30)
# What somebody dismissed is not proposed again for so long.
REST = timedelta(days=30)
# Proposals of one rule that wait for a decision; nobody reads more.
MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Clue:
    """One piece of evidence: an incident, or an alert in one of its episodes (with its incident, if it has one)."""

    about: str
    at: datetime
    record_id: int | None = None
    alert_id: int | None = None
    episode: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks for a problem. `key` says what its evidence has in common, as causes of incidents have it
    (`item:7`, `service:3`, or that of an alert); `rule_name` is empty where recurrence speaks for it."""

    key: str
    title: str
    clues: tuple[Clue, ...]
    item_id: int | None = None
    service_id: int | None = None
    rule_name: str = ""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem as lists show it; `incidents` and `alerts` count its evidence."""

    id: int
    title: str
    state: str
    item_id: int | None
    item_slug: str | None
    item_name: str | None
    service_slug: str | None
    service_name_id: str | None
    service_name_en: str | None
    rule_name: str
    incidents: int
    alerts: int
    opened_at: datetime
    last_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence; `title` is that of its incident."""

    at: datetime
    about: str
    record_number: str | None
    record_title: str | None
    alert_id: int | None


@dataclass(frozen=True, slots=True)
class ProblemDetail:
    """A problem with its evidence, newest first, and what the reader may do."""

    problem: ProblemRow
    evidence: tuple[EvidenceRow, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """A page of problems, newest first; `next` is the key to go on after, None at the end."""

    rows: tuple[ProblemRow, ...]
    next: str | None


def clue_from(told: Mapping[str, object], at: datetime) -> Clue:
    """The clue that the announcement of an alert gives."""
    known = {name: value if isinstance(value := told.get(name), int) else None for name in _IDS}
    return Clue(str(told.get("about", "")), at, **known)


_IDS = ("record_id", "alert_id", "episode")
