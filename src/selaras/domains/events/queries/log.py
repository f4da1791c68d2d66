"""Reads about intake itself: where events come from, who was turned away, how far assessment is, what it set aside."""

from django.db import connection

from selaras.domains.events.contracts import Backlog, RefusalReason, RefusedRow, SetAsideRow, SourceRow
from selaras.domains.events.models import Refused, SetAside, Source
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require

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


def list_refused(actor: Actor, *, limit: int = 100) -> list[RefusedRow]:
    """Requests turned away, the latest hours first. Raises NotAllowed."""
    require(actor, "events.sources")
    rows = Refused.objects.order_by("-hour", "-count", "id")[:limit]
    return [RefusedRow(row.hour, row.address, RefusalReason(row.reason), row.count) for row in rows]


def list_sources(actor: Actor) -> list[SourceRow]:
    """Every source, by name. Raises NotAllowed."""
    require(actor, "events.view")
    return [
        SourceRow(
            row.pk, row.name, row.organisation_id, tuple(row.networks), row.token_hash is not None, row.enabled
        )
        for row in Source.objects.order_by("name")
    ]  # fmt: skip
