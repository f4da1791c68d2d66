"""Pure decisions: class by ordered rules, causes, impact, and how observations of one flush fold."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.contracts import AlertClass, Condition, Observation
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.rules import (
    CompiledRule,
    cause_key,
    fold,
    impact_of_uses,
    urgency_of,
    verdict,
    waves,
)
from tests.domains.events.build import observation

NOW = 1000.0


def rule(order: int, *conditions: tuple[str, str, str], alert_class: AlertClass = AlertClass.WARNING) -> RuleRow:
    return RuleRow(order, order, f"rule {order}", tuple(Condition(*c) for c in conditions), alert_class)


def test_the_first_rule_that_holds_decides_and_says_why() -> None:
    rules = [
        CompiledRule(rule(1, ("severity", "=", "page"), ("env", "=~", "prod.*"), alert_class=AlertClass.EXCEPTION)),
        CompiledRule(rule(2, ("severity", "=", "page"))),
        CompiledRule(rule(3, alert_class=AlertClass.INFORMATIONAL)),
    ]
    first = verdict({"severity": "page", "env": "production"}, rules)
    assert (first.alert_class, first.rule) == (AlertClass.EXCEPTION, rules[0].rule)
    assert str(first.reason) == 'Rule “rule 1” holds: severity="page", env=~"prod.*" (production).'
    assert verdict({"severity": "page", "env": "test"}, rules).rule == rules[1].rule
    assert str(verdict({}, rules).reason) == "Rule “rule 3” holds for every alert."


def test_without_a_rule_it_is_a_warning_that_says_so() -> None:
    decided = verdict({"severity": "critical"}, [])
    assert (decided.alert_class, decided.rule) == (AlertClass.WARNING, None)
    assert str(decided.reason) == "No rule holds for its labels."


@given(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), max_size=3),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["=", "!=", "=~", "!~"]), st.sampled_from("xyz")), max_size=6
    ),
)
def test_a_verdict_is_that_of_the_first_rule_and_of_no_later_one(
    labels: dict[str, str], conditions: Sequence[tuple[str, str, str]]
) -> None:
    rules = [CompiledRule(rule(n, condition)) for n, condition in enumerate(conditions)]
    decided = verdict(labels, rules)
    holding = [compiled.rule for compiled in rules if compiled.holds(labels)]
    assert decided.rule == (holding[0] if holding else None)


def test_what_shares_a_cause() -> None:
    labels = {"alertname": "Down", "instance": "a"}
    assert cause_key(labels, 1, 7, 3) == "item:7"
    assert cause_key(labels, 1, None, 3) == "service:3"
    assert cause_key(labels, 1, None, None) == cause_key({"alertname": "Down", "instance": "b"}, 1, None, None)
    assert cause_key(labels, 1, None, None) != cause_key(labels, 2, None, None)
    assert cause_key({"x": "1"}, 1, None, None) != cause_key({"x": "2"}, 1, None, None)
    assert len(cause_key({"alertname": "x" * 60_000}, 1, None, None)) < 200


@pytest.mark.parametrize(
    ("criticalities", "customers", "impact"),
    [([], 0, 3), ([4], 1, 3), ([3], 1, 3), ([2], 1, 2), ([1], 1, 1), ([2, 4], 2, 1), ([4, 4], 2, 3), ([3, 3], 3, 2)],
)
def test_impact_follows_from_the_chain(criticalities: list[int], customers: int, impact: int) -> None:
    assert impact_of_uses(criticalities, customers) == impact


def test_urgency_where_the_rule_names_none() -> None:
    assert urgency_of(AlertClass.EXCEPTION) == 2
    assert urgency_of(AlertClass.WARNING) == 3


@pytest.mark.parametrize(
    ("older", "newer", "starts", "ends", "timed_out"),
    [
        # The earliest start wins where they overlap; a given end beats a later one from the timeout.
        ((10, 2000, False), (20, 1500, True), 10, 2000, False),
        ((10, 1500, True), (20, 2000, False), 10, 2000, False),
        ((10, 2000, True), (20, 1500, False), 10, 1500, False),
        # No overlap: the newer one replaces the older.
        ((10, 500, False), (600, 700, False), 600, 700, False),
        ((10, 2000, False), (10, 3000, False), 10, 3000, False),
        # Both are over: the later end counts.
        ((10, 900, False), (20, 800, False), 10, 900, False),
        # Resolved beats firing.
        ((10, 2000, False), (10, 900, False), 10, 900, False),
    ],
)
def test_observations_merge_as_in_alertmanager(
    older: tuple[float, float, bool], newer: tuple[float, float, bool], starts: float, ends: float, timed_out: bool
) -> None:
    made = fold(
        observation(b"k", older[0], older[1], timed_out=older[2]),
        observation(b"k", newer[0], newer[1], timed_out=newer[2], count=3),
        NOW,
    )
    assert (made.starts, made.ends, made.timed_out, made.count) == (starts, ends, timed_out, 4)


SEEN = st.builds(
    observation,
    st.sampled_from([b"a", b"b", b"c"]),
    st.integers(900, 1000).map(float),
    st.sampled_from([950.0, 1000.0, 1001.0, 2000.0]),
    timed_out=st.booleans(),
).filter(lambda seen: seen.ends >= seen.starts)


@given(st.lists(SEEN, max_size=20))
def test_waves_lose_no_observation_and_no_change_of_state(seen: list[Observation]) -> None:
    made = waves(seen, NOW, 20)
    assert sum(one.count for wave in made for one in wave.values()) == len(seen)
    for key in {one.key for one in seen}:
        states = [one.ends <= NOW for one in seen if one.key == key]
        steps = [states[0]] + [after for before, after in pairwise(states) if before != after]
        assert [wave[key].ends <= NOW for wave in made if key in wave] == steps


@given(st.lists(SEEN, max_size=40))
def test_waves_are_bounded_and_the_last_state_counts(seen: list[Observation]) -> None:
    made = waves(seen, NOW, 3)
    assert len(made) <= 3
    assert sum(one.count for wave in made for one in wave.values()) == len(seen)
    for key in {one.key for one in seen}:
        last = [wave[key] for wave in made if key in wave][-1]
        assert (last.ends <= NOW) == ([one for one in seen if one.key == key][-1].ends <= NOW)
