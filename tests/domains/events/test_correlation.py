"""Which alerts belong together: on made-up estates, and whatever their order, cycles and strangers."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from selaras.domains.events.correlation import (
    WINDOW,
    Bond,
    Precedent,
    Sign,
    Surroundings,
    belongs_to,
    fold,
    likely_causes,
)
from tests.domains.events.build import NOON

SWITCH, DATABASE = 2, 4
SERVERS = range(100, 180, 2)
EVERY = {server: {SWITCH} for server in SERVERS} | {server + 1: {server} for server in SERVERS}


def sign(number: int, node: int, seconds: float = 0, **more: Any) -> Sign:
    return Sign(number, NOON + timedelta(seconds=seconds), node, **more)


def test_the_switch_explains_the_forty_servers_behind_it() -> None:
    told = [sign(n, server, n % 7 * 20) for n, server in enumerate(SERVERS, 2)]
    for late in (0, 300):  # before most of them, and after all
        (group,) = fold([*told, sign(1, SWITCH, late)], EVERY)
        assert len(group) == 41
        first, *_ = likely_causes(group, Surroundings(EVERY, group))
        assert (first.node, first.explained, first.explains_all) == (SWITCH, 40, True)


def test_a_switch_that_says_nothing_is_suspected_where_most_behind_it_fail() -> None:
    assert len(fold([sign(n, server) for n, server in enumerate(SERVERS[:25])], EVERY)) == 1
    assert len(fold([sign(n, server) for n, server in enumerate(SERVERS[:10])], EVERY)) == 10


def test_a_shared_database_explains_its_applications_and_not_their_neighbours() -> None:
    below = {app: {DATABASE, 40 + app} for app in (10, 12, 14)} | {16: {60}}
    signs = [sign(1, 10), sign(2, DATABASE, 30), sign(3, 14, 50), sign(4, 12, 55), sign(5, 16, 56)]
    one, stranger = sorted(fold(signs, below), key=len, reverse=True)
    assert ({s.node for s in one}, {s.node for s in stranger}) == ({10, DATABASE, 14, 12}, {16})
    assert likely_causes(one, Surroundings(below, one))[0].node == DATABASE


def test_a_call_that_fails_joins_who_called_and_what_was_called() -> None:
    below: dict[int, set[int]] = {10: set(), 20: set()}
    assert len(fold([sign(1, 20), sign(2, 10, 5)], below)) == 2
    assert len(fold([sign(1, 20), sign(2, 10, 5, points_at=(20,))], below)) == 1


def test_what_still_fails_explains_later_alerts_but_does_not_make_one_of_two_old_causes() -> None:
    below = {10: {20, 30}, 20: set(), 30: set()}
    long_ago = [sign(1, 20, cause=1), sign(2, 30, 60, cause=2)]
    new = sign(3, 10, (2 * WINDOW).total_seconds())
    found, causes = belongs_to(new, long_ago, Surroundings(below, [*long_ago, new]))
    assert (found[0].bond, causes) == (Bond.BENEATH, [2])
    beneath = sign(4, 20, (2 * WINDOW).total_seconds())
    assert belongs_to(beneath, [sign(5, 10, cause=5)], Surroundings(below, [beneath]))[1] == []


def test_a_layered_system_folds_each_fault_and_names_its_cause() -> None:
    draw, first_three = random.Random(7), 0
    for _ in range(50):
        below, layers = _layers(draw)
        culprit = draw.choice(layers[-1])
        around = Surroundings(below, [])
        hit = [node for layer in layers for node in layer if culprit in around.beneath(node)]
        chosen = sorted({culprit, *(node for node in hit if draw.random() < 0.6)})
        signs = [sign(n, node, draw.random() * 240) for n, node in enumerate(chosen)]
        groups = fold(signs, below)
        assert len(groups) == 1
        first_three += culprit in [one.node for one in likely_causes(groups[0], around)]
    assert first_three == 50


def test_what_was_confirmed_in_like_incidents_comes_first() -> None:
    signs = [sign(n, node, name="slow") for n, node in enumerate((10, 20, 30))]
    assert [one.node for one in likely_causes(signs, Surroundings({}, signs))] == [10, 20, 30]
    like = Precedent(30, frozenset(one.told for one in signs[1:]))
    unlike = Precedent(10, frozenset({"elsewhere 10 slow"}))
    first, *_ = likely_causes(signs, Surroundings({}, signs), [like, like, unlike])
    assert (first.node, first.confirmed, first.alike) == (30, 2, 2)


def test_a_cause_that_never_tells_anything_is_known_from_earlier_incidents() -> None:
    signs = [sign(1, 10, name="slow"), sign(2, 20, 5, name="slow")]
    known = [Precedent(50, frozenset(one.told for one in signs))] * 3
    found = {one.node: one for one in likely_causes(signs, Surroundings({}, signs), known)}
    assert (found[50].alerts, found[50].confirmed) == (0, 3)


def test_what_was_learnt_of_one_thing_goes_for_others_told_of_likewise() -> None:
    signs = [sign(1, 10, name="slow"), sign(2, 20, 5, name="disk full")]
    assert [one.node for one in likely_causes(signs, Surroundings({}, signs))] == [10, 20]
    known = [
        Precedent(n, frozenset({sign(1, n, name="disk full").told, sign(2, 90, name="slow").told})) for n in (70, 80)
    ]
    first, second = likely_causes(signs, Surroundings({}, signs), known)
    assert (first.node, first.blamed, first.spoken_of, first.alike) == (20, 2, 2, 0)
    assert (second.blamed, second.spoken_of) == (0, 2)


def test_which_end_of_a_call_was_the_cause_is_told_apart() -> None:
    before, now = (replace(sign(1, at, name="call failed"), points_at=(at + 1,)) for at in (70, 10))
    found = likely_causes([now], Surroundings({}, [now]), [Precedent(71, frozenset({before.told}))])
    assert [(one.node, one.blamed, one.spoken_of) for one in found] == [(11, 1, 1), (10, 0, 1)]


def test_one_precedent_does_not_outweigh_what_explains_all_the_rest() -> None:
    signs = [sign(1, SWITCH), *(sign(n, server, 30) for n, server in enumerate(SERVERS, 2))]
    known = [Precedent(SERVERS[0], frozenset({signs[1].told}))]
    assert likely_causes(signs, Surroundings(EVERY, signs), known)[0].node == SWITCH


def test_what_is_told_in_every_incident_decides_least() -> None:
    signs = [sign(1, 10, name="noise"), sign(2, 20, name="noise"), sign(3, 30, name="rare")]
    noise, rare = frozenset(one.told for one in signs[:2]), signs[2].told
    known = [Precedent(10, noise)] * 2 + [Precedent(20, noise)] * 2 + [Precedent(30, noise | {rare})]
    best = max(likely_causes(signs, Surroundings({}, signs), known), key=lambda one: one.learnt / one.confirmed)
    assert best.node == 30


def _layers(draw: random.Random) -> tuple[dict[int, set[int]], list[list[int]]]:
    layers = [[2 * (100 * depth + n) for n in range(1, 6)] for depth in range(1, 5)]
    below = {upper: set(draw.sample(lower, 2)) for high, lower in pairwise(layers) for upper in high}
    return below, layers


NODES = st.integers(0, 11)
GRAPHS = st.dictionaries(NODES, st.sets(NODES, max_size=3), max_size=12)
TOLD = st.lists(st.tuples(NODES, st.integers(0, 3)), min_size=1, max_size=10)


@settings(max_examples=150, deadline=None)
@given(GRAPHS, TOLD, st.randoms(use_true_random=False))
def test_the_order_of_simultaneous_alerts_decides_nothing_and_cycles_end(
    below: dict[int, set[int]], told: list[tuple[int, int]], draw: random.Random
) -> None:
    numbers = list(range(len(told)))
    draw.shuffle(numbers)
    straight = [Sign(n, NOON + minute * timedelta(minutes=1), node) for n, (node, minute) in enumerate(told)]
    shuffled = [Sign(numbers[s.alert_id], s.at, s.node) for s in straight]
    back = {number: n for n, number in enumerate(numbers)}
    ours = {frozenset(s.alert_id for s in group) for group in fold(straight, below)}
    theirs = {frozenset(back[s.alert_id] for s in group) for group in fold(shuffled, below)}
    assert ours == theirs
    around = Surroundings(below, straight)
    assert [c.node for c in likely_causes(straight, around)] == [c.node for c in likely_causes(shuffled, around)]


@settings(max_examples=100, deadline=None)
@given(GRAPHS, TOLD)
def test_an_alert_elsewhere_is_never_swallowed(below: dict[int, set[int]], told: list[tuple[int, int]]) -> None:
    signs = [Sign(n, NOON + minute * timedelta(minutes=1), node) for n, (node, minute) in enumerate(told)]
    stranger = Sign(99, NOON, 1000)
    assert [stranger] in fold([*signs, stranger], {**below, 1000: {1002}, 1002: {1000}})
