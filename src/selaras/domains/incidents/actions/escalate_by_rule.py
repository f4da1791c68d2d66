"""What the rules of escalation make of a clock that runs short or out, and the rules themselves."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions._incident import load
from selaras.domains.incidents.actions.escalate import ask
from selaras.domains.incidents.contracts import WORKED, Moment
from selaras.domains.incidents.models import Escalation, EscalationRule, Incident
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.people.queries import get_team_lead, get_worker_name, require
from selaras.domains.records.actions.entries import write_entry
from selaras.domains.records.contracts import PRIORITIES
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say

MOST = 100  # rules


def escalate_warned(payload: Mapping[str, Any]) -> None:
    """Reaction to `clock.warned`."""
    _escalate(payload["record_id"], payload["metric"], Moment.WARNED)


def escalate_breached(payload: Mapping[str, Any]) -> None:
    """Reaction to `clock.breached`."""
    _escalate(payload["record_id"], payload["metric"], Moment.BREACHED)


@transaction.atomic
def _escalate(record_id: int, metric: str, moment: Moment) -> None:
    """Ask whom the rules name, once each, while work is left; a record of another kind is none of ours."""
    if not Incident.objects.filter(pk=record_id).exists():
        return
    by = system_actor("incidents")
    record, incident = load(record_id, by=by, permission="incidents.work")
    if record.state not in WORKED:
        return
    rules = EscalationRule.objects.filter(priority=record.priority, metric=metric, moment=moment).order_by("pk")
    lead = get_team_lead(record.team_id)
    for to_id in dict.fromkeys(rule.to_id or lead for rule in rules):
        known = Escalation.objects.filter(
            incident=incident, priority=record.priority, metric=metric, moment=moment, to_id=to_id
        )
        if to_id is not None and not known.exists():
            ask(record, incident, by=by, to_id=to_id, metric=metric, moment=moment)
        elif to_id is None:
            write_entry(record, by=by, verb="escalation_unled", public=False, data={"metrics": [metric]})


@transaction.atomic
def add_rule(*, by: Actor, priority: int, metric: str, moment: str, to_id: int | None = None) -> int:
    """A further rule; one that is there already stays as it is. Returns its id. Raises Invalid naming the fields."""
    require(by, "incidents.models")
    wrong: dict[str, Sentence] = {}
    if priority not in PRIORITIES:
        wrong["priority"] = say("Priorities go from 1 to 5.")
    if metric not in (Metric.RESPOND, Metric.RESOLVE, Metric.UPDATE):
        wrong["metric"] = say("Choose the clock it goes by.")
    if moment not in list(Moment):
        wrong["moment"] = say("Choose when it is to happen.")
    if wrong:
        raise Invalid(wrong)
    try:
        get_worker_name(to_id)
    except Invalid as nobody:
        raise Invalid({"to_id": nobody.sentence}) from None
    if EscalationRule.objects.count() >= MOST:
        raise Invalid({"priority": say("There are %(most)s rules already; take one away first.", most=MOST)})
    row, _ = EscalationRule.objects.get_or_create(priority=priority, metric=metric, moment=moment, to_id=to_id)
    return row.pk


def drop_rule(rule_id: int, *, by: Actor) -> None:
    """Take a rule away; what it has escalated stays."""
    require(by, "incidents.models")
    if not EscalationRule.objects.filter(pk=rule_id).delete()[0]:
        raise NotFound(str(rule_id))
