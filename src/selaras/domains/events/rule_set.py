"""Pure decisions about the rule set as a whole: what another set makes of it, and the difference in words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from difflib import SequenceMatcher
from typing import Any

from selaras.domains.events.contracts import CLASS_WORDS, AlertClass, Condition
from selaras.domains.events.contracts.rules import Addition, FieldChange, RuleChange, RuleRow
from selaras.domains.events.grouping import as_span
from selaras.kernel.sentences import Sentence, say

Names = Mapping[int, str]  # by id

RULE_FIELDS: dict[str, Sentence] = {
    "name": say("Name"),
    "conditions": say("Conditions"),
    "alert_class": say("Class"),
    "opens_incident": say("Opens an incident"),
    "impact": say("Impact"),
    "urgency": say("Urgency"),
    "team_id": say("Team"),
    "policy_id": say("Pages by"),
    "goes_on": say("The search goes on"),
    "adds": say("Adds labels"),
    "note": say("Note"),
    "flap_turns": say("Flapping from"),
    "flap_minutes": say("Within minutes"),
    "holds_back": say("Holds back"),
    "holds_equal": say("With the same"),
    "runbook": say("Runs the runbook"),
    "group_by": say("Told together by"),
    "group_wait": say("After waiting"),
    "group_interval": say("News at most every"),
    "proposes_problem": say("Proposes a problem"),
    "stands_alone": say("Stands alone"),
    "looks_up": say("Looks up in"),
    "look_by": say("By the labels"),
    "enabled": say("Enabled"),
}

# What is told of a new rule in any case; the rest only where it says something.
_ALWAYS = frozenset(list(RULE_FIELDS)[: list(RULE_FIELDS).index("goes_on")])


def planned(present: Sequence[RuleRow], wanted: Sequence[RuleRow]) -> tuple[list[RuleRow], list[int]]:
    """The set that follows if `wanted` is to hold, in order, and the ids of the rules that are deleted for it.

    A wanted rule is the present one of its id, else of its name, else new (id 0). A present one that is not wanted goes
    if it never decided anything; otherwise it stays, disabled, behind the others.
    """
    by_id, by_name = {rule.id: rule for rule in present}, {rule.name: rule for rule in present}
    kept: list[RuleRow] = []
    taken: set[int] = set()
    for rule in wanted:
        own = by_id.get(rule.id) or by_name.get(rule.name)
        own_id = own.id if own is not None and own.id not in taken else 0
        taken.add(own_id)
        kept.append(replace(rule, id=own_id, used=own.used if own is not None and own_id else False))
    rest = [rule for rule in present if rule.id not in taken]
    kept += [replace(rule, enabled=False) for rule in rest if rule.used]
    return numbered(kept), [rule.id for rule in rest if not rule.used]


def numbered(rules: Sequence[RuleRow]) -> list[RuleRow]:
    """The same with an order that leaves room between them."""
    return [replace(rule, order=100 * place) for place, rule in enumerate(rules, 1)]


def differences(before: Sequence[RuleRow], after: Sequence[RuleRow], teams: Names, policies: Names) -> list[RuleChange]:
    """What becomes of each rule, in the order of the later set; those that are gone at the end."""
    old = {rule.id: rule for rule in before}
    ids = [rule.id for rule in after if rule.id in old]
    still = [rule.id for rule in before if rule.id in ids]
    blocks = SequenceMatcher(None, still, ids, autojunk=False).get_matching_blocks()
    unmoved = {still[block.a + n] for block in blocks for n in range(block.size)}
    found = [_change(old.get(rule.id), rule, (teams, policies), moved=rule.id not in unmoved) for rule in after]
    gone = [RuleChange(say("Deleted"), rule.name) for rule in before if rule.id not in {r.id for r in after}]
    return [change for change in found if change is not None] + gone


def as_stored(rule: RuleRow) -> dict[str, Any]:
    """A rule as JSON."""
    return asdict(rule)


def from_stored(stored: Mapping[str, Any]) -> RuleRow:
    """The rule that `as_stored` gave, now or before rules had all that they have now."""
    parts = {
        "conditions": tuple(Condition(**condition) for condition in stored["conditions"]),
        "adds": tuple(Addition(**addition) for addition in stored.get("adds", ())),
        "holds_back": tuple(Condition(**condition) for condition in stored.get("holds_back", ())),
        "holds_equal": tuple(stored.get("holds_equal", ())),
        "group_by": tuple(stored.get("group_by", ())),
        "look_by": tuple(stored.get("look_by", ())),
    }
    return RuleRow(**{**stored, **parts, "alert_class": AlertClass(stored["alert_class"])})


def _change(old: RuleRow | None, new: RuleRow, known: tuple[Names, Names], *, moved: bool) -> RuleChange | None:
    if old is None:
        given = (pair for pair in RULE_FIELDS.items() if pair[0] in _ALWAYS or getattr(new, pair[0]) != _blank(pair[0]))
        told = (FieldChange(word, "", _told(name, new, *known)) for name, word in given if name != "name")
        return RuleChange(say("New"), new.name, tuple(told))
    fields = tuple(
        FieldChange(word, _told(name, old, *known), _told(name, new, *known))
        for name, word in RULE_FIELDS.items()
        if getattr(old, name) != getattr(new, name)
    )
    if fields:
        return RuleChange(say("Changed and moved") if moved else say("Changed"), new.name, fields)
    return RuleChange(say("Moved"), new.name) if moved else None


def _told(name: str, rule: RuleRow, teams: Names, policies: Names) -> Sentence | str:
    match name:
        case "conditions":
            return _conditions(rule.conditions) or say("every alert")
        case "holds_back":
            return _conditions(rule.holds_back) or say("none")
        case "holds_equal" | "group_by" | "look_by":
            return ", ".join(getattr(rule, name)) or say("none")
        case "group_wait" | "group_interval":
            return as_span(getattr(rule, name)) or say("as usual")
        case "adds":
            return ", ".join(f"{one.label}={one.value}" for one in rule.adds) or say("none")
        case "note" | "runbook" | "looks_up":
            return getattr(rule, name) or say("none")
        case "flap_turns" | "flap_minutes":
            given = getattr(rule, name)
            return say("as usual") if given is None else str(given)
        case "alert_class":
            return CLASS_WORDS[rule.alert_class]
        case "opens_incident" | "enabled" | "goes_on" | "proposes_problem" | "stands_alone":
            return say("yes") if getattr(rule, name) else say("no")
        case "impact":
            return str(rule.impact) if rule.impact else say("from the chain")
        case "urgency":
            return str(rule.urgency) if rule.urgency else say("from the class")
        case "team_id":
            return teams.get(rule.team_id or 0) or say("none")
        case "policy_id":
            return policies.get(rule.policy_id or 0) or say("none")
        case _:
            return str(getattr(rule, name))


def _blank(name: str) -> object:
    return getattr(RuleRow(0, 0, "", (), AlertClass.WARNING), name, None)


def _conditions(conditions: Sequence[Condition]) -> str:
    return ", ".join(f'{c.label}{c.op}"{c.value}"' for c in conditions)
