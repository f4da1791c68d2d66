"""Problems are proposed by evidence, once, and accepted or dismissed by who manages them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from selaras.domains.events.actions.rule_sets import export_rules, take_rules
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.alerts import get_alert
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.incidents.actions.cancel import cancel
from selaras.domains.incidents.actions.report import report
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.problems.actions.decide import move_problem
from selaras.domains.problems.actions.propose import propose_recurring
from selaras.domains.problems.contracts import MOST_OPEN, PROPOSED, ProblemRow
from selaras.domains.problems.models import Evidence, Problem
from selaras.domains.problems.queries import count_proposed, get_problem, list_problems
from selaras.kernel import clock
from selaras.kernel.errors import MoveRefused, NotAllowed
from tests.domains.events.build import NOON, after, assess, clear, fire, make_rule, make_source
from tests.domains.events.test_paging import react
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_organisation, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

FULL = {"alertname": "DiskFull", "instance": "toko-db-1:5432"}


@pytest.fixture
def estate() -> Estate:
    return make_estate()


@pytest.fixture
def manager(estate: Estate) -> Actor:
    return make_person(estate.provider, Role.PROBLEM_MANAGER, name="Bambang")


def incident(estate: Estate, days_ago: float, title: str = "Database down") -> int:
    with clock.frozen(NOON - timedelta(days=days_ago)):
        return report(by=SYSTEM, title=title, impact=2, urgency=2, item_ids=[estate.database]).id


def problems() -> list[ProblemRow]:
    return list(list_problems(SYSTEM).rows)


def test_three_incidents_about_one_thing_within_a_month_propose_one(estate: Estate) -> None:
    for days in (29, 10):
        incident(estate, days)
    assert propose_recurring() == 0
    incident(estate, 1, "Database slow")
    assert propose_recurring() == propose_recurring() == 1
    (row,) = problems()
    assert (row.title, row.item_slug, row.incidents, row.state) == ("Database slow", "toko-db-1", 3, PROPOSED)
    assert [one.record_title for one in get_problem(SYSTEM, row.id).evidence] == [
        "Database slow",
        "Database down",
        "Database down",
    ]


def test_old_and_cancelled_ones_do_not_count(estate: Estate) -> None:
    incident(estate, 31)
    incident(estate, 5)
    gone = incident(estate, 2)
    cancel(gone, by=SYSTEM, reason="A mistake")
    assert propose_recurring() == 0


def test_what_comes_later_joins_the_open_proposal(estate: Estate) -> None:
    for days in (20, 10, 5):
        incident(estate, days)
    propose_recurring()
    incident(estate, 1)
    propose_recurring()
    assert [row.incidents for row in problems()] == [4]


def test_dismissed_with_a_reason_it_rests_and_then_comes_again(estate: Estate, manager: Actor) -> None:
    for days in (3, 2, 1):
        incident(estate, days)
    propose_recurring()
    number = problems()[0].id
    with pytest.raises(MoveRefused):
        move_problem(number, "dismiss", by=manager)
    move_problem(number, "dismiss", by=manager, reason="One faulty cable, replaced")
    assert (propose_recurring(), count_proposed(manager)) == (0, 0)
    with clock.frozen(NOON + timedelta(days=20)):
        for days in (-18, -19, -20):
            incident(estate, days)
        assert propose_recurring() == 0
    with clock.frozen(NOON + timedelta(days=31)):
        assert propose_recurring() == 1
    assert [row.state for row in problems()] == ["proposed", "dismissed"]


def test_an_accepted_one_is_a_problem_and_is_not_proposed_again(estate: Estate, manager: Actor) -> None:
    for days in (3, 2, 1):
        incident(estate, days)
    propose_recurring()
    move_problem(problems()[0].id, "accept", by=manager, reason="Same disk each time")
    row = problems()[0]
    assert (row.state, row.decided_by, row.reason) == ("detected", "Bambang", "Same disk each time")
    with clock.frozen(NOON + timedelta(days=300)):
        for days in (-297, -298, -299):
            incident(estate, days)
        assert propose_recurring() == 0
    with pytest.raises(MoveRefused):
        move_problem(row.id, "dismiss", by=manager, reason="After all")


def rule(**more: Any) -> None:
    make_rule(
        by=SYSTEM,
        name="Disks",
        conditions=[Condition("alertname", "=", "DiskFull")],
        alert_class=AlertClass.WARNING,
        proposes_problem=True,
        order=1,
        **more,
    )


def line() -> str:
    detail = get_alert(SYSTEM, Alert.objects.get(labels__alertname="DiskFull").pk)
    return next(str(row.sentence) for row in detail.trace if row.step is TraceStep.RESPONSE)


def test_a_rule_has_its_alerts_speak_for_a_problem(estate: Estate, manager: Actor) -> None:
    rule()
    source = make_source()
    for start in (0, 10):
        with clock.frozen(after(start)):
            fire(source, after(start), labels=FULL)
            assess()
            react()
            clear(source, after(start + 1), since=after(start), labels=FULL)
    (row,) = problems()
    assert (row.alerts, row.incidents, row.rule_name, row.item_slug) == (2, 0, "Disks", "toko-db-1")
    assert f"proposed problem {row.id}" in line()
    move_problem(row.id, "dismiss", by=manager, reason="Known, ordered")
    with clock.frozen(after(30)):
        fire(source, after(30), labels=FULL)
        assess()
        react()
    assert "dismissed it lately" in line()
    assert len(problems()) == 1


def test_a_storm_opens_no_more_proposals_than_anybody_reads() -> None:
    make_rule(by=SYSTEM, name="All", conditions=[], alert_class=AlertClass.WARNING, proposes_problem=True, order=1)
    source = make_source()
    for n in range(MOST_OPEN + 10):
        fire(source, NOON, alertname=f"Kind{n:03}")
    assess()
    react()
    assert Problem.objects.count() == MOST_OPEN
    told = [str(get_alert(SYSTEM, pk).trace[0].sentence) for pk in Alert.objects.values_list("pk", flat=True)]
    assert sum("has proposed so many" in line for line in told) == 10


def test_a_rule_and_recurrence_meet_in_one_proposal(estate: Estate) -> None:
    rule()
    fire(make_source(), NOON, labels=FULL)
    assess()
    react()
    for days in (3, 2, 1):
        incident(estate, days)
    propose_recurring()
    assert [(row.alerts, row.incidents) for row in problems()] == [(1, 3)]


def test_the_rule_file_holds_it() -> None:
    rule()
    file = export_rules(by=SYSTEM)
    assert "proposes_problem: true" in file
    take_rules(file, by=SYSTEM)
    assert [one.proposes_problem for one in list_rules(SYSTEM) if one.name == "Disks"] == [True]


def test_who_may_decide_and_who_may_see(estate: Estate) -> None:
    for days in (3, 2, 1):
        incident(estate, days)
    propose_recurring()
    number = problems()[0].id
    with pytest.raises(NotAllowed):
        move_problem(number, "accept", by=estate.agent, reason="x")
    assert len(list_problems(estate.agent).rows) == 1
    customer = make_person(estate.customer, Role.DECISION_MAKER)
    stranger = make_person(make_organisation(), Role.REQUESTER)
    for somebody in (customer, stranger):
        with pytest.raises(NotAllowed):
            list_problems(somebody)


def test_the_database_holds_one_open_proposal_and_lets_nobody_rewrite_evidence(estate: Estate) -> None:
    for days in (3, 2, 1):
        incident(estate, days)
    propose_recurring()
    row = Problem.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Problem.objects.create(key=row.key, title="x", opened_at=NOON, last_at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.all().delete()
