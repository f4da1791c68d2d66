"""What the verbs of an incident share: lock it, move it, keep its clocks' next due time on the card."""

from collections.abc import Mapping
from typing import Any

from selaras.domains.agreements.contracts import ClocksChanged
from selaras.domains.incidents.lifecycle import INCIDENT
from selaras.domains.incidents.models import Incident
from selaras.domains.incidents.queries import facts_of
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.cards import lock, move_card, set_due
from selaras.domains.records.contracts import Card
from selaras.kernel.errors import NotFound
from selaras.kernel.outbox import announce


def load(record_id: int, *, by: Actor, permission: str, seen: int | None = None) -> tuple[Card, Incident]:
    """The card and the incident, locked until the transaction ends (the record's lock covers both)."""
    record = lock(record_id, by=by, permission=permission, seen=seen)
    incident = Incident.objects.filter(pk=record.pk).first()
    if incident is None:
        raise NotFound(record.number)
    return record, incident


def move(
    record: Card,
    incident: Incident,
    verb: str,
    *,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    public: bool = True,
    body: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Make a move of the lifecycle and announce it as `incident.<verb>`."""
    known = {
        "team_id": record.team_id,
        "assignee_id": record.assignee_id,
        **facts_of(incident),
        **(facts or {}),
    }
    move_card(record, verb, life=INCIDENT, by=by, facts=known, public=public, body=body, data=data)
    announce(
        f"incident.{verb}",
        {"record_id": record.pk, "number": record.number, "by": by.id, "state": record.state},
    )


def keep_due(record: Card, changed: ClocksChanged) -> None:
    """Put the clocks' next due time on the card."""
    set_due(record.pk, changed.due_at)
