"""A major incident: declared with its roles, told to its customers in one thread, ended, reviewed, signed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from selaras.domains.agreements.actions.set_target import set_target
from selaras.domains.agreements.contracts import Metric, NewTarget
from selaras.domains.agreements.queries.clocks import list_clocks
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.actions.review import (
    add_improvement,
    finish_improvement,
    sign_review,
    write_review,
)
from selaras.domains.incidents.contracts import MajorRow
from selaras.domains.incidents.queries import get_incident
from selaras.domains.incidents.queries.majors import (
    get_major,
    list_improvements_owed,
    list_majors,
    list_reviews_owed,
)
from selaras.domains.incidents.queries.status import get_status
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.records.contracts import RecordRef
from selaras.domains.records.queries import is_watching, list_entries
from selaras.domains.services.models import ServiceUse
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from tests.estate import Estate, make_agreement, make_estate
from tests.factories import SYSTEM, make_organisation, make_person

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SOLVED = {"cause": "Kabel putus", "solution": "Disambung"}
WRITTEN: dict[str, Any] = {"happened": "Putus", "well": "Cepat", "improve": "Jalur kedua", "participants": "Semua"}


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


@pytest.fixture
def voice(estate: Estate) -> Actor:
    """Writes to the customers; no duty of majors otherwise."""
    return make_person(estate.provider, Role.SPECIALIST, name="Citra")


@pytest.fixture
def manager(estate: Estate) -> Actor:
    return make_person(estate.provider, Role.SPECIALIST, name="Maya")


@pytest.fixture
def roles(estate: Estate, voice: Actor, manager: Actor) -> dict[str, object]:
    return {
        "reason": "Semua toko berhenti",
        "headline": "Toko daring tidak dapat dibuka",
        "manager_id": manager.id,
        "technical_lead_id": estate.agent.id,
        "communications_id": voice.id,
    }


def opened(estate: Estate, organisation: int | None = None, title: str = "Rahasia PT Toko: mati") -> RecordRef:
    customer = organisation or estate.customer
    return report(by=estate.agent, title=title, organisation_id=customer, service_id=estate.service)


def major_of(actor: Actor, ref: RecordRef) -> MajorRow:
    found = get_major(actor, ref.id)
    assert found is not None
    return found


def other_customer(estate: Estate) -> int:
    other = make_organisation("PT Kedua")
    use = {"organisation_id": other, "business_process": "Gudang", "criticality": 2}
    ServiceUse.objects.create(service_id=estate.service, **use)
    make_agreement(other, estate.service)
    return other


def test_it_is_declared_with_its_roles_and_changed_and_stood_down(
    estate: Estate, roles: dict[str, object], voice: Actor, manager: Actor
) -> None:
    ref = opened(estate)
    perform(ref.id, "declare_major", by=estate.agent, given=roles)
    row = major_of(estate.agent, ref)
    assert (row.state, row.manager_name, row.communications_name, row.headline) == (
        "declared",
        "Maya",
        "Citra",
        roles["headline"],
    )
    assert is_watching(manager, ref.id)
    assert get_incident(estate.agent, ref.number).major
    assert [one.number for one in list_majors(manager)] == [ref.number]
    perform(ref.id, "change_roles", by=estate.agent, given={**roles, "manager_id": voice.id})
    assert major_of(estate.agent, ref).manager_name == "Citra"
    with pytest.raises(MoveRefused):
        perform(ref.id, "declare_major", by=estate.agent, given=roles)
    for verb, given in (("cancel", {"reason": "x"}), ("merge", {"into": opened(estate).number})):
        with pytest.raises(MoveRefused), transaction.atomic():
            perform(ref.id, verb, by=estate.agent, given=given)
    perform(ref.id, "stand_down", by=estate.agent, given={"reason": "Hanya satu toko"})
    assert (list_majors(manager), get_incident(estate.agent, ref.number).major) == ([], False)
    perform(ref.id, "declare_major", by=estate.agent, given=roles)
    assert major_of(estate.agent, ref).state == "declared"


@pytest.mark.parametrize("missing", ["reason", "headline", "manager_id", "technical_lead_id", "communications_id"])
def test_declaring_names_what_is_missing(estate: Estate, roles: dict[str, object], missing: str) -> None:
    ref = opened(estate)
    with pytest.raises(MoveRefused) as refused:
        perform(ref.id, "declare_major", by=estate.agent, given={**roles, missing: ""})
    assert refused.value.field == missing
    assert get_major(estate.agent, ref.id) is None


def test_only_the_providers_people_lead_and_only_those_who_may_declare(
    estate: Estate, roles: dict[str, object], voice: Actor
) -> None:
    ref, customer = opened(estate), make_person(estate.customer, Role.DECISION_MAKER)
    with pytest.raises(Invalid) as refused:
        perform(ref.id, "declare_major", by=estate.agent, given={**roles, "manager_id": customer.id})
    assert refused.value.field == "manager_id"
    for person in (voice, customer):
        with pytest.raises(NotAllowed):
            perform(ref.id, "declare_major", by=person, given=roles)


def test_updates_run_by_the_agreement_and_each_begins_a_new_round(
    estate: Estate, roles: dict[str, object], voice: Actor
) -> None:
    set_target(estate.agreement, NewTarget(Metric.UPDATE, None, 30), by=SYSTEM)
    with clock.frozen(MONDAY):
        ref = opened(estate)
        perform(ref.id, "declare_major", by=estate.agent, given=roles)
        assert major_of(voice, ref).next_update_at == MONDAY + timedelta(minutes=30)
    with clock.frozen(MONDAY + timedelta(minutes=20)):
        later = MONDAY + timedelta(hours=5)
        perform(ref.id, "publish_update", by=voice, given={"body": "Kami periksa.", "next_update_at": later})
        row = major_of(voice, ref)
        assert (row.next_update_at, row.late) == (MONDAY + timedelta(minutes=50), False)
        rounds = [one for one in list_clocks(voice, ref.id) if one.metric == Metric.UPDATE]
        assert sorted((one.round, one.running) for one in rounds) == [(1, False), (2, True)]
    with clock.frozen(MONDAY + timedelta(minutes=60)):
        assert major_of(voice, ref).late
        perform(ref.id, "resolve", by=estate.agent, given=SOLVED)
        assert not any(one.running for one in list_clocks(voice, ref.id))


def test_a_plain_promise_where_no_agreement_has_one(estate: Estate, roles: dict[str, object], voice: Actor) -> None:
    with clock.frozen(MONDAY):
        ref = opened(estate)
        perform(ref.id, "declare_major", by=estate.agent, given=roles)
        assert major_of(voice, ref).next_update_at == MONDAY + timedelta(hours=1)
        with pytest.raises(Invalid) as past:
            perform(ref.id, "publish_update", by=voice, given={"body": "a", "next_update_at": MONDAY})
        assert past.value.field == "next_update_at"
        at = MONDAY + timedelta(minutes=15)
        perform(ref.id, "publish_update", by=voice, given={"body": "a", "next_update_at": at})
        assert major_of(voice, ref).next_update_at == at
    with pytest.raises(MoveRefused) as empty:
        perform(ref.id, "publish_update", by=voice, given={"body": " "})
    assert empty.value.field == "body"
    with pytest.raises(MoveRefused):  # it is not for everybody to speak to the customers
        perform(ref.id, "publish_update", by=make_person(estate.provider, Role.SPECIALIST), given={"body": "a"})


def test_everybody_of_a_customer_that_is_hit_reads_the_thread_and_nothing_else(
    estate: Estate, roles: dict[str, object], voice: Actor
) -> None:
    other = other_customer(estate)
    parent, child = opened(estate), opened(estate, other, "Gudang PT Kedua")
    perform(child.id, "put_under", by=estate.agent, given={"parent": parent.number})
    perform(parent.id, "declare_major", by=estate.agent, given=roles)
    perform(parent.id, "publish_update", by=voice, given={"body": "Jalur dialihkan."})
    bystander, theirs = make_person(estate.customer), make_person(other)
    stranger = make_person(make_organisation())
    for person in (bystander, theirs, voice):
        one = get_status(person).now[0]
        assert (one.headline, [entry.body for entry in one.updates]) == (roles["headline"], ["Jalur dialihkan."])
        assert [service.slug for service in one.services] == ["toko"]
    assert "Rahasia" not in str(get_status(theirs))
    assert get_status(theirs).now[0].number is None
    assert get_status(voice).now[0].number == parent.number
    assert get_status(stranger).now == ()
    lead = make_person(other, Role.DECISION_MAKER)
    assert [e.body for e in list_entries(lead, child.id) if e.verb == "major.updated"] == ["Jalur dialihkan."]
    perform(parent.id, "resolve", by=estate.agent, given=SOLVED)
    assert (get_status(theirs).now, len(get_status(theirs).recent)) == ((), 1)
    with clock.frozen(clock.now() + timedelta(days=15)):
        assert get_status(theirs).recent == ()


def test_the_status_page_asks_the_same_however_many_run(estate: Estate, roles: dict[str, object]) -> None:
    reader = make_person(estate.customer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            get_status(reader)
        return len(told)

    perform(opened(estate).id, "declare_major", by=estate.agent, given=roles)
    one = queries()
    for _ in range(2):
        perform(opened(estate).id, "declare_major", by=estate.agent, given=roles)
    assert len(get_status(reader).now) == 3
    assert queries() == one


def test_a_review_is_owed_written_and_signed_by_the_manager(
    estate: Estate, roles: dict[str, object], manager: Actor, voice: Actor
) -> None:
    ref = opened(estate)
    perform(ref.id, "declare_major", by=estate.agent, given=roles)
    with pytest.raises(MoveRefused):
        write_review(ref.id, by=manager, **WRITTEN)
    perform(ref.id, "resolve", by=estate.agent, given=SOLVED)
    assert [one.number for one in list_reviews_owed(manager)] == [ref.number]
    with pytest.raises(MoveRefused):
        sign_review(ref.id, by=manager)
    write_review(ref.id, by=voice, **WRITTEN)
    seen = major_of(manager, ref).version
    write_review(ref.id, by=voice, **{**WRITTEN, "well": "Sangat cepat"})
    with pytest.raises(Stale):
        write_review(ref.id, by=manager, **WRITTEN, seen=seen)
    with pytest.raises(Stale):
        sign_review(ref.id, by=manager, seen=seen)
    with pytest.raises(MoveRefused):
        sign_review(ref.id, by=estate.agent)
    with pytest.raises(NotAllowed):
        write_review(ref.id, by=make_person(estate.provider, Role.SPECIALIST), **WRITTEN)
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert list_reviews_owed(manager)[0].review_overdue
    sign_review(ref.id, by=manager)
    row = major_of(manager, ref)
    assert (row.state, row.signed_by, row.well) == ("reviewed", "Maya", "Sangat cepat")
    with pytest.raises(MoveRefused):
        write_review(ref.id, by=manager, **WRITTEN)
    assert list_reviews_owed(manager) == []


def test_improvements_are_owned_due_and_done(estate: Estate, roles: dict[str, object], manager: Actor) -> None:
    ref = opened(estate)
    perform(ref.id, "declare_major", by=estate.agent, given=roles)
    perform(ref.id, "resolve", by=estate.agent, given=SOLVED)
    today = clock.now().date()
    with pytest.raises(Invalid) as refused:
        add_improvement(ref.id, by=manager, text=" ", owner_id=None, due=today - timedelta(days=1))
    assert set(refused.value.fields) == {"text", "owner_id", "due"}
    one = add_improvement(ref.id, by=manager, text="Jalur kedua", owner_id=manager.id, due=today)
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert [(row.text, row.overdue) for row in list_improvements_owed(manager)] == [("Jalur kedua", True)]
    with pytest.raises(NotAllowed):
        finish_improvement(one, by=make_person(estate.provider, Role.SPECIALIST))
    finish_improvement(one, by=manager)
    with pytest.raises(MoveRefused):
        finish_improvement(one, by=manager)
    with pytest.raises(NotFound):
        finish_improvement(10**9, by=manager)
    assert list_improvements_owed(manager) == []


def test_opened_again_it_is_a_major_one_again(estate: Estate, roles: dict[str, object], manager: Actor) -> None:
    set_target(estate.agreement, NewTarget(Metric.UPDATE, None, 30), by=SYSTEM)
    with clock.frozen(MONDAY):
        ref = opened(estate)
        perform(ref.id, "declare_major", by=estate.agent, given=roles)
        perform(ref.id, "resolve", by=estate.agent, given=SOLVED)
    with clock.frozen(MONDAY + timedelta(hours=2)):
        perform(ref.id, "reopen", by=estate.agent, given={"reason": "masih"})
        row = major_of(manager, ref)
        assert (row.state, row.ended_at, row.next_update_at) == ("declared", None, MONDAY + timedelta(hours=2.5))
    running = [one.metric for one in list_clocks(manager, ref.id) if one.running]
    assert sorted(running) == [Metric.RESOLVE, Metric.UPDATE]


def test_the_database_refuses_what_its_life_does_not_have(estate: Estate, roles: dict[str, object]) -> None:
    ref = opened(estate)
    perform(ref.id, "declare_major", by=estate.agent, given=roles)
    for wrong in ("reviewed", "nonsense"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE incidents_majorincident SET state = %s WHERE incident_id = %s", [wrong, ref.id])
