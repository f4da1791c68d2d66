"""A rule set replayed over history, next to today's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from selaras.domains.events.contracts import AlertClass
from selaras.domains.services.contracts import ItemRow
from selaras.kernel.sentences import Sentence


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
    organisation_id: int | None = None  # of its source


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
