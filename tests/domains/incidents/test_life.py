"""An incident's life, as pages and API drive it: taken, held, resumed, resolved, confirmed; and every refusal."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.queries.clocks import list_clocks
from selaras.domains.incidents.actions.cause import clear_cause, note_cause, recur
from selaras.domains.incidents.actions.classify import classify, set_matrix
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.actions.resolve import close_due
from selaras.domains.incidents.contracts import CauseState, Source
from selaras.domains.incidents.queries import get_incident
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.records.queries import list_entries
from selaras.domains.services.models import ServiceUse
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from selaras.kernel.sentences import say
from tests.estate import Estate, make_agreement, make_estate
from tests.factories import SYSTEM, make_organisation, make_person

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09:00 in Jakarta


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


def state(actor: Actor, number: str) -> str:
    return get_incident(actor, number).card.state


def verbs(actor: Actor, number: str) -> list[str]:
    return [offer.verb for offer in get_incident(actor, number).offers]


class TestReporting:
    def test_an_item_brings_service_customer_priority_team_and_clocks(self, estate: Estate) -> None:
        with clock.frozen(MONDAY):
            ref = report(by=SYSTEM, title="Basis data mati", impact=1, urgency=1, item_ids=[estate.database])
        detail = get_incident(estate.agent, ref.number)
        assert detail.card.service_id == estate.service
        assert detail.card.organisation_id == estate.customer
        assert detail.card.priority == 1
        assert detail.card.team_id == estate.team
        clocks = {row.metric: row for row in list_clocks(estate.agent, ref.id)}
        assert clocks[Metric.RESPOND].due_at == MONDAY + timedelta(minutes=15)
        assert clocks[Metric.RESOLVE].due_at == MONDAY + timedelta(minutes=240)
        assert detail.card.due_at == MONDAY + timedelta(minutes=15)

    def test_a_requester_asks_for_themselves_and_about_a_service_they_use(self, estate: Estate) -> None:
        ani = make_person(estate.customer)
        ref = report(by=ani, title="Tidak bisa masuk", service_id=estate.service)
        assert get_incident(ani, ref.number).card.requester_id == ani.id
        stranger = make_person(make_organisation())
        with pytest.raises(Invalid) as refusal:
            report(by=stranger, title="Coba", service_id=estate.service)
        assert refusal.value.field == "service_id"
        with pytest.raises(NotAllowed):
            report(by=ani, title="Untuk Budi", requester_id=stranger.id)
        with pytest.raises(NotAllowed):
            report(by=ani, title="Item", item_ids=[estate.database])
        with pytest.raises(NotFound):
            report(by=stranger, title="Titip", organisation_id=estate.customer)

    def test_the_organisations_own_matrix_decides(self, estate: Estate) -> None:
        admin = make_person(estate.provider, Role.ADMINISTRATOR)
        set_matrix(estate.customer, by=admin, cells={(3, 3): 2})
        ref = report(by=estate.agent, title="x", impact=3, urgency=3, organisation_id=estate.customer)
        assert get_incident(estate.agent, ref.number).card.priority == 2
        with pytest.raises(Invalid):
            set_matrix(estate.customer, by=admin, cells={(4, 1): 1})

    @pytest.mark.parametrize("field", ["impact", "urgency"])
    def test_a_level_outside_the_matrix_names_its_field(self, estate: Estate, field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            report(by=estate.agent, title="x", **{field: 4})  # type: ignore[arg-type]  # whichever of the two
        assert refusal.value.field == field


class TestTheWay:
    def test_from_report_to_confirmation(self, estate: Estate) -> None:
        agent, ani = estate.agent, make_person(estate.customer)
        with clock.frozen(MONDAY):
            ref = report(by=ani, title="Lambat", service_id=estate.service)
        with clock.frozen(MONDAY + timedelta(minutes=10)):
            assert verbs(agent, ref.number)[:2] == ["start", "resolve"]
            perform(ref.id, "start", by=agent, given={})
        with clock.frozen(MONDAY + timedelta(minutes=30)):
            perform(ref.id, "wait", by=agent, given={"waiting_for": "requester", "reason": "Versi berapa?"})
        with clock.frozen(MONDAY + timedelta(minutes=90)):
            perform(ref.id, "resume", by=agent, given={})
        resolve_clock = next(c for c in list_clocks(agent, ref.id) if c.metric == Metric.RESOLVE)
        assert resolve_clock.due_at == MONDAY + timedelta(minutes=480 + 60)
        with clock.frozen(MONDAY + timedelta(minutes=100)):
            perform(ref.id, "resolve", by=agent, given={"cause": "Indeks hilang", "solution": "Dibuat lagi"})
        detail = get_incident(agent, ref.number)
        assert (detail.card.state, detail.cause, detail.solution) == ("resolved", "Indeks hilang", "Dibuat lagi")
        assert detail.card.assignee_id == agent.id
        used = {row.metric: row.used for row in list_clocks(agent, ref.id)}
        assert used == {Metric.RESPOND: timedelta(minutes=10), Metric.RESOLVE: timedelta(minutes=40)}
        assert verbs(ani, ref.number) == ["confirm", "reopen"]
        perform(ref.id, "confirm", by=ani, given={})
        assert state(ani, ref.number) == "closed"
        assert [e.verb for e in list_entries(agent, ref.id) if not e.verb.startswith("clock")] == [
            "opened",
            "start",
            "wait",
            "resume",
            "resolve",
            "confirm",
        ]

    def test_reopening_goes_on_where_the_clock_stopped(self, estate: Estate) -> None:
        ani = make_person(estate.customer)
        with clock.frozen(MONDAY):
            ref = report(by=ani, title="Lambat", service_id=estate.service)
            perform(ref.id, "start", by=estate.agent, given={})
        with clock.frozen(MONDAY + timedelta(minutes=20)):
            perform(ref.id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
        with clock.frozen(MONDAY + timedelta(minutes=80)):
            perform(ref.id, "reopen", by=ani, given={"reason": "Masih lambat"})
            assert state(ani, ref.number) == "in_progress"
            detail = get_incident(ani, ref.number)
            assert (detail.reopened, detail.confirm_by) == (1, None)
            resolve_clock = next(c for c in list_clocks(estate.agent, ref.id) if c.metric == Metric.RESOLVE)
            assert resolve_clock.used == timedelta(minutes=20)

    def test_closes_by_itself_when_the_time_to_object_is_over_and_the_cause_is_gone(self, estate: Estate) -> None:
        quiet = report(by=estate.agent, title="Satu", organisation_id=estate.customer)
        noisy = report(by=SYSTEM, title="Dua", item_ids=[estate.database], source=Source.EVENT)
        for ref in (quiet, noisy):
            perform(ref.id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
        with clock.frozen(clock.now() + timedelta(days=2)):
            assert close_due() == 0
        with clock.frozen(clock.now() + timedelta(days=4)):
            assert close_due() == 1
            assert (state(estate.agent, quiet.number), state(estate.agent, noisy.number)) == ("closed", "resolved")
            clear_cause(noisy.id, by=SYSTEM, at=clock.now())
            assert close_due() == 1


class TestRefusals:
    def test_each_state_refuses_every_other_verb(self, estate: Estate) -> None:
        ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
        for verb in ("resume", "confirm", "reopen", "close", "split", "recur", "nonsense"):
            with pytest.raises(MoveRefused):
                perform(ref.id, verb, by=estate.agent, given={"reason": "r"})
        assert state(estate.agent, ref.number) == "reported"

    def test_the_database_refuses_what_the_lifecycle_does_not_have(self, estate: Estate) -> None:
        ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
        for wrong in ("closed", "waiting", "nonsense"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE records_record SET state = %s WHERE id = %s", [wrong, ref.id])

    @pytest.mark.parametrize(
        ("verb", "given", "field"),
        [
            ("wait", {"waiting_for": "", "reason": "r"}, "waiting_for"),
            ("wait", {"waiting_for": "godot", "reason": "r"}, "waiting_for"),
            ("wait", {"waiting_for": "supplier", "reason": " "}, "reason"),
            ("resolve", {"cause": "", "solution": "s"}, "cause"),
            ("resolve", {"cause": "c", "solution": ""}, "solution"),
        ],
    )
    def test_what_a_verb_asks_for_is_named(self, estate: Estate, verb: str, given: dict[str, str], field: str) -> None:
        ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
        perform(ref.id, "start", by=estate.agent, given={})
        with pytest.raises((MoveRefused, Invalid)) as refusal:
            perform(ref.id, verb, by=estate.agent, given=given)
        assert refusal.value.field == field
        assert state(estate.agent, ref.number) == "in_progress"

    def test_a_stale_move_is_told_what_changed(self, estate: Estate) -> None:
        ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
        seen = get_incident(estate.agent, ref.number).card.version
        classify(ref.id, by=estate.agent, title="y")
        with pytest.raises(Stale):
            perform(ref.id, "start", by=estate.agent, given={}, seen=seen)

    def test_a_customer_neither_works_nor_reaches_anothers_incident(self, estate: Estate) -> None:
        lead = make_person(estate.customer, Role.DECISION_MAKER)
        stranger = make_person(make_organisation(), Role.DECISION_MAKER)
        ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
        with pytest.raises(NotAllowed):
            perform(ref.id, "start", by=lead, given={})
        with pytest.raises(NotFound):
            get_incident(stranger, ref.number)
        perform(ref.id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
        with pytest.raises(NotFound):
            perform(ref.id, "confirm", by=stranger, given={})

    def test_work_goes_to_the_providers_people(self, estate: Estate) -> None:
        ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
        lead = make_person(estate.customer, Role.DECISION_MAKER)
        for given, field in (
            ({"assignee_id": lead.id}, "assignee_id"),
            ({"team_id": 10**9}, "team_id"),
            ({}, "team_id"),
        ):
            with pytest.raises(Invalid) as refusal:
                perform(ref.id, "assign", by=estate.agent, given=given)
            assert refusal.value.field == field


class TestCause:
    def test_another_alert_joins_the_cause_goes_and_comes_back(self, estate: Estate) -> None:
        ref = report(by=SYSTEM, title="Mati", item_ids=[estate.database], source=Source.EVENT)
        note_cause(ref.id, by=SYSTEM, text=say("Another alert"), data={"alert": 2})
        perform(ref.id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
        offer = next(o for o in get_incident(estate.agent, ref.number).offers if o.verb == "close")
        assert offer.refused is not None
        clear_cause(ref.id, by=SYSTEM, at=clock.now())
        assert get_incident(estate.agent, ref.number).cause_state == CauseState.CLEARED
        recur(ref.id, by=SYSTEM, text=say("Back"), data={})
        detail = get_incident(estate.agent, ref.number)
        assert (detail.card.state, detail.cause_state, detail.reopened) == ("assigned", CauseState.ACTIVE, 1)


class TestMerging:
    def test_merge_and_split_give_both_back(self, estate: Estate) -> None:
        one, two = (report(by=estate.agent, title=t, organisation_id=estate.customer) for t in ("Satu", "Dua"))
        perform(two.id, "merge", by=estate.agent, given={"into": one.number})
        assert state(estate.agent, two.number) == "merged"
        assert get_incident(estate.agent, two.number).merged_into == one.number
        perform(two.id, "split", by=estate.agent, given={})
        detail = get_incident(estate.agent, two.number)
        assert (detail.card.state, detail.merged_into, detail.card.closed_at) == ("assigned", None, None)

    def test_not_into_itself_nor_into_one_that_ended(self, estate: Estate) -> None:
        one, two = (report(by=estate.agent, title=t, organisation_id=estate.customer) for t in ("Satu", "Dua"))
        perform(one.id, "cancel", by=estate.agent, given={"reason": "salah"})
        for into in (two.number, one.number):
            with pytest.raises(Invalid), transaction.atomic():
                perform(two.id, "merge", by=estate.agent, given={"into": into})
        assert state(estate.agent, two.number) == "reported"


def test_a_graver_incident_is_held_against_the_graver_promise(estate: Estate) -> None:
    with clock.frozen(MONDAY):
        ref = report(by=estate.agent, title="x", service_id=estate.service, organisation_id=estate.customer)
        classify(ref.id, by=estate.agent, impact=1, urgency=1)
    detail = get_incident(estate.agent, ref.number)
    assert detail.card.priority == 1
    assert detail.card.due_at == MONDAY + timedelta(minutes=15)


def test_a_shared_cause_runs_each_customers_own_clocks_and_shows_each_their_own(estate: Estate) -> None:
    other = make_organisation("PT Kedua")
    ServiceUse.objects.create(
        service_id=estate.service, organisation_id=other, business_process="Gudang", criticality=2
    )
    make_agreement(other, estate.service)
    with clock.frozen(MONDAY):
        ref = report(by=SYSTEM, title="Mati", item_ids=[estate.database])
        assert get_incident(estate.agent, ref.number).card.organisation_id == estate.provider
        assert len(list_clocks(estate.agent, ref.id)) == 4
        classify(ref.id, by=estate.agent, impact=1, urgency=1)
        assert {row.target_minutes for row in list_clocks(estate.agent, ref.id)} == {15, 240}
        for organisation in (estate.customer, other):
            lead = make_person(organisation, Role.DECISION_MAKER)
            assert {row.organisation_id for row in list_clocks(lead, ref.id)} == {organisation}
            assert len(list_clocks(lead, ref.id)) == 2
            told = str([(entry.body, entry.data) for entry in list_entries(lead, ref.id)])
            assert "AGR" not in told
            assert "PT" not in told
        perform(ref.id, "start", by=estate.agent, given={})
        perform(ref.id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
        assert not any(row.running for row in list_clocks(estate.agent, ref.id))
        perform(ref.id, "reopen", by=estate.agent, given={"reason": "masih"})
        assert [row.metric for row in list_clocks(estate.agent, ref.id) if row.running] == [Metric.RESOLVE] * 2
