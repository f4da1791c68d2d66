"""Pure: what a rule set would have made of a stretch of history: classes, incidents, pages, and what was held back.

Both sets that are compared go through the same fold, so that only the rules differ. Silences, maintenance windows, the
folding along the chain and what people did are left out on both sides.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.replaying import Outcome, PastChange
from selaras.domains.events.contracts.rules import USUAL_FLAPPING, RuleRow, Verdict
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
    group: str
    cause: str
    keys: Sequence[str]  # under which it holds others back
    sought: Sequence[str]  # under which it is held back
    outcome: Outcome
    fires: bool = False
    starts: list[datetime] = field(default_factory=list)
    flaps_until: datetime | None = None
    due: datetime | None = None  # it waits for its group


class Replay:
    """One rule set's fold over a history, oldest change first. What is settled is forgotten.

    `keeps` is how long after its end something may still come of an alert's past.
    """

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self.rules, self.among = rules, inhibitions(rules)
        self.keeps = timedelta(minutes=max([USUAL_FLAPPING.minutes, *(r.rule.flap_minutes or 0 for r in rules)]))
        self._seen: dict[int, _Seen] = {}
        self._causes: dict[str, _Cause] = {}
        self._holders: Counter[str] = Counter()  # how many alerts that fire leave each key
        self._groups = defaultdict[str, _Group](_Group)
        self._held: dict[int, int] = {}  # alerts that fire and are held back, and in which order they were
        self._waiting: dict[str, dict[int, None]] = {}  # those of them that seek each key
        self._calming: list[tuple[datetime, int]] = []  # a heap: when each of them will have calmed down, or is told
        self._order = count()

    def take(self, change: PastChange) -> None:
        """One change, after what has calmed down or waited long enough before it."""
        self.free(change.at)
        seen = self._seen.get(change.alert_id) or self._meet(change)
        if change.state == FIRING:
            self._fires(seen, change)
        elif seen.fires:
            self._ends(seen, change)

    def settle(self, alert_id: int) -> Outcome:
        """What came of an alert; it is forgotten."""
        return self._seen.pop(alert_id).outcome

    def forget_causes(self, at: datetime) -> None:
        """Those that nothing will be added to any more."""
        old = [key for key, one in self._causes.items() if one.quiet_since and at - one.quiet_since > REST]
        for key in old:
            del self._causes[key]
        for key in [key for key, one in self._groups.items() if not one.firing and one.due and at - one.due > REST]:
            del self._groups[key]

    def _meet(self, change: PastChange) -> _Seen:
        decided = verdict(change.labels, self.rules, change.item)
        labels = {**change.labels, **decided.added} if decided.added else change.labels
        rule = decided.rule.name if decided.rule else ""
        keys, sought = keys_left(labels, self.among), keys_sought(labels, self.among)
        group = _group(change, decided, labels)
        cause = _cause(change, decided, labels, group)
        seen = _Seen(change, decided, group, cause, keys, sought, Outcome(decided.alert_class, rule))
        self._seen[change.alert_id] = seen
        return seen

    def _fires(self, seen: _Seen, change: PastChange) -> None:
        if not seen.fires:
            self._holders.update(seen.keys)
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
        self._holders.subtract(seen.keys)
        self._let_go(seen)
        seen.due = None
        if seen.group:
            self._groups[seen.group].firing.discard(change.alert_id)
        cause = self._causes.get(seen.cause)
        if cause is not None and change.alert_id in cause.firing:
            cause.firing.discard(change.alert_id)
            if not cause.firing:
                cause.paged, cause.quiet_since = False, change.at
        for key in seen.keys:
            if self._holders[key] <= 0:
                del self._holders[key]
        self._answer({one for key in seen.keys for one in self._waiting.get(key, ())}, change.at)

    def _respond_or_hold(self, seen: _Seen, at: datetime) -> None:
        rule = seen.decided.rule
        if rule is None or not rule.opens_incident:
            return
        if self._is_held(seen, at):
            seen.outcome.held += seen.change.alert_id not in self._held
            self._hold(seen)
            return
        if seen.group and self._waits(seen, rule, at):
            self._hold(seen)
            return
        self._let_go(seen)
        self._respond(seen, at)

    def _waits(self, seen: _Seen, rule: RuleRow, at: datetime) -> bool:
        """Whether it waits for its group at this moment; if not, people are told."""
        group = self._groups[seen.group]
        if seen.due is None:
            if group.due is None or group.due <= at:
                group.due = due(rule, at, group.told_at, fresh=not group.firing)
            seen.due = group.due
        if seen.due > at:
            return True
        group.told_at, seen.due = seen.due, None
        group.firing.add(seen.change.alert_id)
        return False

    def _hold(self, seen: _Seen) -> None:
        alert_id = seen.change.alert_id
        if alert_id not in self._held:
            self._held[alert_id] = next(self._order)
            for key in seen.sought:
                self._waiting.setdefault(key, {})[alert_id] = None
        for until in (seen.flaps_until, seen.due):
            if until is not None:
                heappush(self._calming, (until, alert_id))

    def _let_go(self, seen: _Seen) -> None:
        if self._held.pop(seen.change.alert_id, None) is None:
            return
        for key in seen.sought:
            waiting = self._waiting[key]
            del waiting[seen.change.alert_id]
            if not waiting:
                del self._waiting[key]

    def _respond(self, seen: _Seen, at: datetime) -> None:
        cause = self._causes.get(seen.cause)
        if cause is None or (cause.quiet_since is not None and at - cause.quiet_since > REST):
            cause = self._causes[seen.cause] = _Cause()
            seen.outcome.incidents += 1
        cause.firing.add(seen.change.alert_id)
        cause.quiet_since = None
        if seen.decided.policy_id and not cause.paged:
            cause.paged = True
            seen.outcome.pages += 1

    def _is_held(self, seen: _Seen, at: datetime) -> bool:
        if any(until is not None and until > at for until in (seen.flaps_until, seen.due)):
            return True
        return any(self._holders[key] > (key in seen.keys) for key in seen.sought)

    def free(self, at: datetime) -> None:
        """What has calmed down or waited long enough by then gets its answer."""
        calm = set()
        while self._calming and self._calming[0][0] <= at:
            calm.add(heappop(self._calming)[1])
        self._answer(calm, at)

    def _answer(self, some: Collection[int], at: datetime) -> None:
        """What nothing holds back any more gets its answer, oldest first, if it fires still."""
        for alert_id in sorted((one for one in some if one in self._held), key=self._held.__getitem__):
            seen = self._seen[alert_id]
            if not self._is_held(seen, at):
                self._respond_or_hold(seen, at)


def _group(change: PastChange, decided: Verdict, labels: Mapping[str, str]) -> str:
    """The group with which people are told of it; "" if it is told by itself."""
    rule = decided.rule
    if rule is None or not rule.group_by:
        return ""
    return group_key(rule, decided.policy_id, change.organisation_id, group_labels(rule, labels))


def _cause(change: PastChange, decided: Verdict, labels: Mapping[str, str], group: str) -> str:
    """What its incident is found by."""
    if decided.rule and decided.rule.stands_alone:
        return own_key(change.labels, change.source_id, group or None)
    if group:
        return f"group:{group}"
    return cause_key(labels, change.source_id, change.item.id if change.item else None, change.service_id)
