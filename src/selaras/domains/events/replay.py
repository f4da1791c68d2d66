"""Pure: what a rule set would have made of a stretch of history: classes, incidents, pages, and what was held back.

Both sets that are compared go through the same fold, so that only the rules differ. Silences, maintenance windows, the
folding along the chain and what people did are left out on both sides.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from selaras.domains.events.contracts import FIRING, AlertClass
from selaras.domains.events.contracts.replaying import Outcome, PastChange
from selaras.domains.events.contracts.rules import RuleRow, Verdict
from selaras.domains.events.flapping import flaps_until
from selaras.domains.events.grouping import due, group_key, group_labels
from selaras.domains.events.inhibiting import inhibitions, keys_left, keys_sought
from selaras.domains.events.rules import CompiledRule, cause_key, own_key, verdict

REST = timedelta(days=1)
"""How long after its last alert ended an incident takes in what comes back, as nobody knows when people close it."""


@dataclass(slots=True)
class _Cause:
    """An incident that would be open; `paged`: people were called since its last quiet."""

    firing: set[int] = field(default_factory=set)
    paged: bool = False
    quiet_since: datetime | None = None


@dataclass(slots=True)
class _Group:
    """Alerts told together: when the next news is, when the last was, and what fires of which people were told."""

    due: datetime | None = None
    told_at: datetime | None = None
    firing: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Seen:
    """An alert so far."""

    change: PastChange
    decided: Verdict
    labels: Mapping[str, str]
    keys: Sequence[str]
    outcome: Outcome
    fires: bool = False
    starts: list[datetime] = field(default_factory=list)
    flaps_until: datetime | None = None
    group: str = ""
    due: datetime | None = None  # it waits for its group


def replay(
    history: Iterable[PastChange], rules: Sequence[CompiledRule], until: datetime | None = None
) -> dict[int, Outcome]:
    """What the rules make of each alert of a history, oldest change first, by the alert's id; `until`: its end."""
    fold = _Replay(rules)
    for change in history:
        fold.take(change)
    if until is not None:
        fold.free(until)
    return {alert_id: seen.outcome for alert_id, seen in fold.seen.items()}


class _Replay:
    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self.rules, self.among = rules, inhibitions(rules)
        self.seen: dict[int, _Seen] = {}
        self.causes: dict[str, _Cause] = {}
        self.holders: Counter[str] = Counter()  # how many alerts that fire leave each key
        self.groups = defaultdict[str, _Group](_Group)
        self.held: dict[int, None] = {}  # alerts that fire and are held back, oldest first

    def take(self, change: PastChange) -> None:
        """One change, after what has calmed down before it."""
        self.free(change.at)
        seen = self.seen.get(change.alert_id) or self._meet(change)
        if change.state == FIRING:
            self._fires(seen, change)
        elif seen.fires:
            self._ends(seen, change)
            self.free(change.at)

    def _meet(self, change: PastChange) -> _Seen:
        decided = verdict(change.labels, self.rules, change.item)
        labels = {**change.labels, **decided.added}
        rule = decided.rule.name if decided.rule else ""
        seen = _Seen(change, decided, labels, keys_left(labels, self.among), Outcome(decided.alert_class, rule))
        if decided.rule and decided.rule.group_by:
            common = group_labels(decided.rule, labels)
            seen.group = group_key(decided.rule, decided.policy_id, change.organisation_id, common)
        self.seen[change.alert_id] = seen
        return seen

    def _fires(self, seen: _Seen, change: PastChange) -> None:
        if not seen.fires:
            self.holders.update(seen.keys)
        seen.fires, seen.change = True, change
        seen.outcome.turns += 1
        already = seen.flaps_until is not None and seen.flaps_until > change.at
        setting = seen.decided.flapping
        seen.starts = [*(at for at in seen.starts if at > change.at - timedelta(minutes=setting.minutes)), change.at]
        until = flaps_until(seen.starts, setting, change.at, already=already)
        seen.flaps_until = until if until and until > change.at else None
        self._respond_or_hold(seen, change.at)

    def _ends(self, seen: _Seen, change: PastChange) -> None:
        seen.fires = False
        self.holders.subtract(seen.keys)
        self.held.pop(change.alert_id, None)
        seen.due = None
        if seen.group:
            self.groups[seen.group].firing.discard(change.alert_id)
        cause = self.causes.get(self._key(seen))
        if cause is not None and change.alert_id in cause.firing:
            cause.firing.discard(change.alert_id)
            if not cause.firing:
                cause.paged, cause.quiet_since = False, change.at

    def _respond_or_hold(self, seen: _Seen, at: datetime) -> None:
        rule = seen.decided.rule
        if rule is None or not rule.opens_incident:
            return
        if self._is_held(seen, at):
            seen.outcome.held += seen.change.alert_id not in self.held
            self.held.setdefault(seen.change.alert_id)
            return
        if seen.group and self._waits(seen, rule, at):
            self.held.setdefault(seen.change.alert_id)
            return
        self.held.pop(seen.change.alert_id, None)
        self._respond(seen, at)

    def _waits(self, seen: _Seen, rule: RuleRow, at: datetime) -> bool:
        """Whether it waits for its group at this moment; if not, people are told."""
        group = self.groups[seen.group]
        if seen.due is None:
            if group.due is None or group.due <= at:
                group.due = due(rule, at, group.told_at, fresh=not group.firing)
            seen.due = group.due
        if seen.due > at:
            return True
        group.told_at, seen.due = seen.due, None
        group.firing.add(seen.change.alert_id)
        return False

    def _respond(self, seen: _Seen, at: datetime) -> None:
        key = self._key(seen)
        cause = self.causes.get(key)
        if cause is None or (cause.quiet_since is not None and at - cause.quiet_since > REST):
            cause = self.causes[key] = _Cause()
            seen.outcome.incidents += 1
        cause.firing.add(seen.change.alert_id)
        cause.quiet_since = None
        if seen.decided.policy_id and not cause.paged:
            cause.paged = True
            seen.outcome.pages += 1

    def _is_held(self, seen: _Seen, at: datetime) -> bool:
        if any(until is not None and until > at for until in (seen.flaps_until, seen.due)):
            return True
        own = set(seen.keys)
        return any(self.holders[key] > (key in own) for key in keys_sought(seen.labels, self.among))

    def free(self, at: datetime) -> None:
        """What nothing holds back any more gets its answer, if it fires still."""
        for alert_id in [one for one in self.held if not self._is_held(self.seen[one], at)]:
            self._respond_or_hold(self.seen[alert_id], at)

    def _key(self, seen: _Seen) -> str:
        if seen.decided.rule and seen.decided.rule.stands_alone:
            return own_key(seen.change.labels, seen.change.source_id, seen.group or None)
        if seen.group:
            return f"group:{seen.group}"
        item_id = seen.change.item.id if seen.change.item else None
        return cause_key(seen.labels, seen.change.source_id, item_id, seen.change.service_id)


def by_class(outcomes: Iterable[Outcome]) -> dict[AlertClass, int]:
    """How many alerts are of each class."""
    counted = Counter(one.alert_class for one in outcomes)
    return {alert_class: counted[alert_class] for alert_class in AlertClass}
