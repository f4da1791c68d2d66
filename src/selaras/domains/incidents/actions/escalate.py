"""Escalate: to a team that knows more, or to somebody who may decide more; and answer that."""

from django.db import transaction

from selaras.domains.incidents.actions._incident import act, load
from selaras.domains.incidents.actions.assign import pass_to
from selaras.domains.incidents.models import Escalation, Incident
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_team_lead, get_team_name, get_worker_name, may
from selaras.domains.records.actions.entries import check_body, write_entry
from selaras.domains.records.actions.watch import add_watcher
from selaras.domains.records.contracts import Card, RecordRef
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say


@transaction.atomic
def escalate(record_id: int, *, by: Actor, team_id: int | None, reason: str, seen: int | None = None) -> None:
    """Functional: hand it to another team, saying why; who had it before is kept. Raises Invalid, MoveRefused."""
    record, incident = load(record_id, by=by, permission="records.assign", seen=seen)
    act(record, incident, "escalate", by=by, facts={"team_id": team_id, "reason": reason})
    check_body(reason)
    name = get_team_name(team_id)
    if team_id == record.team_id:
        raise Invalid({"team_id": say("This team has it already.")})
    pass_to(record, incident, by=by, team_id=team_id, assignee_id=None, reason=reason, names={"team": name})


@transaction.atomic
def escalate_up(
    record_id: int, *, by: Actor, reason: str, decision: str, to_id: int | None = None, seen: int | None = None
) -> int:
    """Hierarchic: ask somebody higher up for a decision; without a name, the lead of the team that has it.

    They are told from now on what happens to it. Returns the escalation's id. Raises Invalid naming `to_id`.
    """
    record, incident = load(record_id, by=by, permission="incidents.work", seen=seen)
    act(record, incident, "escalate_up", by=by, facts={"reason": reason, "decision": decision})
    check_body(reason + decision)
    to_id = to_id or get_team_lead(record.team_id)
    if to_id is None:
        raise Invalid({"to_id": say("Nobody leads its team; name a person.")})
    return ask(record, incident, by=by, to_id=to_id, reason=reason.strip(), decision=decision.strip())


def ask(
    record: Card,
    incident: Incident,
    *,
    by: Actor,
    to_id: int,
    reason: str = "",
    decision: str = "",
    metric: str = "",
    moment: str = "",
) -> int:
    """Write the question to a locked incident, tell it, and let whom it goes to follow what happens."""
    try:
        name = get_worker_name(to_id)
    except Invalid as nobody:
        raise Invalid({"to_id": nobody.sentence}) from None
    level = Escalation.objects.filter(incident=incident).count() + 1
    row = Escalation.objects.create(
        incident=incident,
        level=level,
        to_id=to_id,
        by_id=by.id,
        at=clock.now(),
        reason=reason,
        decision=decision,
        priority=record.priority,
        metric=metric,
        moment=moment,
    )
    add_watcher(record.pk, to_id)
    told = {"to": name, "level": level, "decision": decision, "metrics": [metric] if metric else [], "moment": moment}
    write_entry(record, by=by, verb="escalated_up", public=False, body=reason, data=told)
    announce("incident.escalated", {"record_id": record.pk, "number": record.number, "to": to_id, "level": level})
    return row.pk


@transaction.atomic
def answer_escalation(escalation_id: int, *, by: Actor, answer: str) -> RecordRef:
    """Say what was decided: whoever was asked, or somebody in charge of major incidents for them."""
    row = Escalation.objects.select_related("to").filter(pk=escalation_id).first()
    if row is None:
        raise NotFound(str(escalation_id))
    record, _ = load(row.incident_id, by=by, permission="incidents.work" if row.to_id != by.id else "records.view")
    row = Escalation.objects.select_related("to").get(pk=escalation_id)
    if row.to_id != by.id and not may(by, "incidents.major"):
        raise NotAllowed("incidents.major")
    if not answer.strip():
        raise Invalid({"answer": say("Say what was decided.")})
    check_body(answer)
    if row.answered_at is not None:
        raise MoveRefused(say("This was answered already."), field="answer")
    row.answered_at, row.answered_by_id, row.answer = clock.now(), by.id, answer.strip()
    row.save(update_fields=["answered_at", "answered_by", "answer"])
    write_entry(record, by=by, verb="escalation_answered", public=False, body=row.answer, data={"level": row.level})
    return RecordRef(record.pk, record.number)
