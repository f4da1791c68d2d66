"""Replay stored history under a draft rule set, next to today's: page by page, however long the history is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from selaras.domains.events.comparing import Comparison
from selaras.domains.events.contracts.replaying import PastChange, Replayed
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.models import Alert, Change, Source
from selaras.domains.events.queries.rules import compiled_drafts, compiled_rules
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.queries.finding import find_items
from selaras.domains.services.queries.services import service_ids

TOGETHER = 2000
"""Changes that are read at once; four queries each time."""

Progress = Callable[[int, datetime], None]
"""Told how many changes were replayed, and the moment of the last."""


def replay_rules(
    actor: Actor,
    draft: Sequence[RuleRow],
    *,
    since: datetime,
    until: datetime,
    progress: Progress = lambda looked_at, reached: None,
) -> Replayed:
    """What the draft (a whole set, in order) would have made of the changes of that time.

    Raises BadMatcher, NotAllowed. Labels lead to the items they lead to now. What `progress` raises ends it.
    """
    require(actor, "events.rules")
    then = compiled_drafts([replace(rule, id=-place) for place, rule in enumerate(draft, 1) if rule.enabled])
    compared = Comparison(compiled_rules(), then)
    for changes in _pages(since, until):
        for change in _history(changes):
            compared.take(change)
        compared.tidy(changes[-1][0])
        progress(compared.looked_at, changes[-1][0])
    return compared.result(since, until)


def _pages(since: datetime, until: datetime) -> Iterator[Sequence[tuple[datetime, int, str]]]:
    last = -1
    rows = Change.objects.filter(at__gte=since, at__lt=until).order_by("pk")
    while page := list(rows.filter(pk__gt=last).values_list("at", "alert_id", "state", "pk")[:TOGETHER]):
        yield [row[:3] for row in page]
        last = page[-1][3]


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
