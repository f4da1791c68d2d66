"""Where an incident has been, whom it was escalated to, and by which rules."""

from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.contracts import WORKED, EscalationRow, Moment, PassageRow, RuleRow
from selaras.domains.incidents.models import Escalation, EscalationRule, Passage
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.queries import about_visible

# Put together once: what a query asks for takes longer to work out than its answer to fetch.
_PASSAGES = Passage.objects.order_by("pk").values_list(
    "from_team_id", "from_team__name", "to_team_id", "to_team__name", "at", "by__name", "reason"
)


def list_passages(actor: Actor, record_id: int) -> list[PassageRow]:
    """The teams an incident has been handed to, in order; one that had it before is said to be bounced."""
    require(actor, "records.internal")
    rows = _PASSAGES.filter(about_visible(actor, "incident__record"), incident_id=record_id)
    found: list[PassageRow] = []
    had: set[int | None] = set()
    for from_id, from_name, to_id, to_name, at, by_name, reason in rows:
        had.add(from_id)
        found.append(PassageRow(from_name or "", to_name, at, by_name or "Selaras", reason, bounced=to_id in had))
        had.add(to_id)
    return found


def list_escalations(actor: Actor, record_id: int) -> list[EscalationRow]:
    """Whom an incident was escalated to, in order."""
    require(actor, "records.internal")
    rows = Escalation.objects.filter(about_visible(actor, "incident__record"), incident_id=record_id).order_by("pk")
    return [_escalation(row) for row in rows.select_related("to", "by", "answered_by", "incident__record")]


def list_escalated_to(actor: Actor) -> list[EscalationRow]:
    """What waits for this person's own answer, the oldest first."""
    require(actor, "records.internal")
    rows = Escalation.objects.filter(to_id=actor.own_id, answered_at=None, incident__record__state__in=WORKED)
    return [
        _escalation(row) for row in rows.select_related("to", "by", "answered_by", "incident__record").order_by("at")
    ]


def escalated_to(actor: Actor) -> tuple[int, ...]:
    """The incidents in which this person's answer is awaited: what the queue narrows by."""
    rows = Escalation.objects.filter(to_id=actor.own_id, answered_at=None, incident__record__state__in=WORKED)
    return tuple(rows.order_by("incident_id").values_list("incident_id", flat=True).distinct())


def list_rules(actor: Actor) -> list[RuleRow]:
    """The rules, the gravest priority first."""
    require(actor, "incidents.work")
    rows = EscalationRule.objects.select_related("to").order_by("priority", "metric", "-moment", "pk")
    return [
        RuleRow(
            row.pk, row.priority, Metric(row.metric), Moment(row.moment), row.to_id, row.to.name if row.to else None
        )
        for row in rows
    ]


def _escalation(row: Escalation) -> EscalationRow:
    return EscalationRow(
        id=row.pk,
        number=row.incident.record.number,
        level=row.level,
        to_id=row.to_id,
        to_name=row.to.name,
        by_name=row.by.name if row.by else "Selaras",
        at=row.at,
        reason=row.reason,
        decision=row.decision,
        metric=Metric(row.metric) if row.metric else None,
        moment=Moment(row.moment) if row.moment else None,
        answered_at=row.answered_at,
        answered_by=row.answered_by.name if row.answered_by else "",
        answer=row.answer,
    )
