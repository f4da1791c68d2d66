"""Which agreement is in force for a customer's service, and what it promises."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.models import Agreement, Target

# An agreement of the customer itself goes before one of the organisation above it.
_IN_FORCE = """
WITH RECURSIVE up(id, parent_id, distance) AS (
    SELECT id, parent_id, 0 FROM people_organisation WHERE id = %(organisation)s
    UNION ALL
    SELECT o.id, o.parent_id, up.distance + 1 FROM people_organisation o JOIN up ON o.id = up.parent_id
    WHERE up.distance < 50
)
SELECT a.id
FROM up
JOIN agreements_agreement a ON a.organisation_id = up.id AND a.kind = 'sla' AND a.state = 'active'
JOIN agreements_agreementservice s ON s.agreement_id = a.id AND s.service_id = %(service)s
JOIN agreements_calendar c ON c.id = a.calendar_id
WHERE (%(at)s AT TIME ZONE c.timezone)::date BETWEEN a.valid_from AND COALESCE(a.valid_until, 'infinity')
ORDER BY up.distance, a.valid_from DESC, a.id DESC
LIMIT 1
"""


def find_agreement(organisation_id: int, service_id: int | None, at: datetime) -> Agreement | None:
    """The customer's agreement in force for the service at a moment; None if nothing is agreed."""
    if service_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, {"organisation": organisation_id, "service": service_id, "at": at})
        found = cursor.fetchone()
    return None if found is None else Agreement.objects.select_related("calendar").get(pk=found[0])


def find_targets(agreement: Agreement, metrics: Collection[Metric], priority: int) -> dict[Metric, Target]:
    """The agreement's targets in force for these metrics at a priority; one for that priority before one for
    any.
    """
    rows = Target.objects.filter(agreement=agreement, metric__in=metrics, replaced_at=None)
    found: dict[Metric, Target] = {}
    for row in rows.select_related("calendar", "agreement__calendar"):
        metric = Metric(row.metric)
        if row.priority == priority or (row.priority is None and metric not in found):
            found[metric] = row
    return found
