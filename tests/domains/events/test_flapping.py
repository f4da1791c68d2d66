"""An alert that turns too often: one quiet mark in place of an incident and a call a turn, over by itself."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.contracts.alerts import AlertDetail
from selaras.domains.events.contracts.rules import Flapping
from selaras.domains.events.contracts.tracing import Telling
from selaras.domains.events.flapping import calm, flaps_until
from selaras.domains.events.models import Assessment
from selaras.domains.incidents.contracts import CauseState
from selaras.domains.incidents.queries import get_incident
from selaras.domains.records.models import Entry, Record
from tests.domains.events.build import NOON, after, clear, fire, look, make_rule, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM

pytestmark = pytest.mark.usefixtures("noon")
MINUTE = timedelta(minutes=1)
DOWN = {"alertname": "LinkDown", "severity": "critical"}


def test_it_flaps_from_so_many_turns_on_and_until_half_of_them_are_left() -> None:
    setting = Flapping(4, 10)
    starts = [after(0), after(1), after(2)]
    assert flaps_until(starts, setting, after(2), already=False) is None
    assert flaps_until([*starts, after(3)], setting, after(3), already=False) == after(11)
    assert flaps_until([after(0), after(1), after(9)], setting, after(9), already=True) == after(10)
    assert flaps_until([after(0), after(1), after(9)], setting, after(9), already=False) is None
    assert flaps_until([after(0), after(9)], setting, after(9), already=True) is None
    assert flaps_until([after(n / 10) for n in range(50)], Flapping(0, 10), after(5), already=False) is None


@given(st.lists(st.integers(0, 5000), unique=True, max_size=40), st.integers(2, 10), st.integers(1, 60), st.booleans())
def test_at_that_moment_it_has_calmed_down_and_not_before(
    seconds: list[int], turns: int, minutes: int, already: bool
) -> None:
    setting, starts = Flapping(turns, minutes), [NOON + timedelta(seconds=s) for s in sorted(seconds)]
    window, now = timedelta(minutes=minutes), NOON + timedelta(seconds=5000)
    until = flaps_until(starts, setting, now, already=already)
    lately = sum(now - window < start <= now for start in starts)
    assert (until is not None) == (lately >= (calm(setting) + 1 if already else turns))
    if until is not None:
        assert sum(until - window < start for start in starts) <= calm(setting)
        just_before = until - timedelta(microseconds=1)
        assert sum(just_before - window < start for start in starts) > calm(setting)


@pytest.fixture
def source(db: None) -> int:
    make_estate()
    return make_source()


def turn(source: int, minutes: float, *, stays: bool = False) -> AlertDetail:
    fire(source, after(minutes), labels=DOWN)
    detail = look(minutes, "LinkDown")
    if not stays:
        clear(source, after(minutes + 0.5), since=after(minutes), labels=DOWN)
        detail = look(minutes + 0.5, "LinkDown")
    return detail


def entries() -> int:
    return Entry.objects.count()


def test_turns_beyond_the_limit_say_nothing_to_the_incident(source: int) -> None:
    for minute in range(4):
        turn(source, minute)
    before = entries()
    flapping = turn(source, 4)
    for minute in range(5, 10):
        flapping = turn(source, minute)
    assert flapping.alert.assessed is not None
    assert flapping.alert.assessed.flaps_until == after(7) + 30 * MINUTE
    assert flapping.told.telling == Telling.NOBODY
    assert "It flaps" in str(flapping.told.why)
    assert (entries(), Record.objects.count()) == (before, 1)


def test_when_it_has_calmed_down_its_incident_is_told_how_it_stands(source: int) -> None:
    for minute in range(6):
        turn(source, minute)
    number = Record.objects.get().number
    calmed = look(60, "LinkDown")
    assert calmed.alert.assessed is not None
    assert calmed.alert.assessed.flaps_until is None
    assert "It has calmed down." in [str(row.sentence) for row in calmed.trace]
    assert get_incident(SYSTEM, number).cause_state == CauseState.CLEARED


def test_one_that_fires_still_when_it_has_calmed_down_has_its_effect(source: int) -> None:
    make_rule(
        by=SYSTEM, name="Links", conditions=[], alert_class=AlertClass.EXCEPTION, opens_incident=True, order=1,
        flap_turns=2, flap_minutes=10,
    )  # fmt: skip
    turn(source, 0)
    fire(source, after(1), minutes=600, labels=DOWN)
    assert "It flaps" in str(look(1, "LinkDown").told.why)
    (number,) = Record.objects.values_list("number", flat=True)
    assert get_incident(SYSTEM, number).cause_state == CauseState.CLEARED
    still = look(12, "LinkDown")
    assert still.told.telling == Telling.QUEUE
    assert get_incident(SYSTEM, number).cause_state == CauseState.ACTIVE


def test_a_rule_may_say_never_and_a_rule_that_goes_on_may_say_it_for_all(source: int) -> None:
    make_rule(
        by=SYSTEM, name="Calm", conditions=[], alert_class=AlertClass.WARNING, goes_on=True, flap_turns=0, order=1
    )
    for minute in range(8):
        turn(source, minute)
    assert Assessment.objects.get().flaps_until is None
