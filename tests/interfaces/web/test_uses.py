"""Which customer uses a service for what, and what they need to reach, as relationship managers keep it."""

import re
from typing import Any

import pytest
from django.test import Client

from selaras.domains.people.contracts import Role
from selaras.domains.services.actions.uses import edit_use, record_outcome
from selaras.domains.services.models import Outcome
from selaras.domains.services.queries import list_outcomes, list_uses
from tests.factories import SYSTEM, make_person
from tests.interfaces.web.forms import filled
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
OUTCOME = {"name_id": "Pesanan", "name_en": "Orders", "direction": "at_least", "target": "99.5", "unit": "%"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(make_person(world.estate.provider, Role.RELATIONSHIP_MANAGER, name="Rina Hapsari"))


def use_of(world: World, process: str = "Penjualan") -> Any:
    return next(use for use in list_uses(SYSTEM) if use.business_process == process)


def test_an_outcome_and_the_uses_towards_it(client: Client, world: World) -> None:
    customer = world.estate.customer
    answer = client.post(f"/needs/{customer}/new", OUTCOME)
    assert answer.headers["Location"] == f"/needs/{customer}"
    outcome = list_outcomes(SYSTEM, customer)[0]
    made = client.post(
        "/services/toko/uses", {"organisation_id": customer, "business_process": "Retur", "criticality": "2"}
    )
    use = use_of(world, "Retur")
    assert made.headers["Location"] == f"/uses/{use.id}"
    read = filled(client, f"/uses/{use.id}")
    assert client.post(f"/uses/{use.id}", {**read, "outcome_id": str(outcome.id)}).status_code == 302
    assert use_of(world, "Retur").outcome_id == outcome.id
    page = client.get(f"/needs/{customer}").content.decode()
    assert page.index("Orders") < page.index("Retur") < page.index("Used without an outcome")
    assert "At least 99.5 %" in page
    assert client.post(f"/uses/{use.id}/end").status_code == 302
    assert "Retur" not in [one.business_process for one in list_uses(SYSTEM)]


def test_an_outcome_is_changed_and_the_second_is_told(client: Client, world: World) -> None:
    made = record_outcome(by=SYSTEM, organisation_id=world.estate.customer, **OUTCOME)
    read = filled(client, f"/outcomes/{made}")
    assert read["target"] == "99.5"
    assert client.post(f"/outcomes/{made}", {**read, "target": "99.9"}).status_code == 302
    late = client.post(f"/outcomes/{made}", {**read, "unit": "persen"})
    assert late.status_code == 409
    assert "Target" in late.content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', late.content.decode())
    assert seen
    assert client.post(f"/outcomes/{made}", {**read, "target": "99.9", "seen": seen.group(1)}).status_code == 302
    assert str(Outcome.objects.get(pk=made).target) == "99.9000"


def test_a_use_changed_by_two(client: Client, world: World) -> None:
    use = use_of(world)
    read = filled(client, f"/uses/{use.id}")
    edit_use(use.id, by=SYSTEM, changes={"criticality": 4})
    late = client.post(f"/uses/{use.id}", {**read, "business_process": "Penjualan daring"})
    assert late.status_code == 409
    assert "How critical: “Low”" in late.content.decode()
    assert "Penjualan daring" in late.content.decode()
    assert '<option value="4" selected>' in late.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name_en": ""}, "name_en"),
        ({"name_en": "x" * 201}, "name_en"),
        ({"name_id": "a\x00b"}, "name_id"),
        ({"name_en": "Taken"}, "name_en"),
        ({"target": "many"}, "target"),
        ({"target": "NaN"}, "target"),
        ({"target": "1e40"}, "target"),
        ({"target": "0.00001"}, "target"),
        ({"unit": "x" * 41}, "unit"),
        ({"direction": "sideways"}, "direction"),
    ],
)
def test_a_bad_outcome_is_told_at_its_field(client: Client, world: World, given: dict[str, str], field: str) -> None:
    record_outcome(by=SYSTEM, organisation_id=world.estate.customer, **{**OUTCOME, "name_en": "Taken"})
    answer = client.post(f"/needs/{world.estate.customer}/new", {**OUTCOME, **given})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert len(list_outcomes(SYSTEM, world.estate.customer)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"business_process": "  "}, "business_process"),
        ({"business_process": "x" * 201}, "business_process"),
        ({"business_process": "Penjualan"}, "business_process"),
        ({"criticality": "5"}, "criticality"),
        ({"organisation_id": "99999"}, "organisation_id"),
    ],
)
def test_a_bad_use_is_told_at_its_field(client: Client, world: World, given: dict[str, str], field: str) -> None:
    typed = {"organisation_id": world.estate.customer, "business_process": "Retur", "criticality": "2"}
    answer = client.post("/services/toko/uses", {**typed, **given})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_another_customers_outcome_is_no_choice(client: Client, world: World) -> None:
    theirs = record_outcome(by=SYSTEM, organisation_id=world.other, **OUTCOME)
    use = use_of(world)
    answer = client.post(f"/uses/{use.id}", {**filled(client, f"/uses/{use.id}"), "outcome_id": str(theirs)})
    assert answer.status_code == 422
    assert 'id="id_outcome_id_error"' in answer.content.decode()


def test_a_customer_reads_their_own_needs_and_changes_none(world: World) -> None:
    made = record_outcome(by=SYSTEM, organisation_id=world.estate.customer, **OUTCOME)
    lead, other = signed_in(world.lead), signed_in(world.other_lead)
    assert "Orders" in lead.get(f"/needs/{world.estate.customer}").content.decode()
    assert other.get(f"/needs/{world.estate.customer}").status_code == 404
    for client in (lead, other, signed_in(world.agent)):
        for address in (f"/needs/{world.estate.customer}/new", f"/outcomes/{made}", f"/uses/{use_of(world).id}"):
            assert client.post(address, OUTCOME).status_code == 403, address
        assert client.post(f"/uses/{use_of(world).id}/end").status_code == 403


def test_the_page_asks_as_much_for_one_as_for_three(client: Client, world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/needs/{world.estate.customer}").status_code == 200
        return len(counted)

    record_outcome(by=SYSTEM, organisation_id=world.estate.customer, **OUTCOME)
    before = asked()
    for n in range(2):
        record_outcome(by=SYSTEM, organisation_id=world.estate.customer, **{**OUTCOME, "name_en": f"Orders {n}"})
    assert asked() == before
