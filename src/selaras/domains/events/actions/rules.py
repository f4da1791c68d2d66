"""Rules: make, change, move, switch, remove. A change holds for what comes after it, and makes a version of the set.

`seen` is the number of the version that was read; if there is another by now, Stale is raised.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.events.actions._rule_set import begin, keep, write
from selaras.domains.events.adding import fault_of
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.grouping import faults_in
from selaras.domains.events.matchers import faults_of
from selaras.domains.events.models import Rule
from selaras.domains.events.queries.tables import table_keys
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_team_name
from selaras.kernel.errors import Invalid, MoveRefused, NotFound
from selaras.kernel.sentences import Sentence, say

_LEVELS = (1, 2, 3, None)
_LAST = 10**9
_NOTE = 2000  # characters


@transaction.atomic
def save_rule(
    draft: RuleRow, *, by: Actor, before_id: int | None = None, seen: int | None = None, runbooks: Collection[str] = ()
) -> int:
    """Make a rule (`id` 0), or let the one of its id be so; its id.

    With `order` 0 a new one goes before the rule of `before_id`, else last, and one that is there keeps its place.
    `runbooks` are the short names that its runbook may be one of: what keeps them is above us.

    Raises Invalid naming the field, NotAllowed, NotFound, Stale.
    """
    present = {rule.id: rule for rule in begin(by, seen)}
    if draft.id and draft.id not in present:
        raise NotFound(str(draft.id))
    order = draft.order or _place(present, draft.id, before_id)
    rule = replace(draft, name=draft.name.strip(), note=draft.note.strip(), order=order)
    if rule.runbook and rule.runbook not in runbooks:
        raise Invalid({"runbook": say("There is no such runbook.")})
    check(rule, [other.name for other in present.values() if other.id != rule.id])
    made = write(rule)
    keep(by, say("“%(rule)s” changed", rule=rule.name) if rule.id else say("“%(rule)s” made", rule=rule.name))
    return made


def _place(present: Mapping[int, RuleRow], rule_id: int, before_id: int | None) -> int:
    if rule_id:
        return present[rule_id].order
    before = present.get(before_id or 0)
    return before.order - 1 if before else _LAST


@transaction.atomic
def move_rule(rule_id: int, *, by: Actor, up: bool, seen: int | None = None) -> None:
    """Ask it one place earlier, or later; at the end nothing changes. Raises NotAllowed, NotFound, Stale."""
    rules = begin(by, seen)
    place = next((n for n, rule in enumerate(rules) if rule.id == rule_id), None)
    if place is None:
        raise NotFound(str(rule_id))
    other = place - 1 if up else place + 1
    if 0 <= other < len(rules):
        rules[place], rules[other] = rules[other], rules[place]
        for n, rule in enumerate(rules):
            Rule.objects.filter(pk=rule.id).update(order=n)
        name = rules[other].name
        keep(by, say("“%(rule)s” moved up", rule=name) if up else say("“%(rule)s” moved down", rule=name))


@transaction.atomic
def switch_rule(rule_id: int, *, by: Actor, enabled: bool, seen: int | None = None) -> None:
    """Enable or disable it. Raises NotAllowed, NotFound, Stale."""
    rule = _one(begin(by, seen), rule_id)
    write(replace(rule, enabled=enabled))
    keep(by, say("“%(rule)s” enabled", rule=rule.name) if enabled else say("“%(rule)s” disabled", rule=rule.name))


@transaction.atomic
def remove_rule(rule_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Remove a rule that never decided anything. Raises MoveRefused, NotAllowed, NotFound, Stale."""
    rule = _one(begin(by, seen), rule_id)
    if not Rule.objects.filter(pk=rule_id, used=False).delete()[0]:
        raise MoveRefused(say("“%(rule)s” has decided about alerts, which say so. Disable it instead.", rule=rule.name))
    keep(by, say("“%(rule)s” deleted", rule=rule.name))


def check(rule: RuleRow, others: Sequence[str]) -> None:
    """Raises Invalid, naming each field at fault; `others` are the names that are taken."""
    faults: dict[str, Sentence] = {}
    if not rule.name or len(rule.name) > 120:
        faults["name"] = say("Give a name of up to 120 characters.")
    elif rule.name in others:
        faults["name"] = say("There is another rule with this name.")
    if rule.impact not in _LEVELS:
        faults["impact"] = say("Choose 1 (high) to 3 (low), or leave it to the chain.")
    if rule.urgency not in _LEVELS:
        faults["urgency"] = say("Choose 1 (high) to 3 (low), or leave it to the class.")
    if rule.opens_incident and rule.alert_class != AlertClass.EXCEPTION:
        faults["opens_incident"] = say("Only an exception opens an incident.")
    if rule.policy_id and not rule.opens_incident and not rule.goes_on:
        faults["policy_id"] = say("People are paged for the incident that a rule opens; this one opens none.")
    elif rule.policy_id and rule.policy_id not in {policy.id for policy in list_policy_names()}:
        faults["policy_id"] = say("There is no such policy.")
    for name in ("conditions", "holds_back"):
        for number, fault in faults_of(getattr(rule, name)).items():
            faults.setdefault(name, say("Condition %(n)s: %(why)s", n=number + 1, why=fault))
    if rule.stands_alone and not rule.opens_incident:
        faults["stands_alone"] = say("Only what a rule opens an incident for can stand alone.")
    faults |= _more_faults(rule) | faults_in(rule) | _lookup_faults(rule)
    if faults:
        raise Invalid(faults)
    get_team_name(rule.team_id)


def _more_faults(rule: RuleRow) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    wrong = fault_of(rule.adds)
    if wrong is not None:
        faults["adds"] = wrong
    if len(rule.note) > _NOTE:
        faults["note"] = say("Write up to 2,000 characters.")
    if rule.flap_turns is not None and rule.flap_turns != 0 and not 2 <= rule.flap_turns <= 100:
        faults["flap_turns"] = say("Give 2 to 100 times, or 0 for never.")
    if rule.flap_minutes is not None and not 1 <= rule.flap_minutes <= 1440:
        faults["flap_minutes"] = say("Give 1 to 1,440 minutes.")
    if rule.holds_back and not rule.conditions:
        faults["holds_back"] = say("A rule that holds back others needs conditions of its own: which alerts do so?")
    if faults_of([Condition(name, "=", "") for name in rule.holds_equal]):
        faults["holds_equal"] = say("A label is letters, digits and _, and begins with no digit.")
    elif rule.holds_equal and not rule.holds_back:
        faults["holds_equal"] = say("Say first which alerts are held back.")
    return faults


def _lookup_faults(rule: RuleRow) -> dict[str, Sentence]:
    if not rule.looks_up:
        return {"look_by": say("Choose first the table to look up in.")} if rule.look_by else {}
    keys = table_keys(rule.looks_up)
    if keys is None:
        return {"looks_up": say("There is no table “%(table)s”.", table=rule.looks_up[:80])}
    wrong = faults_of([Condition(name, "=", "") for name in rule.look_by])
    if wrong or len(rule.look_by) not in (0, len(keys)):
        return {"look_by": say("Name a label for each key column, in this order: %(keys)s.", keys=", ".join(keys))}
    return {}


def _one(rules: Sequence[RuleRow], rule_id: int) -> RuleRow:
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        raise NotFound(str(rule_id))
    return found
