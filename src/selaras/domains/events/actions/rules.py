"""Rules: make, change, remove. A change holds for what comes after it."""

from collections.abc import Sequence

from django.db import transaction

from selaras.domains.events.contracts import AlertClass, BadMatcher, Condition, RuleRow
from selaras.domains.events.models import Rule
from selaras.domains.events.rules import CompiledRule
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say

_LEVELS = (1, 2, 3, None)


@transaction.atomic
def save_rule(
    *,
    by: Actor,
    rule_id: int | None = None,
    order: int,
    name: str,
    conditions: Sequence[Condition],
    alert_class: AlertClass,
    opens_incident: bool = False,
    impact: int | None = None,
    urgency: int | None = None,
    team_id: int | None = None,
    enabled: bool = True,
) -> int:
    """Make a rule, or change the one of `rule_id`; its id. Raises Invalid naming the field, NotAllowed, NotFound."""
    require(by, "events.rules")
    row = Rule() if rule_id is None else Rule.objects.select_for_update().filter(pk=rule_id).first()
    if row is None:
        raise NotFound(str(rule_id))
    draft = RuleRow(
        0, order, name.strip(), tuple(conditions), alert_class, opens_incident, impact, urgency, team_id, enabled
    )
    faults = _faults(draft, rule_id)
    if faults:
        raise Invalid(faults)
    row.order, row.name, row.alert_class = order, draft.name, alert_class
    row.conditions = [{"label": c.label, "op": c.op, "value": c.value} for c in conditions]
    row.opens_incident, row.impact, row.urgency = opens_incident, impact, urgency
    row.team_id, row.enabled = team_id, enabled
    row.save()
    return row.pk


@transaction.atomic
def remove_rule(rule_id: int, *, by: Actor) -> None:
    """Remove a rule; what it has decided stays as it was decided. Raises NotAllowed, NotFound."""
    require(by, "events.rules")
    if not Rule.objects.filter(pk=rule_id).delete()[0]:
        raise NotFound(str(rule_id))


def _faults(draft: RuleRow, own_id: int | None) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not draft.name or len(draft.name) > 120:
        faults["name"] = say("Give a name of up to 120 characters.")
    elif Rule.objects.filter(name=draft.name).exclude(pk=own_id or 0).exists():
        faults["name"] = say("There is another rule with this name.")
    if draft.impact not in _LEVELS:
        faults["impact"] = say("Choose 1 (high) to 3 (low), or leave it to the chain.")
    if draft.urgency not in _LEVELS:
        faults["urgency"] = say("Choose 1 (high) to 3 (low), or leave it to the class.")
    if draft.opens_incident and draft.alert_class != AlertClass.EXCEPTION:
        faults["opens_incident"] = say("Only an exception opens an incident.")
    if any(not condition.label for condition in draft.conditions):
        faults["conditions"] = say("Each condition names a label.")
    try:
        CompiledRule(draft)
    except BadMatcher as error:
        faults["conditions"] = say("A condition cannot be read: %(why)s.", why=str(error))
    return faults
