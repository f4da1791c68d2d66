"""Pure decisions about events: how two observations merge, what class an alert has, what shares a cause."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from selaras.domains.events.adding import additions
from selaras.domains.events.contracts import AlertClass, Observation, alert_key
from selaras.domains.events.contracts.rules import USUAL_FLAPPING, Flapping, RuleRow, Verdict
from selaras.domains.events.looking_up import LookupTable
from selaras.domains.events.matchers import Matcher
from selaras.domains.services.contracts import ItemRow
from selaras.kernel.sentences import Sentence, say

ALONE = "alone:"
"""How the keys of causes begin that are folded with nothing else."""

TREND_STEP = timedelta(minutes=10)


def trend_step(at: datetime) -> datetime:
    """The beginning of the ten minutes that a moment is counted in."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)


def overlap(older: Observation, newer: Observation) -> bool:
    """Whether the newer observation begins or ends within the older one: Alertmanager merges these, else replaces."""
    return (older.starts < newer.ends < older.ends) or (older.starts < newer.starts < older.ends)


def fold(older: Observation, newer: Observation, now: float) -> Observation:
    """Two observations of one alert as one, as Alertmanager merges them; `_accept_sql` says the same in SQL.

    The earliest start wins. A given end beats a later one that only followed from the timeout.
    """
    starts, ends, timed_out = newer.starts, newer.ends, newer.timed_out
    if overlap(older, newer):
        starts = min(older.starts, newer.starts)
        keeps = older.ends <= now if newer.ends <= now else not older.timed_out
        if older.ends > newer.ends and keeps:
            ends, timed_out = older.ends, older.timed_out
    return Observation(
        newer.key, newer.source_id, starts, ends, timed_out, newer.url, newer.annotations, newer.labels,
        older.count + newer.count,
    )  # fmt: skip


def waves(observations: Iterable[Observation], now: float, limit: int) -> list[dict[bytes, Observation]]:
    """Observations of one flush, in order of arrival, so folded that each wave names an alert once.

    Where an alert changes between firing and resolved within the flush, the later state goes into the next wave, so
    that the change is not lost. Past `limit` waves only the last state counts.
    """
    made: list[dict[bytes, Observation]] = [{}]
    first = made[0]
    for seen in observations:
        older = first.get(seen.key)
        if older is None:
            first[seen.key] = seen
        elif len(made) == 1 and (older.ends <= now) == (seen.ends <= now):
            first[seen.key] = fold(older, seen, now)
        else:
            _into_last(made, seen, now, limit)
    return made


def _into_last(made: list[dict[bytes, Observation]], seen: Observation, now: float, limit: int) -> None:
    at = max(i for i, wave in enumerate(made) if seen.key in wave)
    older = made[at][seen.key]
    if (older.ends <= now) == (seen.ends <= now) or at + 1 == limit:
        made[at][seen.key] = fold(older, seen, now)
        return
    if at + 1 == len(made):
        made.append({})
    made[at + 1][seen.key] = seen


class CompiledRule:
    """A rule with its conditions ready to be asked. Raises `matchers.BadMatcher` for a pattern that RE2 refuses."""

    __slots__ = ("matchers", "rule", "table")

    def __init__(self, rule: RuleRow, table: LookupTable | None = None) -> None:
        self.rule, self.table = rule, table
        self.matchers = tuple(Matcher(c.label, c.op, c.value) for c in rule.conditions)

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether every condition holds; a rule without conditions always does."""
        for matcher in self.matchers:  # noqa: SIM110  # asked for each alert and rule: `all` costs half as much again
            if not matcher.holds(labels):
                return False
        return True

    def added(self, labels: Mapping[str, str], item: ItemRow | None) -> dict[str, str]:
        """The labels it adds: what its table has for them, and then its own, which may speak of those."""
        looked_up = self.table.found(labels, self.rule.look_by) if self.table else {}
        return {**looked_up, **additions(self.rule.adds, {**labels, **looked_up}, item)}


def verdict(labels: Mapping[str, str], rules: Sequence[CompiledRule], item: ItemRow | None = None) -> Verdict:
    """The class of an alert by the first rule that holds and does not go on, else by the last that held.

    A warning that says so if none does. Each rule sees the labels that those before it added.
    """
    seen, added, passed = dict(labels), dict[str, str](), list[CompiledRule]()
    why: Sentence = say("No rule holds for its labels.")
    for compiled in rules:
        if compiled.holds(seen):
            why = _why(compiled, seen)
            fresh = compiled.added(seen, item)
            seen, added = {**seen, **fresh}, {**added, **fresh}
            passed.append(compiled)
            if not compiled.rule.goes_on:
                break
    if not passed:
        return Verdict(AlertClass.WARNING, why)
    *others, own = [compiled.rule for compiled in passed]
    return Verdict(
        own.alert_class, why, own, added, tuple(others),
        policy_id=_last(rule.policy_id for rule in (*others, own)),
        flapping=_flapping((*others, own)),
    )  # fmt: skip


def _flapping(rules: Sequence[RuleRow]) -> Flapping:
    usual = USUAL_FLAPPING
    turns, minutes = (_last(values) for values in zip(*((r.flap_turns, r.flap_minutes) for r in rules), strict=True))
    return Flapping(usual.turns if turns is None else turns, usual.minutes if minutes is None else minutes)


def _last(values: Iterable[int | None]) -> int | None:
    """The last that is given: the rule that decides, and before it the one asked last, has the last word."""
    return next((value for value in reversed(list(values)) if value is not None), None)


def _why(compiled: CompiledRule, labels: Mapping[str, str]) -> Sentence:
    if not compiled.matchers:
        return say("Rule “%(rule)s” holds for every alert.", rule=compiled.rule.name)
    found = ", ".join(_asked(matcher, labels) for matcher in compiled.matchers)
    return say("Rule “%(rule)s” holds: %(conditions)s.", rule=compiled.rule.name, conditions=found)


def _asked(matcher: Matcher, labels: Mapping[str, str]) -> str:
    """The condition, with the value it was asked of where that does not go without saying."""
    return str(matcher) if matcher.op == "=" else f"{matcher} ({labels.get(matcher.name, '')})"


def cause_key(labels: Mapping[str, str], source_id: int, item_id: int | None, service_id: int | None) -> str:
    """What alerts of the same cause have in common: the item, else the service, else source and alertname (else all
    labels). A second alert with the same key joins the incident of the first."""
    if item_id is not None:
        return f"item:{item_id}"
    if service_id is not None:
        return f"service:{service_id}"
    name = labels.get("alertname")
    rest = blake2b(name.encode(), digest_size=16).hexdigest() if name else alert_key(source_id, labels).hex()
    return f"alert:{source_id}:{rest}"


def own_key(labels: Mapping[str, str], source_id: int, group_key: str | None) -> str:
    """In place of `cause_key` where a rule stands alone: only what fires again, or comes to the group, has the same."""
    return f"{ALONE}{group_key or alert_key(source_id, labels).hex()}"


def named_of(labels: Mapping[str, str]) -> str:
    """What to call an alert, and where: its alertname with its instance, else its labels."""
    name, where = labels.get("alertname", ""), labels.get("instance", "")
    return ": ".join(part for part in (name, where) if part) or ", ".join(f"{k}={v}" for k, v in sorted(labels.items()))


def impact_of_uses(criticalities: Sequence[int], customers: int) -> int:
    """Impact (1 high to 3) from the chain: the most critical use hit (1 to 4), a step more if several customers are."""
    most = min(criticalities, default=4)
    return max(1, min(3, most) - (1 if customers > 1 and most < 4 else 0))


def urgency_of(alert_class: AlertClass) -> int:
    """Urgency (1 high to 3) where the rule names none."""
    return 2 if alert_class == AlertClass.EXCEPTION else 3
