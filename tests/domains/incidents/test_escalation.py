"""Escalation: to another team, upwards, by rule on a clock; who is asked follows it, answers it, and is asked once."""

from datetime import UTC, datetime, timedelta

import pytest

from selaras.config.wiring import REACTIONS
from selaras.domains.agreements.actions.note_breaches import note_breaches
from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions.escalate import answer_escalation
from selaras.domains.incidents.actions.escalate_by_rule import add_rule, drop_rule, escalate_breached, escalate_warned
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.contracts import Moment
from selaras.domains.incidents.queries.escalations import (
    escalated_to,
    list_escalated_to,
    list_escalations,
    list_passages,
    list_rules,
)
from selaras.domains.people.actions.teams import set_team_lead
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.records.contracts import RecordFilter
from selaras.domains.records.queries import get_record, is_watching, list_entries, list_records
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound
from selaras.kernel.models import Announcement
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_organisation, make_person, make_team

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
UP = {"reason": "Pelanggan menelepon direktur", "decision": "Pindah ke cadangan?"}


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


@pytest.fixture
def lead(estate: Estate) -> Actor:
    person = make_person(estate.provider, Role.SPECIALIST, name="Wati", team_ids=[estate.team])
    set_team_lead(estate.team, by=SYSTEM, person_id=person.id)
    return person


@pytest.fixture
def admin(estate: Estate) -> Actor:
    return make_person(estate.provider, Role.ADMINISTRATOR)


def test_the_way_through_the_teams_is_kept_and_a_bounce_is_seen(estate: Estate) -> None:
    network, ref = make_team("Jaringan"), report(by=estate.agent, title="Lambat", item_ids=[estate.database])
    perform(ref.id, "escalate", by=estate.agent, given={"team_id": network, "reason": "Bukan basis data"})
    assert (get_record(estate.agent, ref.number).state, get_record(estate.agent, ref.number).team_id) == (
        "assigned",
        network,
    )
    perform(ref.id, "assign", by=estate.agent, given={"team_id": estate.team})
    way = list_passages(estate.agent, ref.id)
    assert [(one.from_team, one.to_team, one.bounced) for one in way] == [
        ("Basis data", "Jaringan", False),
        ("Jaringan", "Basis data", True),
    ]
    assert way[0].reason == "Bukan basis data"
    customer = make_person(estate.customer, Role.DECISION_MAKER)
    assert "Bukan basis data" not in str([entry.body for entry in list_entries(customer, ref.id)])


@pytest.mark.parametrize(("given", "field"), [({"reason": "x"}, "team_id"), ({"team_id": 1, "reason": " "}, "reason")])
def test_escalating_names_what_is_missing(estate: Estate, given: dict[str, object], field: str) -> None:
    ref = report(by=estate.agent, title="Lambat", organisation_id=estate.customer)
    with pytest.raises(MoveRefused) as refused:
        perform(ref.id, "escalate", by=estate.agent, given=given)
    assert refused.value.field == field


def test_not_to_the_team_that_has_it_nor_when_it_is_over(estate: Estate) -> None:
    ref = report(by=estate.agent, title="Lambat", item_ids=[estate.database])
    with pytest.raises(Invalid) as refused:
        perform(ref.id, "escalate", by=estate.agent, given={"team_id": estate.team, "reason": "x"})
    assert refused.value.field == "team_id"
    perform(ref.id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
    for verb in ("escalate", "escalate_up", "assign"):
        with pytest.raises(MoveRefused):
            perform(ref.id, verb, by=estate.agent, given={"team_id": make_team(), **UP})


def test_upwards_goes_to_the_lead_then_to_a_named_person_and_is_answered_once(estate: Estate, lead: Actor) -> None:
    chief = make_person(estate.provider, Role.SERVICE_OWNER, name="Irwan")
    ref = report(by=estate.agent, title="Lambat", item_ids=[estate.database])
    perform(ref.id, "escalate_up", by=estate.agent, given=UP)
    perform(ref.id, "escalate_up", by=estate.agent, given={**UP, "to_id": chief.id})
    first, second = list_escalations(estate.agent, ref.id)
    assert [(one.level, one.to_name) for one in (first, second)] == [(1, "Wati"), (2, "Irwan")]
    assert is_watching(lead, ref.id)
    assert [one.id for one in list_escalated_to(chief)] == [second.id]
    assert escalated_to(estate.agent) == ()
    rows = list_records(chief, RecordFilter(ids=escalated_to(chief))).rows
    assert [row.number for row in rows] == [ref.number]
    with pytest.raises(Invalid):
        answer_escalation(second.id, by=chief, answer=" ")
    with pytest.raises(NotAllowed):
        answer_escalation(second.id, by=make_person(estate.provider, Role.SPECIALIST), answer="ya")
    answer_escalation(second.id, by=chief, answer="Ya, pindahkan.")
    with pytest.raises(MoveRefused):
        answer_escalation(second.id, by=chief, answer="Tidak")
    answered = list_escalations(estate.agent, ref.id)[1]
    assert (answered.answer, answered.answered_by) == ("Ya, pindahkan.", "Irwan")
    assert escalated_to(chief) == ()


def test_upwards_needs_somebody_of_the_provider(estate: Estate) -> None:
    ref = report(by=estate.agent, title="Lambat", item_ids=[estate.database])
    for to_id in (None, make_person(make_organisation()).id):
        with pytest.raises(Invalid) as refused:
            perform(ref.id, "escalate_up", by=estate.agent, given={**UP, "to_id": to_id})
        assert refused.value.field == "to_id"


def test_a_rule_asks_on_the_clock_once_however_often_it_is_told(estate: Estate, lead: Actor, admin: Actor) -> None:
    for moment in (Moment.WARNED, Moment.BREACHED):
        add_rule(by=admin, priority=1, metric=Metric.RESOLVE, moment=moment)
    add_rule(by=admin, priority=2, metric=Metric.RESOLVE, moment=Moment.WARNED)
    with clock.frozen(MONDAY):
        ref = report(by=estate.agent, title="Mati", impact=1, urgency=1, item_ids=[estate.database])
    for minutes in (200, 201):
        note_breaches(by=SYSTEM, at=MONDAY + timedelta(minutes=minutes))
    told = Announcement.objects.filter(name="clock.warned").order_by("pk")
    assert escalate_warned in REACTIONS["clock.warned"]
    assert escalate_breached in REACTIONS["clock.breached"]
    for payload in [row.payload for row in told] * 2:
        escalate_warned(payload)
    asked = list_escalations(estate.agent, ref.id)
    assert [(one.to_name, one.metric, one.moment, one.by_name) for one in asked] == [
        ("Wati", Metric.RESOLVE, Moment.WARNED, "Selaras")
    ]
    note_breaches(by=SYSTEM, at=MONDAY + timedelta(minutes=241))
    breached = Announcement.objects.filter(name="clock.breached", payload__metric="resolve").get().payload
    perform(ref.id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
    escalate_breached(breached)
    assert len(list_escalations(estate.agent, ref.id)) == 1  # nothing is left to decide


def test_a_rule_that_finds_no_lead_says_so(estate: Estate, admin: Actor) -> None:
    add_rule(by=admin, priority=1, metric=Metric.RESPOND, moment=Moment.BREACHED)
    ref = report(by=estate.agent, title="Mati", impact=1, urgency=1, item_ids=[estate.database])
    escalate_breached({"record_id": ref.id, "metric": "respond"})
    escalate_breached({"record_id": 10**9, "metric": "respond"})
    assert list_escalations(estate.agent, ref.id) == []
    assert list_entries(estate.agent, ref.id)[-1].verb == "escalation_unled"


def test_rules_are_kept_by_those_who_may_and_the_same_one_once(estate: Estate, admin: Actor) -> None:
    rule = add_rule(by=admin, priority=1, metric=Metric.RESOLVE, moment=Moment.WARNED)
    assert add_rule(by=admin, priority=1, metric=Metric.RESOLVE, moment=Moment.WARNED) == rule
    with pytest.raises(Invalid) as refused:
        add_rule(by=admin, priority=9, metric="fulfil", moment="soon")
    assert set(refused.value.fields) == {"priority", "metric", "moment"}
    with pytest.raises(NotAllowed):
        add_rule(by=estate.agent, priority=1, metric=Metric.RESOLVE, moment=Moment.WARNED)
    drop_rule(rule, by=admin)
    assert list_rules(estate.agent) == []
    with pytest.raises(NotFound):
        drop_rule(rule, by=admin)
