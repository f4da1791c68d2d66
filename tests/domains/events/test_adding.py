"""Labels that rules add: from the item, from labels; never in circles, never over what there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.adding import additions, fault_of
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import Addition, RuleRow
from selaras.domains.events.rules import CompiledRule, verdict
from selaras.domains.services.contracts import Environment, ItemClass, ItemRow

RACK = ItemRow(
    7, "toko-db-1", "Toko DB 1", ItemClass.DATABASE, Environment.PRODUCTION, {"rack": "B2", "u": 4}, 1, "DBA", 1
)


def added(labels: dict[str, str], **adds: str) -> dict[str, str]:
    return additions([Addition(label, value) for label, value in adds.items()], labels, RACK)


def test_a_value_may_ask_the_item_and_the_labels() -> None:
    made = added(
        {"instance": "db1:9100"}, rack="{item.rack}-{item.u}", where="{item.environment}", of="{instance}", k="v"
    )
    assert made == {"rack": "B2-4", "where": "production", "of": "db1:9100", "k": "v"}


def test_what_is_not_known_adds_nothing_and_what_is_there_stays() -> None:
    assert added({"team": "net"}, team="db", floor="{item.floor}", x="{nothing}") == {}
    assert additions([Addition("a", "{item.rack}")], {}, None) == {}


@pytest.mark.parametrize("value", ["{", "a}b", "{item}}", "{instance.x}", "", "x" * 1001])
def test_a_value_that_cannot_be_is_refused(value: str) -> None:
    assert fault_of([Addition("a", value)]) is not None


@pytest.mark.parametrize("label", ["", "1a", "a-b", "a b"])
def test_a_label_that_cannot_be_is_refused(label: str) -> None:
    assert fault_of([Addition(label, "x")]) is not None


def test_sound_ones_are_taken() -> None:
    assert fault_of([Addition("a", "{item.rack}/{b}"), Addition("b", "x")]) is None
    assert fault_of([Addition("a", "x"), Addition("a", "y")]) is not None


def rule(n: int, *conditions: tuple[str, str], goes_on: bool = True, **adds: str) -> CompiledRule:
    made = tuple(Addition(label, value) for label, value in adds.items())
    asked = tuple(Condition(label, "=", value) for label, value in conditions)
    return CompiledRule(RuleRow(n, n, f"rule {n}", asked, AlertClass.WARNING, goes_on=goes_on, adds=made))


def adding(n: int, label: str, value: str) -> CompiledRule:
    row = RuleRow(n, n, f"rule {n}", (), AlertClass.WARNING, goes_on=True, adds=(Addition(label, value),))
    return CompiledRule(row)


def test_a_circle_ends() -> None:
    """a is made of b and b of a: each is filled in once, from what is there when its rule is asked."""
    rules = [rule(1, a="{b}"), rule(2, b="{a}"), rule(3, a="{b}"), rule(4, b="{a}")]
    assert verdict({}, rules).added == {}
    assert verdict({"b": "x"}, rules).added == {"a": "x"}
    assert additions([Addition("a", "{a}{a}")], {"a": "{a}"}, None) == {}
    assert additions([Addition("b", "{a}")], {"a": "{a}{item.rack}"}, RACK) == {"b": "{a}{item.rack}"}


@given(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "{a}", "{b}{c}"]), max_size=3),
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["{a}", "{b}{b}", "{c}y", "{d}{d}{d}"])), max_size=12),
)
def test_labels_that_were_sent_are_never_changed(sent: dict[str, str], adds: list[tuple[str, str]]) -> None:
    decided = verdict(sent, [adding(n, label, value) for n, (label, value) in enumerate(adds)])
    assert not set(decided.added) & set(sent)
    assert all(decided.added.values())


def test_rules_after_it_see_what_a_rule_added() -> None:
    rules = [rule(1, team="dba"), rule(2, ("team", "dba"), goes_on=False), rule(3, goes_on=False)]
    decided = verdict({}, rules)
    assert decided.rule == rules[1].rule
    assert decided.passed == (rules[0].rule,)


def test_one_that_goes_on_decides_if_no_later_one_does() -> None:
    rules = [rule(1, team="dba"), rule(2, ("severity", "x"))]
    assert verdict({}, rules).rule == rules[0].rule
    assert verdict({"severity": "x"}, rules).rule == rules[1].rule
