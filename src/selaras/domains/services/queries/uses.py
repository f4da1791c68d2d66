"""Who uses which service for what, and what they need to reach. A customer's people see their own only."""

from collections.abc import Collection

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import Direction, OutcomeRow, UseRow
from selaras.domains.services.models import Outcome, ServiceUse
from selaras.kernel.errors import NotFound


def list_uses(
    actor: Actor,
    *,
    service_ids: Collection[int] | None = None,
    organisation_ids: Collection[int] | None = None,
    after: int = 0,
    limit: int = 500,
) -> list[UseRow]:
    """Uses in the order they were recorded, from the one after `after` (an id) on; one query."""
    require(actor, "services.view")
    rows = ServiceUse.objects.select_related("organisation").filter(pk__gt=after).order_by("pk")
    if actor.organisation_ids is not None:
        rows = rows.filter(organisation_id__in=actor.organisation_ids)
    if service_ids is not None:
        rows = rows.filter(service_id__in=service_ids)
    if organisation_ids is not None:
        rows = rows.filter(organisation_id__in=organisation_ids)
    return [
        UseRow(
            id=use.pk,
            service_id=use.service_id,
            organisation_id=use.organisation_id,
            organisation_name=use.organisation.name,
            outcome_id=use.outcome_id,
            business_process=use.business_process,
            criticality=use.criticality,
            version=use.version,
        )
        for use in rows[:limit]
    ]


def list_outcomes(actor: Actor, organisation_id: int) -> list[OutcomeRow]:
    """What an organisation needs to reach, by name. Raises NotFound where it is another customer."""
    require(actor, "services.view", organisation_id)
    rows = Outcome.objects.filter(organisation_id=organisation_id).order_by("name_en")
    return [_outcome(row) for row in rows]


def get_use(actor: Actor, use_id: int) -> UseRow:
    """One use. Raises NotFound, also where it is another customer's."""
    require(actor, "services.view")
    found = ServiceUse.objects.filter(pk=use_id).values_list("pk", "organisation_id").first()
    if found is None:
        raise NotFound(str(use_id))
    require(actor, "services.view", found[1])
    return list_uses(actor, after=use_id - 1, limit=1)[0]


def get_outcome(actor: Actor, outcome_id: int) -> OutcomeRow:
    """One outcome. Raises NotFound, also where it is another customer's."""
    require(actor, "services.view")
    row = Outcome.objects.filter(pk=outcome_id).first()
    if row is None:
        raise NotFound(str(outcome_id))
    require(actor, "services.view", row.organisation_id)
    return _outcome(row)


def _outcome(row: Outcome) -> OutcomeRow:
    return OutcomeRow(
        row.pk,
        row.organisation_id,
        row.name_id,
        row.name_en,
        row.unit,
        row.target,
        Direction(row.direction),
        row.version,
    )
