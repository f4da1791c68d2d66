"""What the verbs of an incident share: lock it, move it, keep its clocks' next due time on the card."""

from collections.abc import Collection, Mapping
from typing import Any

from selaras.domains.agreements.contracts.clocks import ClocksChanged
from selaras.domains.incidents.lifecycle import INCIDENT
from selaras.domains.incidents.models import Incident
from selaras.domains.incidents.queries.facts import facts_of
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.cards import lock, move_card, set_due
from selaras.domains.records.contracts import Card
from selaras.domains.records.queries import get_record
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say


def load(record_id: int, *, by: Actor, permission: str, seen: int | None = None) -> tuple[Card, Incident]:
    """The card and the incident, locked until the transaction ends (the record's lock covers both)."""
    record = lock(record_id, by=by, permission=permission, seen=seen)
    incident = Incident.objects.filter(pk=record.pk).first()
    if incident is None:
        raise NotFound(record.number)
    return record, incident


def lock_together(record_ids: Collection[int], *, by: Actor, permission: str) -> dict[int, tuple[Card, Incident]]:
    """Several, locked in order of id, so that two who take the same ones cannot block each other."""
    return {pk: load(pk, by=by, permission=permission) for pk in sorted(record_ids)}


def find(number: str, *, by: Actor, field: str) -> int:
    """The id of the incident a person names in `field`; 0 for no name. Raises Invalid where there is none."""
    if not number.strip():
        return 0
    try:
        return get_record(by, number.strip()).id
    except NotFound:
        raise Invalid({field: say("There is no incident “%(number)s”.", number=number.strip()[:40])}) from None


def act(record: Card, incident: Incident, verb: str, *, by: Actor, facts: Mapping[str, Any] | None = None) -> None:
    """Raise MoveRefused unless the lifecycle has this act here and its needs hold; the caller has asked permission."""
    INCIDENT.act(verb, record.state, {**facts_of(incident, by), **(facts or {})})


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
        **facts_of(incident, by),
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
