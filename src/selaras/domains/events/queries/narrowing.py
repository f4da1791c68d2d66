"""How a list of alerts is narrowed, also where a million fire.

What stands in a column of the assessment has an index in the order of the list. A label has one on the alert: if few
alerts have it they are fetched through that, and if many have it, walking the list meets them soon. Words and the other
operators have none: the newest alerts are read through, up to a bound that the page tells.
"""

import json
from collections.abc import Mapping

from django.db import connection
from django.db.models import F, Q, QuerySet

from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.matchers import Matcher
from selaras.domains.events.models import Assessment
from selaras.kernel import clock

FEW = 5_000
"""Alerts with a label that are fetched through its index; above it the list is walked."""
READ_THROUGH = 20_000
"""Alerts that are read through for words."""


def narrowed(wanted: AlertFilter) -> QuerySet[Assessment]:
    """What the columns and the labels' equalities leave; words and other operators are for `read_through`."""
    asked = {
        "state": wanted.state,
        "alert_class": wanted.alert_class,
        "source_id": wanted.source_id,
        "item_id": wanted.item_id,
        "group_id": wanted.group_id,
        "assigned_to_id": wanted.assignee_id,
        "assigned_team_id": wanted.team_id,
        "rule_id": wanted.rule_id,
        "changed_at__gte": wanted.since,
        "silence__isnull": None if wanted.silenced is None else not wanted.silenced,
    }
    rows = Assessment.objects.filter(**{k: v for k, v in asked.items() if v is not None})
    if wanted.service_id is not None:
        rows = rows.filter(_of_service(wanted.service_id))
    # The first half of each is the condition of an index.
    own = Q(acknowledged_episode__isnull=False, acknowledged_episode=F("alert__episode"))
    aside = Q(shelved_until__isnull=False, shelved_until__gt=clock.now())
    for condition, holds in ((own, wanted.acknowledged), (aside, wanted.shelved)):
        if holds is not None:
            rows = rows.filter(condition) if holds else rows.exclude(condition)
    return _with_labels(rows, wanted)


def _of_service(service_id: int) -> Q:
    """Those that its labels name, and those that incidents of the service took in; if they are few, by their ids."""
    own, taken_in = Q(service_id=service_id, record__service=None), Q(record__service_id=service_id)
    halves = [Assessment.objects.filter(half).values_list("pk", flat=True)[: FEW + 1] for half in (own, taken_in)]
    ids = [pk for half in halves for pk in half]
    return Q(pk__in=ids) if len(ids) <= FEW else own | taken_in


def needs_reading(wanted: AlertFilter) -> bool:
    """Whether something is asked that no index answers."""
    return bool(wanted.words) or any(c.op != "=" or not c.value for c in wanted.conditions)


def read_through(rows: QuerySet[Assessment], wanted: AlertFilter, limit: int) -> tuple[list[int], int | None]:
    """The first `limit` that hold the words and conditions, newest first; and how many were read if not all were."""
    matchers = [Matcher(c.label, c.op, c.value) for c in wanted.conditions]
    words = [word.casefold() for word in wanted.words]
    found: list[int] = []
    newest = rows.order_by("-changed_at", "-alert_id").values_list("alert_id", "alert__labels")[: READ_THROUGH + 1]
    for read, (alert_id, labels) in enumerate(newest.iterator(chunk_size=1000), 1):
        if read > READ_THROUGH:
            return found, READ_THROUGH
        text = "\n".join(f"{name}={value}" for name, value in labels.items()).casefold() if words else ""
        if all(word in text for word in words) and all(matcher.holds(labels) for matcher in matchers):
            found.append(alert_id)
            if len(found) == limit:
                break
    return found, None


def _with_labels(rows: QuerySet[Assessment], wanted: AlertFilter) -> QuerySet[Assessment]:
    equal = {c.label: c.value for c in wanted.conditions if c.op == "=" and c.value}
    if not equal:
        return rows
    few = few_with_labels(equal) if wanted.state == FIRING else None
    return rows.filter(alert__labels__contains=equal) if few is None else rows.filter(pk__in=few)


def few_with_labels(equal: Mapping[str, str]) -> list[int] | None:
    """The ids of the firing alerts that have these labels; None if they are more than few."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT events_with_labels(%s::jsonb, %s)", [json.dumps(equal), FEW + 1])
        ids = [row[0] for row in cursor.fetchall()]
    return ids if len(ids) <= FEW else None
