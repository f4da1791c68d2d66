"""Replay: today's rules give what they gave; a draft shows what it would make otherwise, and changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.replays import drop_replay, replay_file, replay_rule
from selaras.domains.events.actions.rule_sets import export_rules
from selaras.domains.events.actions.run_replays import run_next_replay
from selaras.domains.events.comparing import Comparison
from selaras.domains.events.contracts import FIRING, RESOLVED, AlertClass, Condition
from selaras.domains.events.contracts.replaying import Outcome, PastChange, Replayed
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.models import Assessment, Cause, RuleSet
from selaras.domains.events.queries import replaying
from selaras.domains.events.queries.replays import get_replay
from selaras.domains.events.queries.rules import compiled_rules, list_rules
from selaras.domains.events.replay import Replay
from selaras.domains.events.rules import CompiledRule, verdict
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, NotFound
from tests.domains.duty.build import make_policy, person
from tests.domains.events.build import NOON, clear, fire, make_rule, make_source
from tests.factories import SYSTEM, make_person, make_provider

DOWN = Condition("alertname", "=", "Down")
OPENS = RuleRow(1, 100, "Down", (DOWN,), AlertClass.EXCEPTION, opens_incident=True, policy_id=7)


def change(minute: float, name: str, state: str = FIRING, alert_id: int = 0, **labels: str) -> PastChange:
    labels = {"alertname": name, **labels}
    return PastChange(NOON + timedelta(minutes=minute), alert_id or hash(name) % 999, 1, state, labels)


def outcomes_of(
    history: Iterable[PastChange], rules: Sequence[CompiledRule], until: datetime = NOON
) -> dict[int, Outcome]:
    fold, ids = Replay(rules), dict[int, None]()
    for one in history:
        fold.take(one)
        ids[one.alert_id] = None
    fold.free(until)
    return {alert_id: fold.settle(alert_id) for alert_id in ids}


def made(rules: list[RuleRow], *history: PastChange) -> dict[int, Outcome]:
    return outcomes_of(history, [CompiledRule(rule) for rule in rules])


@given(st.lists(st.tuples(st.sampled_from(["Down", "Slow", "Odd"]), st.sampled_from([FIRING, RESOLVED])), max_size=30))
def test_each_alert_has_the_class_that_the_rules_give_and_an_incident_opens_once(past: list[tuple[str, str]]) -> None:
    ids = {"Down": 1, "Slow": 2, "Odd": 3}
    history = [change(n, name, state, ids[name]) for n, (name, state) in enumerate(past)]
    rules = [CompiledRule(OPENS), CompiledRule(RuleRow(2, 200, "Slow", (), AlertClass.WARNING))]
    outcomes = outcomes_of(history, rules)
    assert outcomes == outcomes_of(history, rules)
    for one in history:
        assert outcomes[one.alert_id].alert_class == verdict(one.labels, rules).alert_class
        assert outcomes[one.alert_id].turns == past.count((one.labels["alertname"], FIRING))
    assert sum(one.incidents for one in outcomes.values()) == (("Down", FIRING) in past)


def test_a_page_is_sent_again_after_quiet_and_an_incident_opened_again_after_a_day() -> None:
    day = 24 * 60
    history = (change(0, "Down", alert_id=1), change(5, "Down", RESOLVED, 1), change(100, "Down", alert_id=1))
    assert (made([OPENS], *history)[1].incidents, made([OPENS], *history)[1].pages) == (1, 2)
    late = (*history[:2], change(day + 10, "Down", alert_id=1))
    assert made([OPENS], *late)[1].incidents == 2


def test_what_another_explains_waits_and_follows_when_that_is_over() -> None:
    holder = RuleRow(
        2, 50, "Switch", (Condition("alertname", "=", "Switch"),), AlertClass.WARNING, holds_back=(DOWN,),
        holds_equal=("rack",),
    )  # fmt: skip
    start = change(0, "Switch", alert_id=1, rack="a")
    here, elsewhere = change(1, "Down", alert_id=2, rack="a"), change(1, "Down", alert_id=3, rack="b")
    held = made([holder, OPENS], start, here)[2]
    assert (held.incidents, held.held) == (0, 1)
    assert made([holder, OPENS], start, elsewhere)[3].incidents == 1
    freed = made([holder, OPENS], start, here, change(2, "Switch", RESOLVED, 1, rack="a"))[2]
    assert (freed.incidents, freed.pages, freed.held) == (1, 1, 1)


def test_a_group_is_one_incident_and_one_page_and_a_blip_is_none() -> None:
    grouped = replace(OPENS, group_by=("rack",), conditions=())
    history = (
        change(0, "A", alert_id=1, rack="a"),
        change(0.2, "B", alert_id=2, rack="a"),
        change(0.3, "C", alert_id=3, rack="b"),
        change(0.4, "C", RESOLVED, alert_id=3, rack="b"),
        change(1, "D", alert_id=4, rack="b"),
    )
    outcomes = outcomes_of(history, [CompiledRule(grouped)], until=NOON + timedelta(minutes=2))
    assert [(outcomes[n].incidents, outcomes[n].pages) for n in (1, 2, 3, 4)] == [(1, 1), (0, 0), (0, 0), (1, 1)]
    # What still waits at the end of history has had no answer.
    early = outcomes_of(history, [CompiledRule(grouped)], until=NOON + timedelta(minutes=1.2))
    assert (early[1].pages, early[4].pages) == (1, 0)


def test_what_stands_alone_is_an_incident_each() -> None:
    history = [change(n, "Down", alert_id=n, instance=str(n)) for n in (1, 2)]
    together, alone = made([OPENS], *history), made([replace(OPENS, stands_alone=True)], *history)
    assert [one.incidents for one in together.values()] == [1, 0]
    assert [one.incidents for one in alone.values()] == [1, 1]


def test_flapping_is_held_back_and_answered_once_calm() -> None:
    turns = [change(n, "Down", (FIRING, RESOLVED)[n % 2], 1) for n in range(11)]
    later = change(120, "Odd", alert_id=2)
    flapping = made([OPENS], *turns)[1]
    assert (flapping.turns, flapping.held, flapping.pages) == (6, 2, 4)
    assert made([OPENS], *turns, later)[1].pages == 5


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from([FIRING, RESOLVED]), st.sampled_from([0, 1, 5, 40, 2000])),
        max_size=60,
    )
)
def test_what_is_forgotten_on_the_way_changes_no_figure(past: list[tuple[int, str, int]]) -> None:
    names = ("Down", "Down", "Switch", "Odd", "Down", "Switch")
    minute, history = 0, []
    for alert_id, state, wait in past:
        minute += wait
        history.append(change(minute, names[alert_id - 1], state, alert_id, rack="ab"[alert_id % 2]))
    switch = Condition("alertname", "=", "Switch")
    holder = RuleRow(2, 50, "Switch", (switch,), AlertClass.WARNING, holds_back=(DOWN,), holds_equal=("rack",))
    flaps = RuleRow(3, 100, "Any", (), AlertClass.EXCEPTION, opens_incident=True, flap_turns=2, flap_minutes=10)
    sides = [[CompiledRule(holder), CompiledRule(OPENS)], [CompiledRule(flaps)]]
    compared = Comparison(*sides)
    for one in history:
        compared.take(one)
        compared.tidy(one.at)
    result = compared.result(NOON, NOON)
    whole = [outcomes_of(history, rules) for rules in sides]
    assert result.totals.alerts == tuple(len(side) for side in whole)
    assert result.totals.incidents == tuple(sum(o.incidents for o in side.values()) for side in whole)
    assert result.totals.pages == tuple(sum(o.pages for o in side.values()) for side in whole)
    assert result.differ == sum(whole[0][alert_id] != whole[1][alert_id] for alert_id in whole[0])


def test_what_is_quiet_is_forgotten() -> None:
    compared = Comparison([CompiledRule(OPENS)], [CompiledRule(OPENS)])
    for number in range(3000):
        name = {"alert_id": number + 1, "instance": str(number)}
        compared.take(change(number, "Down", **name))  # type: ignore[arg-type]
        compared.take(change(number, "Down", RESOLVED, **name))  # type: ignore[arg-type]
        compared.tidy(NOON + timedelta(minutes=number))
    (side, _) = compared._sides
    assert len(side._seen) < 40
    assert compared.result(NOON, NOON).totals.alerts == (3000, 3000)


@pytest.mark.django_db
def test_todays_rules_replayed_give_what_they_gave() -> None:
    policy = make_policy((5, [person(make_person(make_provider(), Role.AGENT))]))
    make_rule(
        by=SYSTEM, name="Down", conditions=[DOWN], alert_class=AlertClass.EXCEPTION, opens_incident=True,
        policy_id=policy, before_id=compiled_rules()[0].rule.id,
    )  # fmt: skip
    source = make_source()
    for minute, host in enumerate(("a", "b", "c")):
        fire(source, NOON + timedelta(minutes=minute), alertname="Down", instance=host)
        fire(source, NOON + timedelta(minutes=minute), alertname="Odd", instance=host)
    clear(source, NOON + timedelta(minutes=9), since=NOON, alertname="Down", instance="a")
    with clock.frozen(NOON + timedelta(minutes=10)):
        while assess_pending():
            pass
        same = replayed(replay_file(export_rules(by=SYSTEM), by=SYSTEM, since=NOON - timedelta(days=1)))
    assert (same.differ, same.rows, same.looked_at) == (0, (), 7)
    assert same.totals.incidents == (Cause.objects.count(),) * 2 == (1, 1)
    assert same.totals.pages == (1, 1)
    for one, counted in zip(AlertClass, same.classes, strict=True):
        assert counted.alerts == (Assessment.objects.filter(alert_class=one).count(),) * 2


def replayed(replay_id: int) -> Replayed:
    """What the worker makes of it."""
    assert run_next_replay() == 1
    assert run_next_replay() == 0
    row = get_replay(SYSTEM, replay_id)
    assert row.result is not None, row.trouble
    return row.result


ODD = "[{label: alertname, op: '=', value: Odd}]"
LOUD = f"rules:\n- name: Loud\n  when: {ODD}\n  class: exception\n  opens_incident: true\n"


@pytest.fixture
def past() -> None:
    source = make_source()
    fire(source, NOON, alertname="Odd", instance="a")
    fire(source, NOON + timedelta(minutes=1), alertname="Other", instance="a")


@pytest.mark.django_db
@pytest.mark.usefixtures("past")
def test_a_draft_is_compared_alert_by_alert_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "TOGETHER", 1)  # pages of one change
    before = RuleSet.objects.count()
    found = replayed(replay_file(LOUD, by=SYSTEM, since=NOON))
    assert [(row.labels["alertname"], row.after.rule) for row in found.rows if row.after.rule] == [("Odd", "Loud")]
    assert (found.totals.incidents, found.looked_at) == ((0, 1), 2)
    assert RuleSet.objects.count() == before
    until = NOON + timedelta(seconds=30)
    assert replayed(replay_file(LOUD, by=SYSTEM, since=NOON, until=until)).looked_at == 1
    assert replayed(replay_file(LOUD, by=SYSTEM, since=until)).looked_at == 1
    with pytest.raises(Invalid):
        replay_file("rules: [5]", by=SYSTEM, since=NOON)
    with pytest.raises(Invalid):
        replay_file(LOUD, by=SYSTEM, since=NOON, until=NOON)
    with pytest.raises(NotAllowed):
        replay_file(LOUD, by=make_person(make_provider(), Role.AGENT), since=NOON)


@pytest.mark.django_db
@pytest.mark.usefixtures("past")
def test_one_rule_is_replayed_in_its_place_among_the_others() -> None:
    draft = RuleRow(0, 0, "Loud", (Condition("alertname", "=", "Odd"),), AlertClass.EXCEPTION, opens_incident=True)
    first, own = compiled_rules()[0].rule.id, list_rules(SYSTEM)[-1]
    found = replayed(replay_rule(draft, by=SYSTEM, before_id=first, since=NOON))
    assert (found.totals.incidents, found.differ) == ((0, 1), 1)
    changed = replace(own, name="Renamed", alert_class=AlertClass.INFORMATIONAL)
    replay_id = replay_rule(changed, by=SYSTEM, since=NOON)
    replayed(replay_id)
    assert "Renamed" in get_replay(SYSTEM, replay_id).file
    assert own.name not in get_replay(SYSTEM, replay_id).file.split("Renamed")[1]
    with pytest.raises(Invalid) as refused:
        replay_rule(replace(draft, name=""), by=SYSTEM, since=NOON)
    assert refused.value.field == "name"


@pytest.mark.django_db
@pytest.mark.usefixtures("past")
def test_a_worker_that_dies_is_followed_by_another_and_what_is_dropped_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    replay_id = replay_file(LOUD, by=SYSTEM, since=NOON)

    def dies(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(Comparison, "take", dies)
        with pytest.raises(MemoryError):
            run_next_replay()
    assert run_next_replay() == 0  # it may still run
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert run_next_replay() == 1
    assert get_replay(SYSTEM, replay_id).result is not None
    dropped = replay_file(LOUD, by=SYSTEM, since=NOON)
    tidy = Comparison.tidy

    def drops(compared: Comparison, at: datetime) -> None:
        drop_replay(dropped, by=SYSTEM)
        tidy(compared, at)

    monkeypatch.setattr(Comparison, "tidy", drops)
    assert run_next_replay() == 1
    with pytest.raises(NotFound):
        get_replay(SYSTEM, dropped)
