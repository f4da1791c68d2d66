"""The rule set as a YAML file: written for people to read and keep, read with an error for each rule that is wrong."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from selaras.domains.events import list_file
from selaras.domains.events.adding import fault_of
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import Addition, RuleRow
from selaras.domains.events.grouping import as_span, read_span
from selaras.domains.events.list_file import Wrong, entries_of, name_of, refuse
from selaras.domains.events.matchers import faults_of
from selaras.kernel.sentences import Sentence, say

_KNOWN = {
    "name", "when", "class", "opens_incident", "impact", "urgency", "team", "page", "enabled", "continue", "labels",
    "note", "flapping", "holds_back", "group_by", "group_wait", "group_interval", "runbook", "proposes_problem",
    "stands_alone", "lookup",
}  # fmt: skip


def written(rules: Sequence[RuleRow], teams: Mapping[int, str], policies: Mapping[int, str]) -> str:
    """The file of a set; `teams` and `policies` give the slug of each id."""
    return list_file.written("rules", [_written(rule, teams, policies) for rule in rules])


def read(
    text: str, teams: Mapping[str, int], policies: Mapping[str, int], runbooks: Collection[str] = ()
) -> list[RuleRow]:
    """The rules of a file, in its order; `teams` and `policies` give the id of each slug, `runbooks` are those known.

    Raises Invalid, naming rule and field.
    """
    faults: list[Sentence] = []
    rules: list[RuleRow] = []
    names: set[str] = set()
    for number, entry in enumerate(entries_of(text, "rules"), 1):
        try:
            rule = _rule(entry, teams, policies)
            if rule.runbook and rule.runbook not in runbooks:
                raise Wrong(say("runbook: there is no runbook “%(name)s”", name=rule.runbook[:80]))
            if rule.name in names:
                raise Wrong(say("name: another rule of the file has it"))
            names.add(rule.name)
            rules.append(rule)
        except Wrong as wrong:
            why = wrong.sentence
            faults.append(say("Rule %(n)s (%(name)s), %(why)s.", n=number, name=name_of(entry), why=why))
    refuse(faults)
    return rules


def _rule(entry: Any, teams: Mapping[str, int], policies: Mapping[str, int]) -> RuleRow:
    if not isinstance(entry, dict):
        raise Wrong(say("it is no mapping of fields"))
    unknown = sorted(str(name) for name in set(entry) - _KNOWN)
    if unknown:
        raise Wrong(say("%(field)s: there is no such field", field=unknown[0]))
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 120:
        raise Wrong(say("name: up to 120 characters are needed"))
    return RuleRow(
        id=0,
        order=0,
        name=name.strip(),
        conditions=_conditions(entry.get("when", [])),
        alert_class=_class(entry.get("class")),
        opens_incident=_flag(entry, "opens_incident", False),
        impact=_level(entry, "impact"),
        urgency=_level(entry, "urgency"),
        team_id=_team(entry.get("team"), teams),
        policy_id=_policy(entry.get("page"), policies),
        enabled=_flag(entry, "enabled", True),
        goes_on=_flag(entry, "continue", False),
        adds=_adds(entry.get("labels", {})),
        note=_note(entry.get("note", "")),
        **_flapping(entry.get("flapping", {})),
        **_holds_back(entry.get("holds_back", {})),
        runbook=_runbook(entry.get("runbook", "")),
        group_by=_group_by(entry.get("group_by", [])),
        group_wait=_span(entry, "group_wait"),
        group_interval=_span(entry, "group_interval"),
        proposes_problem=_flag(entry, "proposes_problem", False),
        stands_alone=_flag(entry, "stands_alone", False),
        **_lookup(entry.get("lookup", {})),
    )


def _adds(given: Any) -> tuple[Addition, ...]:
    if not isinstance(given, dict) or not all(isinstance(part, str) for pair in given.items() for part in pair):
        raise Wrong(say("labels: a mapping of texts is expected; put quotes around them"))
    made = tuple(Addition(label, value) for label, value in given.items())
    fault = fault_of(made)
    if fault is not None:
        raise Wrong(say("labels: %(why)s", why=fault))
    return made


def _note(given: Any) -> str:
    if not isinstance(given, str) or "\0" in given:
        raise Wrong(say("note: a text is expected"))
    return given.strip()


def _runbook(given: Any) -> str:
    if not isinstance(given, str):
        raise Wrong(say("runbook: its short name is expected"))
    return given


def _flapping(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) - {"turns", "minutes"}:
        raise Wrong(say("flapping: turns and minutes are expected"))
    if not all(type(value) is int for value in given.values()):
        raise Wrong(say("flapping: whole numbers are expected"))
    return {"flap_turns": given.get("turns"), "flap_minutes": given.get("minutes")}


def _holds_back(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) - {"when", "equal"}:
        raise Wrong(say("holds_back: when and equal are expected"))
    equal = given.get("equal", [])
    if not isinstance(equal, list) or not all(isinstance(name, str) for name in equal):
        raise Wrong(say("holds_back: equal is a list of labels"))
    return {"holds_back": _conditions(given.get("when", [])), "holds_equal": tuple(equal)}


def _lookup(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) - {"table", "by"} or not isinstance(given.get("table", ""), str):
        raise Wrong(say("lookup: table and by are expected"))
    by = given.get("by", [])
    if not isinstance(by, list) or not all(isinstance(name, str) for name in by):
        raise Wrong(say("lookup: by is a list of labels"))
    return {"looks_up": given.get("table", ""), "look_by": tuple(by)}


def _group_by(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise Wrong(say("group_by: a list of labels is expected"))
    return tuple(given)


def _span(entry: Mapping[str, Any], name: str) -> int | None:
    given = entry.get(name)
    if given is None or type(given) is int:
        return given
    try:
        return read_span(given)
    except (AttributeError, ValueError):
        raise Wrong(say("%(field)s: a time is expected, for example 30s or 5m", field=name)) from None


def _conditions(given: Any) -> tuple[Condition, ...]:
    if not isinstance(given, list):
        raise Wrong(say("when: a list of conditions is expected"))
    made = []
    for one in given:
        if not isinstance(one, dict) or set(one) != {"label", "op", "value"}:
            raise Wrong(say("when: each condition has label, op and value"))
        if not all(isinstance(part, str) and "\0" not in part for part in one.values()):
            raise Wrong(say("when: label, op and value are texts; put quotes around them"))
        made.append(Condition(one["label"], one["op"], one["value"]))
    for number, fault in faults_of(made).items():
        raise Wrong(say("when, condition %(n)s: %(why)s", n=number + 1, why=fault))
    return tuple(made)


def _class(given: Any) -> AlertClass:
    try:
        return AlertClass(given)
    except ValueError:
        raise Wrong(say("class: informational, warning or exception is expected")) from None


def _flag(entry: Mapping[str, Any], name: str, default: bool) -> bool:
    given = entry.get(name, default)
    if not isinstance(given, bool):
        raise Wrong(say("%(field)s: true or false is expected", field=name))
    return given


def _level(entry: Mapping[str, Any], name: str) -> int | None:
    given = entry.get(name)
    if given is not None and (type(given) is not int or given not in (1, 2, 3)):
        raise Wrong(say("%(field)s: 1 (high) to 3 (low) is expected", field=name))
    return given


def _team(given: Any, teams: Mapping[str, int]) -> int | None:
    if given is None:
        return None
    if not isinstance(given, str) or given not in teams:
        raise Wrong(say("team: there is no team “%(team)s”", team=str(given)[:80]))
    return teams[given]


def _policy(given: Any, policies: Mapping[str, int]) -> int | None:
    if given is None:
        return None
    if not isinstance(given, str) or given not in policies:
        raise Wrong(say("page: there is no policy “%(policy)s”", policy=str(given)[:80]))
    return policies[given]


def _written(rule: RuleRow, teams: Mapping[int, str], policies: Mapping[int, str]) -> dict[str, Any]:
    whole = {
        "name": rule.name,
        "when": _listed(rule.conditions),
        "class": rule.alert_class.value,
        "opens_incident": rule.opens_incident,
        "impact": rule.impact,
        "urgency": rule.urgency,
        "team": teams.get(rule.team_id) if rule.team_id else None,
        "page": policies.get(rule.policy_id) if rule.policy_id else None,
        "enabled": rule.enabled,
        "continue": rule.goes_on or None,
        "labels": {one.label: one.value for one in rule.adds} or None,
        "note": rule.note or None,
        "flapping": _given({"turns": rule.flap_turns, "minutes": rule.flap_minutes}) or None,
        "holds_back": {"when": _listed(rule.holds_back), "equal": list(rule.holds_equal)} if rule.holds_back else None,
        "runbook": rule.runbook or None,
        "group_by": list(rule.group_by) or None,
        "group_wait": as_span(rule.group_wait) or None,
        "group_interval": as_span(rule.group_interval) or None,
        "proposes_problem": rule.proposes_problem or None,
        "stands_alone": rule.stands_alone or None,
        "lookup": {"table": rule.looks_up, "by": list(rule.look_by)} if rule.looks_up else None,
    }
    return _given(whole)


def _listed(conditions: Sequence[Condition]) -> list[dict[str, str]]:
    return [{"label": c.label, "op": c.op, "value": c.value} for c in conditions]


def _given(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if value is not None}
