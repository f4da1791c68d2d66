"""Replay stored history under a draft rule set, next to today's. Bounded: the newest changes; four queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from selaras.domains.events.contracts import CLASS_WORDS
from selaras.domains.events.contracts.replaying import Compared, Outcome, PastChange, Replayed, ReplayedRow
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.models import Alert, Change, Source
from selaras.domains.events.queries.rules import compiled_drafts, compiled_rules
from selaras.domains.events.replay import by_class, replay
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.queries.finding import find_items
from selaras.domains.services.queries.services import service_ids
from selaras.kernel import clock

MOST = 5000
"""How many changes are replayed at most: the newest. Under a second or two, so within the page."""
SHOWN = 200

Outcomes = Mapping[int, Outcome]


def replay_rules(actor: Actor, draft: Sequence[RuleRow], *, since: datetime) -> Replayed:
    """What the draft (a whole set, in order) would have made of the changes since then. Raises BadMatcher, NotAllowed.

    Labels lead to the items they lead to now.
    """
    require(actor, "events.rules")
    then = compiled_drafts([replace(rule, id=-place) for place, rule in enumerate(draft, 1) if rule.enabled])
    newest = list(
        Change.objects.filter(at__gte=since).order_by("-id").values_list("at", "alert_id", "state")[: MOST + 1]
    )
    history = _history(list(reversed(newest[:MOST])))
    labels = {change.alert_id: change.labels for change in history}
    now = clock.now()
    old, new = replay(history, compiled_rules(), now), replay(history, then, now)
    return _summed(since, history, len(newest) > MOST, labels, old, new)


def _history(changes: Sequence[tuple[datetime, int, str]]) -> list[PastChange]:
    rows = Alert.objects.filter(pk__in={alert_id for _, alert_id, _ in changes})
    alerts = {pk: (source_id, labels) for pk, source_id, labels in rows.values_list("pk", "source_id", "labels")}
    found = dict(zip(alerts, find_items([labels for _, labels in alerts.values()]), strict=True))
    services = service_ids({labels["service"] for _, labels in alerts.values() if labels.get("service")})
    whose = dict(Source.objects.values_list("pk", "organisation_id"))
    history = []
    for at, alert_id, state in changes:
        if alert_id in alerts:
            source_id, labels = alerts[alert_id]
            own = found[alert_id]
            service_id = None if own else services.get(labels.get("service", ""))
            place = (own.item if own else None, service_id, whose.get(source_id))
            history.append(PastChange(at, alert_id, source_id, state, labels, *place))
    return history


def _summed(
    since: datetime, history: Sequence[PastChange], cut: bool, labels: Mapping[int, Any], old: Outcomes, new: Outcomes
) -> Replayed:
    differ = [alert_id for alert_id in old if old[alert_id] != new[alert_id]]
    before, after = by_class(old.values()), by_class(new.values())
    rules = dict.fromkeys(one.rule for outcomes in (old, new) for one in outcomes.values())
    return Replayed(
        since=since,
        looked_at=len(history),
        cut=cut,
        totals=_compared("", old, new, lambda _: True),
        classes=tuple(Compared(CLASS_WORDS[one], alerts=(before[one], after[one])) for one in before),
        rules=tuple(_of_rule(name, old, new) for name in rules),
        differ=len(differ),
        rows=tuple(ReplayedRow(pk, labels[pk], old[pk], new[pk]) for pk in differ[:SHOWN]),
    )


def _of_rule(name: str, old: Outcomes, new: Outcomes) -> Compared:
    return _compared(name, old, new, lambda one: one.rule == name)


def _compared(name: str, old: Outcomes, new: Outcomes, counts: Callable[[Outcome], bool]) -> Compared:
    a, b = ([one for one in outcomes.values() if counts(one)] for outcomes in (old, new))
    return Compared(
        name,
        (len(a), len(b)),
        (sum(one.incidents for one in a), sum(one.incidents for one in b)),
        (sum(one.pages for one in a), sum(one.pages for one in b)),
    )
