"""Reads about intake itself: who was turned away, how far assessment is, what it set aside."""

from datetime import timedelta

from django.db import connection
from django.db.models import Max, Sum

from selaras.domains.events.contracts.alerts import Backlog, SetAsideRow
from selaras.domains.events.contracts.sources import RefusalReason, RefusedRow
from selaras.domains.events.models import Refused, SetAside
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock

# Counted no further than this: a storm is told as "more than".
_COUNTED = 10_000

_WAITING = """
SELECT count(*), min(at) FROM (
    SELECT at FROM events_change WHERE id > coalesce((SELECT change_id FROM events_cursor WHERE name = 'assess'), 0)
    ORDER BY id LIMIT %s) AS waiting
"""


def get_backlog(actor: Actor) -> Backlog:
    """What waits for assessment (counted up to 10,000) and what was set aside. Raises NotAllowed."""
    require(actor, "events.view")
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [_COUNTED])
        waiting, oldest = cursor.fetchone()
    return Backlog(waiting, oldest, SetAside.objects.count())


def list_set_aside(actor: Actor, *, limit: int = 100) -> list[SetAsideRow]:
    """Changes that could not be assessed, oldest first. Raises NotAllowed."""
    require(actor, "events.view")
    return [
        SetAsideRow(row.pk, row.change_id, row.alert_id, row.error, row.at, row.attempts)
        for row in SetAside.objects.order_by("at", "id")[:limit]
    ]


def list_refused(actor: Actor, *, hours: int = 24, limit: int = 50) -> list[RefusedRow]:
    """Requests turned away lately, summed by address and reason, the latest first. Raises NotAllowed."""
    require(actor, "events.sources")
    rows = Refused.objects.filter(hour__gt=clock.now() - timedelta(hours=hours)).values("address", "reason")
    summed = rows.annotate(latest=Max("hour"), total=Sum("count")).order_by("-latest", "-total", "address")[:limit]
    return [RefusedRow(row["latest"], row["address"], RefusalReason(row["reason"]), row["total"]) for row in summed]
