"""Report an incident: by a person, or by the house on what monitoring saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from selaras.domains.agreements.actions.start_clocks import start_clocks
from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.queries.chain import chain_from_services
from selaras.domains.incidents.actions.classify import check_levels
from selaras.domains.incidents.actions.steps import find_model, take_steps
from selaras.domains.incidents.contracts import CauseState, ModelDraft, Source
from selaras.domains.incidents.lifecycle import INCIDENT
from selaras.domains.incidents.models import Incident, IncidentItem
from selaras.domains.incidents.queries import get_matrix
from selaras.domains.incidents.rules import priority_from
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_person_organisation, get_provider, may, require
from selaras.domains.records.actions.cards import open_card, set_due
from selaras.domains.records.actions.entries import check_body
from selaras.domains.records.contracts import Kind, NewRecord, RecordRef
from selaras.domains.services.queries.impact import reach_of
from selaras.domains.services.queries.services import get_service_team, is_used_by
from selaras.kernel.errors import Invalid
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

_METRICS = (Metric.RESPOND, Metric.RESOLVE)


@dataclass(frozen=True, slots=True)
class _Hit:
    """Whom an incident concerns: its service and every customer with the service of theirs that is hit."""

    service_id: int | None
    organisation_id: int
    uses: tuple[tuple[int, int], ...]  # (organisation, service) under whose agreement clocks run


@transaction.atomic
def report(
    *,
    by: Actor,
    title: str = "",
    description: str = "",
    impact: int | None = None,
    urgency: int | None = None,
    organisation_id: int | None = None,
    service_id: int | None = None,
    item_ids: Sequence[int] = (),
    requester_id: int | None = None,
    team_id: int | None = None,
    model_id: int | None = None,
    source: Source = Source.PORTAL,
    entry_data: Mapping[str, Any] | None = None,
) -> RecordRef:
    """Write a reported incident, start the clocks of every agreement it falls under, and announce it.

    Whom it hits follows from the chain of `item_ids`; without items, from the service and organisation named. The
    team is the one named, else the service's. What is not given is as its model says (`model_id`, by those who work
    incidents), whose steps it takes along; else medium. Raises Invalid naming the field, NotAllowed, NotFound.
    """
    require(by, "incidents.report", organisation_id)
    model = find_model(by, model_id) if model_id is not None else None
    prepared = model.draft if model else ModelDraft("", "")
    title, service_id = title or prepared.title, service_id or prepared.service_id
    impact, urgency = impact or prepared.impact, urgency or prepared.urgency
    check_levels(impact, urgency)
    check_body(description)
    requester_id = _requester(by, requester_id)
    hit = _hit(by, organisation_id, service_id, item_ids, requester_id)
    priority = priority_from(impact, urgency, get_matrix(hit.organisation_id))
    ref = open_card(
        NewRecord(
            kind=Kind.INCIDENT,
            title=title,
            description=description,
            state=INCIDENT.initial,
            priority=priority,
            organisation_id=hit.organisation_id,
            service_id=hit.service_id,
            requester_id=requester_id,
            team_id=team_id or prepared.team_id or get_service_team(hit.service_id),
            affected_ids=frozenset(organisation for organisation, _ in hit.uses),
            data={"source": source, **(entry_data or {})},
        ),
        by=by,
    )
    Incident.objects.create(
        record_id=ref.id,
        impact=impact,
        urgency=urgency,
        source=source,
        cause_state=CauseState.ACTIVE if source == Source.EVENT else CauseState.NONE,
    )
    if model is not None:
        take_steps(ref.id, model)
    IncidentItem.objects.bulk_create(IncidentItem(incident_id=ref.id, item_id=pk) for pk in dict.fromkeys(item_ids))
    _start_clocks(ref, hit, priority, by=by)
    announce("incident.reported", {"record_id": ref.id, "number": ref.number, "priority": priority, "by": by.id})
    return ref


def _requester(by: Actor, requester_id: int | None) -> int | None:
    """Who asks: oneself, unless one's duty is to take contacts for others."""
    if requester_id is None or requester_id == by.id:
        return by.id
    require(by, "records.for_others")
    return requester_id


def _hit(
    by: Actor,
    organisation_id: int | None,
    service_id: int | None,
    item_ids: Sequence[int],
    requester_id: int | None,
) -> _Hit:
    if item_ids:
        require(by, "items.view")
        reached = {service.service_id: service.depth for service in reach_of(item_ids).services}
        chain = chain_from_services(by, reached)
        uses = tuple(dict.fromkeys((row.organisation_id, row.service_id) for row in chain))
        # The service that matters most to a customer; where none is used, the nearest (they come in that order).
        worst = min(chain, key=lambda row: (row.criticality, reached[row.service_id]), default=None)
        hit = service_id or (worst.service_id if worst else next(iter(reached), None))
        customers = {organisation for organisation, _ in uses}
        only = customers.pop() if len(customers) == 1 else None
        return _Hit(hit, organisation_id or only or get_provider(), uses)
    owner = organisation_id or get_person_organisation(requester_id) or get_provider()
    if service_id is not None and not may(by, "records.queue") and not is_used_by(service_id, by.organisation_ids):
        raise Invalid({"service_id": say("Choose a service that your organisation uses.")})
    return _Hit(service_id, owner, ((owner, service_id),) if service_id else ())


def _start_clocks(ref: RecordRef, hit: _Hit, priority: int, *, by: Actor) -> None:
    """A clock for each promise: of two uses under one agreement, and of two metrics, each runs by itself."""
    due_at = None
    for organisation_id, service_id in hit.uses:
        changed = start_clocks(
            ref.id,
            by=by,
            metrics=_METRICS,
            service_id=service_id,
            organisation_id=organisation_id,
            priority=priority,
        )
        due_at = changed.due_at
    set_due(ref.id, due_at)
