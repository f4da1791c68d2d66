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
    """A replay: `looked_at` changes from `since` until `until`, today's rules and the draft's.

    An alert that differs is told as it was when it first did.
    """

    since: datetime
    until: datetime
    looked_at: int
    totals: Compared
    classes: tuple[Compared, ...]
    rules: tuple[Compared, ...]
    differ: int
    rows: tuple[ReplayedRow, ...]  # of those that differ, the first


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """A replay that was asked for; it waits, runs (`reached` a moment of the history), or has a `result` or `trouble`.

    `title` says of what: the name of a rule, or empty for a whole file. `file` is the draft as a rule file.
    """

    id: int
    title: str
    by_name: str
    made_at: datetime
    since: datetime
    until: datetime
    file: str
    looked_at: int
    reached: datetime | None
    ended_at: datetime | None
    result: Replayed | None
    trouble: Sentence | None

    @property
    def percent(self) -> int:
        """How far through the time it is."""
        if self.ended_at is not None:
            return 100
        if self.reached is None:
            return 0
        return max(0, min(100, int(100 * (self.reached - self.since) / (self.until - self.since))))
