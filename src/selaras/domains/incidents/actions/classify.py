"""Change what an incident is about and how grave it is."""

from django.db import transaction

from selaras.domains.agreements.actions.retarget import reprioritise, retarget
from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions._incident import keep_due, load
from selaras.domains.incidents.models import PriorityMatrix
from selaras.domains.incidents.queries import get_matrix
from selaras.domains.incidents.rules import DEFAULT_MATRIX, LEVELS, priority_from
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations, require
from selaras.domains.records.actions.cards import change_card
from selaras.domains.records.contracts import Card
from selaras.domains.records.queries import list_affected
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.sentences import Sentence, say

_METRICS = (Metric.RESPOND, Metric.RESOLVE)


@transaction.atomic
def classify(
    record_id: int,
    *,
    by: Actor,
    title: str | None = None,
    impact: int | None = None,
    urgency: int | None = None,
    service_id: int | None = None,
    seen: int | None = None,
) -> None:
    """Change title, impact, urgency or service; None leaves one as it is.

    The priority follows from the organisation's matrix; the clocks are held against the promise that now applies
    and keep every pause.
    """
    record, incident = load(record_id, by=by, permission="records.edit", seen=seen)
    impact, urgency = impact or incident.impact, urgency or incident.urgency
    check_levels(impact, urgency)
    levels = {"impact": impact, "urgency": urgency}
    changed = {f: {"from": getattr(incident, f), "to": v} for f, v in levels.items() if getattr(incident, f) != v}
    incident.impact, incident.urgency = impact, urgency
    incident.save(update_fields=["impact", "urgency"])
    priority = priority_from(impact, urgency, get_matrix(record.organisation_id)) if changed else record.priority
    before = (record.priority, record.service_id)
    change_card(
        record,
        by=by,
        data=changed,
        title=record.title if title is None else title.strip(),
        priority=priority,
        service_id=service_id or record.service_id,
    )
    if before[1] != record.service_id:
        _promise_again(record, by=by)
    elif before[0] != record.priority:
        changed_clocks = reprioritise(
            record.pk, by=by, metrics=_METRICS, priority=record.priority, started_at=record.opened_at
        )
        keep_due(record, changed_clocks)


def _promise_again(record: Card, *, by: Actor) -> None:
    """Another service: each customer's clocks are held against what covers it now."""
    for organisation_id in sorted(list_affected(record.pk)):
        changed_clocks = retarget(
            record.pk,
            by=by,
            metrics=_METRICS,
            service_id=record.service_id,
            organisation_id=organisation_id,
            priority=record.priority,
            started_at=record.opened_at,
        )
        keep_due(record, changed_clocks)


@transaction.atomic
def set_matrix(
    organisation_id: int,
    *,
    by: Actor,
    cells: dict[tuple[int, int], int],
    seen: dict[tuple[int, int], int] | None = None,
) -> None:
    """Set an organisation's priority matrix; incidents already open keep their priority until they are reclassified.

    Only what differs from the default is kept. `seen` is the whole matrix that the person had before them. Raises
    Invalid naming `cells`, Stale, NotFound.
    """
    require(by, "incidents.models", organisation_id)
    if not any(row.id == organisation_id for row in list_organisations(by)):
        raise NotFound(str(organisation_id))
    PriorityMatrix.objects.get_or_create(organisation_id=organisation_id)
    PriorityMatrix.objects.select_for_update().get(organisation_id=organisation_id)
    if seen is not None and seen != get_matrix(organisation_id):
        raise Stale()
    known = {(i, u) for i in LEVELS for u in LEVELS}
    if not set(cells) <= known or not all(priority in range(1, 6) for priority in cells.values()):
        raise Invalid({"cells": say("Impact and urgency go from 1 to 3, priority from 1 to 5.")})
    own = {cell: priority for cell, priority in cells.items() if priority != DEFAULT_MATRIX[cell]}
    stored = {f"{impact}-{urgency}": priority for (impact, urgency), priority in own.items()}
    PriorityMatrix.objects.filter(organisation_id=organisation_id).update(cells=stored)


def check_levels(impact: int, urgency: int) -> None:
    """Raise Invalid unless both are levels, naming the one that is not."""
    wrong: dict[str, Sentence] = {
        name: say("Choose high, medium or low.")
        for name, level in {"impact": impact, "urgency": urgency}.items()
        if level not in LEVELS
    }
    if wrong:
        raise Invalid(wrong)
