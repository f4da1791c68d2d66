"""Parent and child: put under, taken out, resolved and answered together, and nobody learns of another customer."""

from datetime import UTC, datetime, timedelta

import pytest

from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.queries.clocks import list_clocks
from selaras.domains.incidents.actions.family import reply_to_family
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.queries import get_incident
from selaras.domains.incidents.queries.family import list_below, suggest_parents
from selaras.domains.people.contracts import Role
from selaras.domains.records.contracts import RecordRef
from selaras.domains.records.queries import list_entries
from selaras.domains.services.models import ServiceUse
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused
from tests.estate import Estate, make_agreement, make_estate
from tests.factories import make_organisation, make_person

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SOLVED = {"cause": "Kabel putus", "solution": "Kabel disambung"}


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


def opened(estate: Estate, title: str, organisation: int | None = None) -> RecordRef:
    customer = organisation or estate.customer
    return report(by=estate.agent, title=title, organisation_id=customer, service_id=estate.service)


def under(estate: Estate, child: RecordRef, parent: RecordRef) -> None:
    perform(child.id, "put_under", by=estate.agent, given={"parent": parent.number})


def state(estate: Estate, ref: RecordRef) -> str:
    return get_incident(estate.agent, ref.number).card.state


def other_customer(estate: Estate) -> int:
    other = make_organisation("PT Kedua")
    ServiceUse.objects.create(
        service_id=estate.service, organisation_id=other, business_process="Gudang", criticality=2
    )
    make_agreement(other, estate.service)
    return other


def test_a_child_stands_under_its_parent_and_is_taken_out_again(estate: Estate) -> None:
    parent, child = opened(estate, "Induk"), opened(estate, "Anak")
    under(estate, child, parent)
    assert get_incident(estate.agent, child.number).parent == parent.number
    assert [row.number for row in get_incident(estate.agent, parent.number).children] == [child.number]
    assert "put_under" not in [offer.verb for offer in get_incident(estate.agent, child.number).offers]
    perform(child.id, "take_out", by=estate.agent, given={})
    assert get_incident(estate.agent, child.number).parent is None
    with pytest.raises(MoveRefused):
        perform(child.id, "take_out", by=estate.agent, given={})
    verbs = [entry.verb for entry in list_entries(estate.agent, parent.id)]
    assert verbs[-2:] == ["child_joined", "child_left"]


def test_not_under_itself_nor_in_a_circle_nor_under_one_that_ended(estate: Estate) -> None:
    top, middle, low, ended = (opened(estate, title) for title in ("Atas", "Tengah", "Bawah", "Usai"))
    perform(ended.id, "cancel", by=estate.agent, given={"reason": "salah"})
    under(estate, middle, top)
    under(estate, low, middle)
    assert list_below(top.id) == [middle.id, low.id]
    for child, number in ((top, top.number), (top, low.number), (top, ended.number), (top, "INC9999999")):
        with pytest.raises(Invalid) as refusal:
            perform(child.id, "put_under", by=estate.agent, given={"parent": number})
        assert refusal.value.field == "parent"
    with pytest.raises(MoveRefused) as missing:
        perform(top.id, "put_under", by=estate.agent, given={"parent": " "})
    assert missing.value.field == "parent"
    assert get_incident(estate.agent, top.number).parent is None


def test_resolving_the_parent_resolves_what_can_be_and_names_the_rest(estate: Estate) -> None:
    other = other_customer(estate)
    with clock.frozen(MONDAY):
        parent, child, waiting = opened(estate, "Induk"), opened(estate, "Anak", other), opened(estate, "Tunggu")
        gone = opened(estate, "Batal")
        for ref in (child, waiting, gone):
            under(estate, ref, parent)
        perform(gone.id, "cancel", by=estate.agent, given={"reason": "ganda"})
    with clock.frozen(MONDAY + timedelta(minutes=40)):
        perform(parent.id, "resolve", by=estate.agent, given=SOLVED)
    for ref in (parent, child, waiting):
        detail = get_incident(estate.agent, ref.number)
        assert (detail.card.state, detail.cause, detail.solution) == ("resolved", *SOLVED.values())
    assert state(estate, gone) == "cancelled"
    resolve = next(row for row in list_clocks(estate.agent, child.id) if row.metric == Metric.RESOLVE)
    assert (resolve.organisation_id, resolve.used, resolve.running) == (other, timedelta(minutes=40), False)
    told = list_entries(estate.agent, parent.id)[-1]
    assert (told.verb, told.data["done"], told.public) == ("resolved_below", [child.number, waiting.number], False)


def test_children_can_be_left_and_stay_when_the_parent_is_reopened(estate: Estate) -> None:
    parent, child = opened(estate, "Induk"), opened(estate, "Anak")
    under(estate, child, parent)
    assert (
        "children" in next(o for o in get_incident(estate.agent, parent.number).offers if o.verb == "resolve").optional
    )
    perform(parent.id, "resolve", by=estate.agent, given={**SOLVED, "children": False})
    assert (state(estate, parent), state(estate, child)) == ("resolved", "reported")
    perform(child.id, "resolve", by=estate.agent, given=SOLVED)
    perform(parent.id, "reopen", by=estate.agent, given={"reason": "masih"})
    assert (state(estate, parent), state(estate, child)) == ("in_progress", "resolved")
    told = [entry for entry in list_entries(estate.agent, parent.id) if entry.verb == "children_left"]
    assert [entry.data["numbers"] for entry in told] == [[child.number]]


def test_one_reply_reaches_each_customer_and_an_internal_note_reaches_none(estate: Estate) -> None:
    other = other_customer(estate)
    parent, child = opened(estate, "Rahasia induk"), opened(estate, "Anak", other)
    under(estate, child, parent)
    reply_to_family(parent.id, by=estate.agent, body="Sedang diperbaiki.")
    theirs = make_person(other, Role.DECISION_MAKER)
    said = list_entries(theirs, child.id)
    assert said[-1].body == "Sedang diperbaiki."
    perform(parent.id, "resolve", by=estate.agent, given=SOLVED)
    told = str([(entry.verb, entry.body, entry.data) for entry in list_entries(theirs, child.id)])
    assert SOLVED["solution"] in told
    assert parent.number not in told
    assert get_incident(theirs, child.number).parent is None
    own = make_person(estate.customer, Role.DECISION_MAKER)
    detail = get_incident(own, parent.number)
    assert detail.children == ()
    assert child.number not in str([(entry.verb, entry.data) for entry in list_entries(own, parent.id)])


def test_parents_are_suggested_while_typing(estate: Estate) -> None:
    parent, child, ended = opened(estate, "Toko daring lambat"), opened(estate, "Anak"), opened(estate, "Toko usai")
    perform(ended.id, "cancel", by=estate.agent, given={"reason": "salah"})
    assert [row.number for row in suggest_parents(estate.agent, child.number, "toko")] == [parent.number]
    assert [row.number for row in suggest_parents(estate.agent, child.number, parent.number[:6])] != [child.number]
