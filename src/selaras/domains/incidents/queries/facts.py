"""The facts of an incident that its lifecycle asks for."""

from typing import Any

from selaras.domains.incidents.contracts import CauseState
from selaras.domains.incidents.models import Incident, MajorIncident
from selaras.domains.incidents.queries.family import has_open_children
from selaras.domains.incidents.queries.models import any_settled, open_required
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.kernel import clock


def facts_of(row: Incident, by: Actor, *, childless: bool = False) -> dict[str, Any]:
    """What the needs and acts of the table look at; names that a refusal gives are in the language of `by`.

    `childless`: it is known to have no children, so that none are looked for.
    """
    roles = _roles(row) if row.major else ()
    return {
        "cause_active": row.cause_state == CauseState.ACTIVE,
        "confirmation_over": row.confirm_by is not None and row.confirm_by <= clock.now(),
        "is_major": row.major and row.resolved_at is None,
        "speaks": row.major and (by.id in roles or may(by, "incidents.major")),
        "has_parent": row.parent_id is not None,
        "may_children": not childless and has_open_children(row.pk),
        "open_steps": open_required(row.pk, by.language) if row.model_id else (),
        "steps_begun": row.model_id is not None and any_settled(row.pk),
    }


def _roles(row: Incident) -> tuple[int, ...]:
    """Who speaks for a major incident: its manager, and who writes to the customers."""
    return MajorIncident.objects.filter(pk=row.pk).values_list("manager_id", "communications_id").first() or ()
