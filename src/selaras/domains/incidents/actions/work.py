"""Take an incident, put it on hold, resume it."""

from django.db import transaction

from selaras.domains.agreements.actions.pause_clocks import pause_clocks, resume_clocks
from selaras.domains.agreements.actions.stop_clock import stop_clock
from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions._incident import keep_due, load, move
from selaras.domains.incidents.contracts import WAITING_WORDS, WaitingFor
from selaras.domains.incidents.rules import PAUSES
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.cards import hand_over
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say


@transaction.atomic
def start(record_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Take it: whoever takes it has it, and the promise to respond is kept from now on."""
    record, incident = load(record_id, by=by, permission="incidents.work", seen=seen)
    if by.id is not None and record.assignee_id != by.id:
        hand_over(record, team_id=record.team_id, assignee_id=by.id)
    move(record, incident, "start", by=by)
    keep_due(record, stop_clock(record.pk, Metric.RESPOND, by=by))


@transaction.atomic
def wait(record_id: int, *, by: Actor, waiting_for: str, reason: str, seen: int | None = None) -> None:
    """Put it on hold for the requester, a supplier or a change; which clocks stand still is rules.PAUSES."""
    record, incident = load(record_id, by=by, permission="incidents.work", seen=seen)
    if waiting_for and waiting_for not in list(WaitingFor):
        raise Invalid({"waiting_for": say("Say whom it waits for.")})
    facts = {"waiting_for": waiting_for, "reason": reason}
    move(record, incident, "wait", by=by, facts=facts, body=reason, data={"waiting_for": waiting_for})
    incident.waiting_for, incident.waiting_reason = waiting_for, reason
    incident.save(update_fields=["waiting_for", "waiting_reason"])
    keep_due(record, stop_clock(record.pk, Metric.RESPOND, by=by))
    metrics = [Metric(metric) for metric in PAUSES[WaitingFor(waiting_for)]]
    if metrics:
        why = say("waiting for %(whom)s", whom=WAITING_WORDS[WaitingFor(waiting_for)])
        keep_due(record, pause_clocks(record.pk, by=by, reason=why, metrics=metrics))


@transaction.atomic
def resume(record_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Go on with it: what stood still runs again."""
    record, incident = load(record_id, by=by, permission="incidents.work", seen=seen)
    move(record, incident, "resume", by=by, data={"waited_for": incident.waiting_for})
    incident.waiting_for = incident.waiting_reason = ""
    incident.save(update_fields=["waiting_for", "waiting_reason"])
    keep_due(record, resume_clocks(record.pk, by=by))
