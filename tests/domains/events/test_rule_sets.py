"""The rule set as a whole: order, versions, files, and the way back."""

from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.db import DatabaseError, transaction

from selaras.domains.duty.contracts.policies import Target, TargetKind
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.rule_sets import export_rules, restore_rules, review_rules, take_rules
from selaras.domains.events.actions.rules import move_rule, remove_rule, switch_rule
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.models import Rule, RuleSet
from selaras.domains.events.queries.rules import (
    changes_since,
    get_rule_version,
    list_rule_versions,
    list_rules,
    rule_set_number,
)
from selaras.domains.events.queries.trial import try_rule
from selaras.domains.people.contracts import Role
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, Stale
from tests.domains.duty.build import make_policy
from tests.domains.events.build import NOON, fire, make_rule, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM, make_person, make_provider, make_team

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return [rule.name for rule in list_rules(SYSTEM)]


def ids() -> dict[str, int]:
    return {rule.name: rule.id for rule in list_rules(SYSTEM)}


def make(name: str = "Quiet", **more: Any) -> int:
    given = {"conditions": [Condition("env", "=", "test")], "alert_class": AlertClass.INFORMATIONAL, **more}
    return make_rule(by=SYSTEM, name=name, **given)


def test_rules_are_asked_where_they_are_put() -> None:
    first = list_rules(SYSTEM)[0]
    make("Before", before_id=first.id)
    make("Last")
    assert (names()[0], names()[1], names()[-1]) == ("Before", first.name, "Last")
    move_rule(ids()["Before"], by=SYSTEM, up=False)
    assert names()[:2] == [first.name, "Before"]
    move_rule(ids()["Before"], by=SYSTEM, up=True)
    move_rule(ids()["Before"], by=SYSTEM, up=True)
    assert names()[0] == "Before"
    assert [rule.order for rule in list_rules(SYSTEM)] == [100 * n for n in range(1, len(names()) + 1)]


def test_each_change_is_a_version_and_one_can_go_back() -> None:
    author = make_person(make_provider(), Role.SERVICE_OWNER, name="Irwan")
    start, before = rule_set_number(), names()
    made = make_rule(by=author, name="Quiet", conditions=[], alert_class=AlertClass.WARNING)
    switch_rule(made, by=author, enabled=False)
    remove_rule(made, by=author)
    notes = [(row.number, row.by_name, str(row.note)) for row in list_rule_versions(author)][:3]
    assert notes == [
        (start + 3, "Irwan", "“Quiet” deleted"),
        (start + 2, "Irwan", "“Quiet” disabled"),
        (start + 1, "Irwan", "“Quiet” made"),
    ]
    restore_rules(start + 1, by=author)
    assert names() == [*before, "Quiet"]
    assert list_rules(SYSTEM)[-1].enabled
    restore_rules(start, by=author)
    assert names() == before
    with pytest.raises(DatabaseError), transaction.atomic():
        RuleSet.objects.all()._raw_delete("default")


def test_going_back_exchanges_names_too() -> None:
    one, two = make("One"), make("Two")
    number = rule_set_number()
    for rule_id, name in ((one, "Three"), (two, "One"), (one, "Two")):
        make(name, rule_id=rule_id)
    restore_rules(number, by=SYSTEM)
    assert (Rule.objects.get(pk=one).name, Rule.objects.get(pk=two).name) == ("One", "Two")


def test_the_second_of_two_is_told_what_the_first_did() -> None:
    seen = rule_set_number()
    make("First", seen=seen)
    with pytest.raises(Stale):
        make("Second", seen=seen)
    (change,) = changes_since(SYSTEM, seen)
    assert (str(change.what), change.name) == ("New", "First")


def test_one_that_has_decided_is_disabled_and_never_deleted() -> None:
    used = make("Used", before_id=list_rules(SYSTEM)[0].id)
    fire(make_source(), NOON, env="test", alertname="A")
    assess_pending()
    with pytest.raises(MoveRefused):
        remove_rule(used, by=SYSTEM)
    file = yaml.safe_load(export_rules(by=SYSTEM))
    file["rules"] = [rule for rule in file["rules"] if rule["name"] not in ("Used", "Watchdog")]
    text = yaml.safe_dump(file)
    told = {(str(change.what), change.name) for change in review_rules(text, by=SYSTEM)}
    assert ("Deleted", "Watchdog") in told
    assert ("Changed and moved", "Used") in told
    assert "Watchdog" in names()
    take_rules(text, by=SYSTEM)
    assert "Watchdog" not in names()
    assert (names()[-1], list_rules(SYSTEM)[-1].enabled) == ("Used", False)


def test_what_is_written_is_read_as_the_same() -> None:
    team = make_team()
    make(
        "With all",
        alert_class=AlertClass.EXCEPTION,
        opens_incident=True,
        impact=1,
        urgency=2,
        team_id=team,
        policy_id=make_policy((10, [Target(TargetKind.TEAM_LEAD, team)])),
    )
    make("Ugly", conditions=[Condition("a", "=~", 'x: "y"\n|z'), Condition("b", "!=", "")])
    before = list_rules(SYSTEM)
    text = export_rules(by=SYSTEM)
    assert review_rules(text, by=SYSTEM) == []
    take_rules(text, by=SYSTEM)
    assert list_rules(SYSTEM) == before


GOOD = "rules:\n- name: A\n  class: warning\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "This is not YAML"),
        ("[" * 5000, "This is not YAML"),
        ("", "a list “rules”"),
        ("rules: []", "a list “rules”"),
        ("rules: [5]", "Rule 1"),
        (GOOD + "  colour: red\n", "colour: there is no such field"),
        (GOOD + "- name: A\n  class: warning\n", "Rule 2 (A), name: another rule"),
        ("rules:\n- class: warning\n", "name: up to 120"),
        ("rules:\n- name: A\n  class: urgent\n", "class: informational"),
        ("rules:\n- name: A\n  class: [warning]\n", "class: informational"),
        (GOOD + "  impact: 4\n", "impact: 1 (high) to 3"),
        (GOOD + "  urgency: true\n", "urgency: 1 (high) to 3"),
        (GOOD + "  enabled: 1\n", "enabled: true or false"),
        (GOOD + "  team: [x]\n", "there is no team"),
        (GOOD + "  opens_incident: true\n", "Only an exception opens an incident"),
        (GOOD + "  when: x\n", "when: a list"),
        (GOOD + "  when: [{label: a}]\n", "each condition has label, op and value"),
        (GOOD + "  when: [{label: a, op: '=', value: 5}]\n", "put quotes around them"),
        (GOOD + "  when: [{label: a, op: '=~', value: '('}]\n", "condition 1"),
        (GOOD + "  when: [{label: 'a b', op: '=', value: x}]\n", "condition 1"),
    ],
)
def test_a_file_that_cannot_be_taken_names_rule_and_field(text: str, words: str) -> None:
    before, number = list_rules(SYSTEM), rule_set_number()
    for take in (review_rules, take_rules):
        with pytest.raises(Invalid) as refused:
            take(text, by=SYSTEM)
        assert words in str(refused.value.sentence)
    assert (list_rules(SYSTEM), rule_set_number()) == (before, number)


def test_a_draft_is_tried_and_nothing_is_changed() -> None:
    make_estate()
    source = make_source()
    for n in range(3):
        fire(source, NOON + timedelta(minutes=n), alertname=f"A{n}", env="test", severity="critical")
    fire(source, NOON, alertname="B", severity="critical")
    draft = RuleRow(0, 0, "Quiet", (Condition("env", "=", "test"),), AlertClass.INFORMATIONAL)
    assess_pending()
    last = try_rule(SYSTEM, draft)
    assert (last.looked_at, last.caught, last.hidden, last.rows) == (4, 0, 3, ())
    first = try_rule(SYSTEM, draft, before_id=list_rules(SYSTEM)[0].id)
    assert (first.caught, first.hidden, first.reclassed, first.fewer_incidents) == (3, 0, 3, 3)
    assert {(row.before.alert_class, row.after.alert_class) for row in first.rows} == {
        (AlertClass.EXCEPTION, AlertClass.INFORMATIONAL)
    }
    assert "Quiet" not in names()


def test_a_changed_rule_is_tried_at_its_place_with_what_it_lets_go() -> None:
    make_estate()
    fire(make_source(), NOON, alertname="A", severity="critical")
    assess_pending()
    critical = next(rule for rule in list_rules(SYSTEM) if rule.name == "Severity: critical")
    narrowed = RuleRow(
        critical.id, critical.order, critical.name, (Condition("severity", "=", "page"),), AlertClass.EXCEPTION, True
    )
    trial = try_rule(SYSTEM, narrowed)
    assert (trial.caught, trial.reclassed, trial.fewer_incidents, len(trial.rows)) == (0, 1, 1, 1)


def test_only_who_keeps_the_rules_changes_them() -> None:
    agent = make_person(make_provider(), Role.AGENT)
    rule = list_rules(SYSTEM)[0].id
    draft = RuleRow(0, 0, "x", (), AlertClass.WARNING)
    for attempt in (
        lambda: move_rule(rule, by=agent, up=True),
        lambda: switch_rule(rule, by=agent, enabled=False),
        lambda: remove_rule(rule, by=agent),
        lambda: take_rules(GOOD, by=agent),
        lambda: review_rules(GOOD, by=agent),
        lambda: export_rules(by=agent),
        lambda: restore_rules(1, by=agent),
        lambda: try_rule(agent, draft),
        lambda: get_rule_version(agent, 1),
    ):
        with pytest.raises(NotAllowed):
            attempt()


WHOLE = """
rules:
- name: Team of the databases
  when: [{label: alertname, op: =~, value: Database.*}]
  class: warning
  continue: true
  labels: {team: dba, rack: "{item.rack}"}
  note: Call before a restart.
  flapping: {turns: 3, minutes: 10}
- name: Site
  when: [{label: alertname, op: "=", value: SiteDown}]
  class: exception
  opens_incident: true
  holds_back:
    when: [{label: severity, op: "!=", value: x}]
    equal: [site, zone]
  group_by: [site]
  group_wait: 1m30s
  group_interval: 10m
  stands_alone: true
"""


def test_all_that_a_rule_says_stands_in_the_file_and_in_the_history() -> None:
    take_rules(WHOLE, by=SYSTEM)
    first, second = list_rules(SYSTEM)[:2]
    assert (first.goes_on, first.note, first.flap_turns, first.flap_minutes) == (True, "Call before a restart.", 3, 10)
    assert {one.label: one.value for one in first.adds} == {"team": "dba", "rack": "{item.rack}"}
    assert (second.holds_back, second.holds_equal) == ((Condition("severity", "!=", "x"),), ("site", "zone"))
    assert (second.group_by, second.group_wait, second.group_interval) == (("site",), 90, 600)
    assert (first.stands_alone, second.stands_alone) == (False, True)
    kept = rule_set_number()
    written = export_rules(by=SYSTEM)
    assert review_rules(written, by=SYSTEM) == []
    take_rules(written.replace("turns: 3", "turns: 4"), by=SYSTEM)
    assert list_rules(SYSTEM)[0].flap_turns == 4
    restore_rules(kept, by=SYSTEM)
    assert list_rules(SYSTEM)[:2] == [first, second]


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("{team: dba,", "{team: 5,", "labels"),
        ("{item.rack}", "{rack.item}", "labels"),
        ("turns: 3", "turns: often", "flapping"),
        ("turns: 3", "turns: 1", "times"),
        ("equal: [site, zone]", "equal: site", "holds_back"),
        ("equal: [site, zone]", "equal: [1a]", "label"),
        ("note: Call before a restart.", "note: [5]", "note"),
        ("continue: true", "continue: perhaps", "continue"),
        ("group_by: [site]", "group_by: site", "group_by"),
        ("stands_alone: true", "stands_alone: sometimes", "stands_alone"),
        ("  opens_incident: true\n", "", "stand alone"),
        ("group_by: [site]", "group_by: [site, site]", "label"),
        ("group_wait: 1m30s", "group_wait: soon", "group_wait"),
        ("group_interval: 10m", "group_interval: [10]", "group_interval"),
        ("group_interval: 10m", "group_interval: 48h", "24 hours"),
    ],
)
def test_what_cannot_be_is_refused_by_name(before: str, after: str, field: str) -> None:
    names_before = names()
    with pytest.raises(Invalid) as refused:
        take_rules(WHOLE.replace(before, after), by=SYSTEM)
    assert field in str(refused.value.fields["file"])
    assert names() == names_before
