"""The rules that decide about alerts: read, change, try, take from a file, go back; and what could not be assessed."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.events.actions.assess import retry_set_aside
from selaras.domains.events.actions.rule_sets import export_rules, restore_rules, review_rules, take_rules
from selaras.domains.events.actions.rules import move_rule, remove_rule, save_rule, switch_rule
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import Addition, RuleChange, RuleRow
from selaras.domains.events.matchers import faults_of
from selaras.domains.events.queries.log import list_set_aside
from selaras.domains.events.queries.rules import get_rule, list_rule_versions, list_rules, rule_set_number
from selaras.domains.events.queries.trial import try_rule
from selaras.domains.operations.queries import known_runbooks
from selaras.interfaces.api.operation import Asked, Given, Id, Limit, Slug, answers, permitted
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say
from selaras.kernel.wording import spoken

router = Router()

Level = Annotated[int, Field(ge=1, le=3)]
Seen = Annotated[int, Field(ge=0, le=2**31 - 1)]
File = Annotated[str, Field(max_length=1_000_000)]


class ConditionIO(Schema):
    """A label, an operator (`=`, `!=`, `=~`, `!~`; patterns are RE2 and anchored) and a value."""

    label: Annotated[str, Field(max_length=200)]
    op: Annotated[str, Field(max_length=2)]
    value: Annotated[str, Field(max_length=1000)]


class RuleOut(Schema):
    """A rule; lower `order` is asked first. A rule that is `used` has decided about alerts and cannot be deleted."""

    id: int
    order: int
    name: str
    conditions: list[ConditionIO]
    alert_class: AlertClass
    opens_incident: bool
    impact: int | None
    urgency: int | None
    team_id: int | None
    policy_id: int | None
    enabled: bool
    used: bool
    goes_on: bool
    adds: dict[str, str]
    note: str
    flap_turns: int | None
    flap_minutes: int | None
    holds_back: list[ConditionIO]
    holds_equal: list[str]
    runbook: str
    group_by: list[str]
    group_wait: int | None
    group_interval: int | None
    proposes_problem: bool
    stands_alone: bool
    looks_up: str
    look_by: list[str]

    @classmethod
    def of(cls, row: RuleRow) -> "RuleOut":
        own = ("conditions", "holds_back", "adds")
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in own}
        return cls(
            conditions=[ConditionIO(label=c.label, op=c.op, value=c.value) for c in row.conditions],
            holds_back=[ConditionIO(label=c.label, op=c.op, value=c.value) for c in row.holds_back],
            adds={one.label: one.value for one in row.adds},
            **plain,
        )


class RulesOut(Schema):
    """The rules in the order in which they are asked, and the number of this version of the set."""

    version: int
    rules: list[RuleOut]


class RuleIn(Given):
    """A rule; `seen` is the version of the set it was written for: 409 if there is another by now.

    A rule that `goes_on` adds its labels, note and policy, and the search goes on. While an alert fires under its
    conditions, those under all of `holds_back` with the same `holds_equal` labels are held back. Its alerts with equal
    `group_by` labels (`...`: all of them) are told together; `group_wait` and `group_interval` are seconds. What it
    decides is folded with nothing else if it `stands_alone`.
    """

    name: Annotated[str, Field(min_length=1, max_length=120)]
    conditions: Annotated[list[ConditionIO], Field(max_length=50)] = []
    alert_class: AlertClass
    opens_incident: bool = False
    impact: Level | None = None
    urgency: Level | None = None
    team_id: Id | None = None
    policy_id: Id | None = None
    enabled: bool = True
    goes_on: bool = False
    adds: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=1000)]] = {}
    note: Annotated[str, Field(max_length=2000)] = ""
    flap_turns: Annotated[int, Field(ge=0, le=100)] | None = None
    flap_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    holds_back: Annotated[list[ConditionIO], Field(max_length=50)] = []
    holds_equal: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)] = []
    runbook: Slug = ""
    group_by: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)] = []
    group_wait: Annotated[int, Field(ge=0, le=86_400)] | None = None
    group_interval: Annotated[int, Field(ge=1, le=86_400)] | None = None
    proposes_problem: bool = False
    stands_alone: bool = False
    looks_up: Annotated[str, Field(max_length=80)] = ""
    look_by: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)] = []
    before_id: Id | None = None
    seen: Seen | None = None


class MoveRuleIn(Given):
    """One place up or down."""

    way: Literal["up", "down"]
    seen: Seen | None = None


class SwitchRuleIn(Given):
    """Enable or disable it."""

    enabled: bool
    seen: Seen | None = None


class TrialOut(Schema):
    """What a draft would do to the last alerts, compared with today's rules; nothing is changed."""

    looked_at: int
    caught: int
    hidden: int
    reclassed: int
    more_incidents: int
    fewer_incidents: int
    alerts: list[dict[str, Any]]


class FileOut(Schema):
    """The set as a YAML file."""

    version: int
    file: str


class FileIn(Given):
    """A rule file; with `dry_run` it is told what it would change, and nothing is."""

    file: File
    dry_run: bool = True
    seen: Seen | None = None


class ChangesOut(Schema):
    """What is different, a line a rule; `taken` says whether it holds now."""

    taken: bool
    changes: list[dict[str, Any]]


class VersionOut(Schema):
    """A version of the set."""

    number: int
    at: datetime
    by_name: str
    note: str


class SetAsideOut(Schema):
    """A change that could not be assessed."""

    id: int
    alert_id: int
    error: str
    at: datetime
    attempts: int


class RetriedOut(Schema):
    """Whether it went well this time."""

    assessed: bool


@router.get("/rules", response=answers(RulesOut), operation_id="list_rules")
@permitted("events.rules")
def rules(request: Asked) -> Any:
    """The rule set."""
    return _set(request)


@router.post("/rules", response=answers(RuleOut), operation_id="make_rule")
@permitted("events.rules")
def make(request: Asked, given: RuleIn) -> Any:
    """Make a rule, before the one of `before_id`, else last."""
    place = {"before_id": given.before_id, "seen": given.seen}
    made = save_rule(_draft(given), by=request.auth, runbooks=known_runbooks(), **place)
    return RuleOut.of(get_rule(request.auth, made))


@router.put("/rules/{int:rule_id}", response=answers(RuleOut), operation_id="change_rule")
@permitted("events.rules")
def change(request: Asked, rule_id: Id, given: RuleIn) -> Any:
    """Let a rule be what is given."""
    save_rule(_draft(given, rule_id), by=request.auth, seen=given.seen, runbooks=known_runbooks())
    return RuleOut.of(get_rule(request.auth, rule_id))


@router.delete("/rules/{int:rule_id}", response=answers(RulesOut), operation_id="delete_rule")
@permitted("events.rules")
def delete(request: Asked, rule_id: Id, seen: Seen | None = None) -> Any:
    """Delete a rule that never decided anything; 409 for another."""
    remove_rule(rule_id, by=request.auth, seen=seen)
    return _set(request)


@router.post("/rules/{int:rule_id}/move", response=answers(RulesOut), operation_id="move_rule")
@permitted("events.rules")
def move(request: Asked, rule_id: Id, given: MoveRuleIn) -> Any:
    """Ask it one place earlier or later."""
    move_rule(rule_id, by=request.auth, up=given.way == "up", seen=given.seen)
    return _set(request)


@router.post("/rules/{int:rule_id}/switch", response=answers(RulesOut), operation_id="switch_rule")
@permitted("events.rules")
def switch(request: Asked, rule_id: Id, given: SwitchRuleIn) -> Any:
    """Enable or disable it."""
    switch_rule(rule_id, by=request.auth, enabled=given.enabled, seen=given.seen)
    return _set(request)


@router.post("/rules/try", response=answers(TrialOut), operation_id="try_rule")
@permitted("events.rules")
def attempt(request: Asked, given: RuleIn, rule_id: Id | None = None) -> Any:
    """Try a draft (a change of the rule of `rule_id`, or a new one) on the last alerts."""
    order = get_rule(request.auth, rule_id).order if rule_id else 0
    draft = replace(_draft(given, rule_id or 0), order=order)
    faults = faults_of(draft.conditions)
    if faults:
        number, why = next(iter(faults.items()))
        raise Invalid({"conditions": say("Condition %(n)s: %(why)s", n=number + 1, why=why)})
    trial = try_rule(request.auth, draft, before_id=given.before_id)
    alerts = [
        {"alert_id": row.alert_id, "labels": row.labels, "today": row.before.alert_class, "then": row.after.alert_class}
        for row in trial.rows
    ]
    plain = {name: getattr(trial, name) for name in TrialOut.model_fields if name != "alerts"}
    return TrialOut(alerts=alerts, **plain)


@router.get("/rules/file", response=answers(FileOut), operation_id="export_rules")
@permitted("events.rules")
def export(request: Asked) -> Any:
    """The set as a YAML file."""
    return FileOut(version=rule_set_number(), file=export_rules(by=request.auth))


@router.post("/rules/file", response=answers(ChangesOut), operation_id="import_rules")
@permitted("events.rules")
def take(request: Asked, given: FileIn) -> Any:
    """Take a file, all of it or nothing; with `dry_run` (the default) say what it would change."""
    changes = review_rules(given.file, by=request.auth, runbooks=known_runbooks())
    if not given.dry_run:
        take_rules(given.file, by=request.auth, seen=given.seen, runbooks=known_runbooks())
    return ChangesOut(taken=not given.dry_run, changes=[told(change) for change in changes])


@router.get("/rules/versions", response=answers(list[VersionOut]), operation_id="list_rule_versions")
@permitted("events.rules")
def versions(request: Asked, limit: Limit = 50) -> Any:
    """The versions of the set, newest first."""
    rows = list_rule_versions(request.auth, limit=limit)
    return [VersionOut(number=v.number, at=v.at, by_name=v.by_name, note=spoken(v.note)) for v in rows]


@router.post("/rules/versions/{int:number}/restore", response=answers(RulesOut), operation_id="restore_rules")
@permitted("events.rules")
def restore(request: Asked, number: Id, seen: Seen | None = None) -> Any:
    """Let the rules of a former version hold again."""
    restore_rules(number, by=request.auth, seen=seen)
    return _set(request)


@router.get("/alerts/set-aside", response=answers(list[SetAsideOut]), operation_id="list_set_aside")
@permitted("events.view")
def set_aside(request: Asked, limit: Limit = 100) -> Any:
    """Changes that could not be assessed, oldest first."""
    rows = list_set_aside(request.auth, limit=limit)
    return [SetAsideOut(id=r.id, alert_id=r.alert_id, error=r.error, at=r.at, attempts=r.attempts) for r in rows]


@router.post("/alerts/set-aside/{int:set_aside_id}/retry", response=answers(RetriedOut), operation_id="retry_set_aside")
@permitted("events.respond")
def retry(request: Asked, set_aside_id: Id) -> Any:
    """Assess it again."""
    return RetriedOut(assessed=retry_set_aside(set_aside_id, by=request.auth))


def _set(request: Asked) -> RulesOut:
    return RulesOut(version=rule_set_number(), rules=[RuleOut.of(row) for row in list_rules(request.auth)])


def _draft(given: RuleIn, rule_id: int = 0) -> RuleRow:
    values = {
        **given.model_dump(exclude={"before_id", "seen"}),
        "conditions": tuple(Condition(c.label, c.op, c.value) for c in given.conditions),
        "holds_back": tuple(Condition(c.label, c.op, c.value) for c in given.holds_back),
        "holds_equal": tuple(given.holds_equal),
        "group_by": tuple(given.group_by),
        "look_by": tuple(given.look_by),
        "adds": tuple(Addition(label, value) for label, value in given.adds.items()),
    }
    return RuleRow(id=rule_id, order=0, **values)


def told(change: RuleChange) -> dict[str, Any]:
    fields = [{"field": spoken(f.field), "before": spoken(f.before), "after": spoken(f.after)} for f in change.fields]
    return {"what": spoken(change.what), "name": change.name, "fields": fields}
