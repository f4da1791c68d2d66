"""Pure: two rule sets replayed side by side, and what differs, in memory that does not grow with the history.

What stays is what fires, what ended a while ago at most, the incidents of the last day, a bit an alert, and the first
alerts that differ.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from selaras.domains.events.contracts import CLASS_WORDS, FIRING, AlertClass
from selaras.domains.events.contracts.replaying import Compared, Outcome, PastChange, Replayed, ReplayedRow
from selaras.domains.events.replay import Replay
from selaras.domains.events.rules import CompiledRule
from selaras.kernel.sentences import Sentence

SHOWN = 200
"""Alerts that differ, of which more is told than their number."""


class Ids:
    """A set of ids, a bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, one: int) -> bool:
        """Whether it is new."""
        place, bit = one >> 3, 1 << (one & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 4096 - len(self._bits)))
        if self._bits[place] & bit:
            return False
        self._bits[place] |= bit
        self._size += 1
        return True


class Figures:
    """Counted under both sets: alerts, incidents, pages."""

    def __init__(self) -> None:
        self.alerts, self.incidents, self.pages = [0, 0], [0, 0], [0, 0]

    def add(self, side: int, outcome: Outcome, *, first: bool) -> None:
        """What came of an alert; `first` time that it is counted."""
        self.alerts[side] += first
        self.incidents[side] += outcome.incidents
        self.pages[side] += outcome.pages

    def compared(self, name: str | Sentence) -> Compared:
        """As it is told."""
        (a, b), (c, d), (e, f) = self.alerts, self.incidents, self.pages
        return Compared(name, (a, b), (c, d), (e, f))


class Comparison:
    """Take a history change by change, oldest first, then ask for the `result`."""

    def __init__(self, old: Sequence[CompiledRule], new: Sequence[CompiledRule]) -> None:
        self._sides = (Replay(old), Replay(new))
        self._keeps = max(side.keeps for side in self._sides)
        self._resting: OrderedDict[int, PastChange] = OrderedDict()  # the ends of those that do not fire
        self._met, self._differ = Ids(), Ids()
        self._total = Figures()
        self._classes = {one: Figures() for one in AlertClass}
        self._rules: dict[str, Figures] = {}
        self._rows: list[ReplayedRow] = []
        self._fires: dict[int, PastChange] = {}
        self.looked_at = 0

    def take(self, change: PastChange) -> None:
        """One change."""
        self.looked_at += 1
        for side in self._sides:
            side.take(change)
        self._resting.pop(change.alert_id, None)
        self._fires.pop(change.alert_id, None)
        (self._fires if change.state == FIRING else self._resting)[change.alert_id] = change
        while self._resting and next(iter(self._resting.values())).at < change.at - self._keeps:
            self._settle(self._resting.popitem(last=False)[1])

    def tidy(self, at: datetime) -> None:
        """Forget what is over by then. To be called now and then."""
        for side in self._sides:
            side.forget_causes(at)

    def result(self, since: datetime, until: datetime) -> Replayed:
        """What differs. Nothing can be taken after that."""
        for side in self._sides:
            side.free(until)
        for change in (*self._resting.values(), *self._fires.values()):
            self._settle(change)
        return Replayed(
            since=since,
            until=until,
            looked_at=self.looked_at,
            totals=self._total.compared(""),
            classes=tuple(Compared(CLASS_WORDS[k], (f.alerts[0], f.alerts[1])) for k, f in self._classes.items()),
            rules=tuple(figures.compared(name) for name, figures in self._rules.items()),
            differ=len(self._differ),
            rows=tuple(self._rows),
        )

    def _settle(self, change: PastChange) -> None:
        first = self._met.add(change.alert_id)
        old, new = (side.settle(change.alert_id) for side in self._sides)
        for side, outcome in enumerate((old, new)):
            rule = self._rules.setdefault(outcome.rule, Figures())
            for figures in (self._total, self._classes[outcome.alert_class], rule):
                figures.add(side, outcome, first=first)
        if old != new and self._differ.add(change.alert_id) and len(self._rows) < SHOWN:
            self._rows.append(ReplayedRow(change.alert_id, change.labels, old, new))
