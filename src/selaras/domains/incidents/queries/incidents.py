"""Reads about incidents that others may use."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from selaras.domains.incidents.contracts import (
    CauseState,
    IncidentDetail,
    Source,
    WaitingFor,
)
from selaras.domains.incidents.lifecycle import INCIDENT
from selaras.domains.incidents.models import Escalation, Incident, IncidentItem, PriorityMatrix
from selaras.domains.incidents.queries.facts import facts_of
from selaras.domains.incidents.rules import DEFAULT_MATRIX, full_matrix
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.records.contracts import RecordRow
from selaras.domains.records.queries import get_record, list_rows
from selaras.kernel.errors import NotFound
from selaras.kernel.lifecycle import Offer
from selaras.kernel.sentences import Sentence

STATE_WORDS = INCIDENT.states
_BELOW = ArraySubquery(Incident.objects.filter(parent=OuterRef("pk")).order_by("pk").values("pk"))
_ABOUT = ArraySubquery(IncidentItem.objects.filter(incident=OuterRef("pk")).order_by("id").values("item_id"))
_ESCALATED = Exists(Escalation.objects.filter(incident=OuterRef("pk")))
_WHOLE = Incident.objects.annotate(below=_BELOW, about=_ABOUT, escalated=_ESCALATED)


def get_incident(actor: Actor, number: str) -> IncidentDetail:
    """An incident by number, with the moves this actor is offered. Raises NotFound, also where it is not theirs."""
    card = get_record(actor, number)
    row = next(iter(_WHOLE.filter(pk=card.id)), None)
    if row is None:
        raise NotFound(number)
    below = row.below
    around = {near.id: near for near in list_rows(actor, [*below, row.parent_id or 0, row.merged_into_id or 0])}
    return IncidentDetail(
        card=card,
        impact=row.impact,
        urgency=row.urgency,
        source=Source(row.source),
        waiting_for=WaitingFor(row.waiting_for) if row.waiting_for else None,
        waiting_reason=row.waiting_reason,
        cause=row.cause,
        solution=row.solution,
        resolved_at=row.resolved_at,
        confirm_by=row.confirm_by,
        cause_state=CauseState(row.cause_state),
        cause_cleared_at=row.cause_cleared_at,
        reopened=row.reopened,
        major=row.major,
        escalated=row.escalated,
        parent=_number(around.get(row.parent_id or 0)),
        children=tuple(around[pk] for pk in below if pk in around),
        merged_into=_number(around.get(row.merged_into_id or 0)),
        item_ids=tuple(row.about),
        model_id=row.model_id,
        offers=offers(actor, card, facts_of(row, actor, childless=not below)),
    )


def offers(actor: Actor, card: RecordRow, facts: dict[str, Any]) -> tuple[Offer, ...]:
    """What the lifecycle has here that this actor's duty includes; what is impossible now says why."""
    known = {"team_id": card.team_id, "assignee_id": card.assignee_id, **facts}
    return tuple(
        replace(each, optional=tuple(name for name in each.optional if facts.get(f"may_{name}", True)))
        for each in INCIDENT.offers(card.state, known, lambda permission: may(actor, permission))
    )


def open_state(record_id: int) -> str:
    """The state an incident is in now."""
    state: str = Incident.objects.values_list("record__state", flat=True).get(pk=record_id)
    return state


def list_to_close(now: datetime, limit: int = 200) -> list[int]:
    """Resolved incidents whose confirmation time is over and whose cause is gone, by one index range."""
    rows = Incident.objects.filter(confirm_by__lte=now).exclude(cause_state=CauseState.ACTIVE)
    return list(rows.order_by("confirm_by").values_list("pk", flat=True)[:limit])


def get_matrix(organisation_id: int) -> dict[tuple[int, int], int]:
    """The priority matrix of an organisation, whole."""
    row = PriorityMatrix.objects.filter(organisation_id=organisation_id).first()
    return full_matrix(row.cells if row else {})


def get_default_matrix() -> dict[tuple[int, int], int]:
    """The matrix of those who have set none."""
    return dict(DEFAULT_MATRIX)


def _number(row: RecordRow | None) -> str | None:
    return row.number if row else None


def state_word(state: str) -> Sentence:
    """The word for an incident's state."""
    return INCIDENT.states[state]
