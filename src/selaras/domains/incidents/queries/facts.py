"""The facts of an incident that its lifecycle asks for."""

from typing import Any

from selaras.domains.incidents.contracts import CauseState
from selaras.domains.incidents.models import Incident
from selaras.domains.incidents.queries.family import has_open_children
from selaras.domains.incidents.queries.models import any_settled, open_required
from selaras.kernel import clock


def facts_of(row: Incident, language: str) -> dict[str, Any]:
    """What the needs and acts of the table look at; names that a refusal gives are in `language`."""
    return {
        "cause_active": row.cause_state == CauseState.ACTIVE,
        "confirmation_over": row.confirm_by is not None and row.confirm_by <= clock.now(),
        "has_parent": row.parent_id is not None,
        "may_children": has_open_children(row.pk),
        "open_steps": open_required(row.pk, language) if row.model_id else (),
        "steps_begun": row.model_id is not None and any_settled(row.pk),
    }
