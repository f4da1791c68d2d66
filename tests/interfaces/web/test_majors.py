"""Major incidents in the browser: declared, told, shown first, read by every customer that is hit, reviewed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.queries.majors import get_major
from selaras.domains.people.contracts import Role
from selaras.domains.people.models import Person
from tests.factories import make_organisation, make_person
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
REVIEW = {"happened": "Putus", "well": "Cepat", "improve": "Jalur kedua", "participants": "Semua"}


@pytest.fixture
def world() -> World:
    return make_world()


def declared(world: World, key: str = "working") -> str:
    """Through the page; the manager is the agent, the colleague writes to the customers."""
    number = world.records[key].number
    roles = {
        "reason": "Semua toko",
        "headline": "Toko daring terganggu",
        "manager_id": str(world.agent.id),
        "technical_lead_id": str(world.colleague.id),
        "communications_id": str(world.colleague.id),
    }
    assert signed_in(world.agent).post(f"/r/{number}/do/declare_major", roles).status_code == 302
    return number


def test_it_stands_first_in_the_queue_and_on_every_hit_customers_status_page(world: World) -> None:
    assert "No major disturbance" in signed_in(world.requester).get("/status").content.decode()
    number = declared(world)
    assert "Toko daring terganggu" in signed_in(world.colleague).get("/?state=closed").content.decode()
    told = {"body": "Kami <b>alihkan</b> jalurnya.", "next_update_at": "2030-01-01T10:00"}
    assert signed_in(world.colleague).post(f"/r/{number}/do/publish_update", told).status_code == 302
    for actor in (world.requester, world.lead, world.agent):
        page = signed_in(actor).get("/status").content.decode()
        assert "Kami &lt;b&gt;alihkan&lt;/b&gt; jalurnya." in page
        assert "Next update" in page
    bystander = make_person(make_organisation())
    Person.objects.filter(pk=bystander.id or 0).update(language="en")
    assert "Toko daring terganggu" not in signed_in(bystander).get("/status").content.decode()
    assert "alihkan" in signed_in(world.lead).get(f"/r/{number}").content.decode()
    assert "Sari Wulandari leads" not in signed_in(world.lead).get(f"/r/{number}").content.decode()


def test_bad_input_comes_back_with_what_was_typed(world: World) -> None:
    client, number = signed_in(world.agent), world.records["reported"].number
    form = client.get(f"/r/{number}/do/declare_major").content.decode()
    assert "Incident manager" in form
    answer = client.post(f"/r/{number}/do/declare_major", {"reason": "Semua toko", "headline": ""})
    assert answer.status_code == 422
    assert "Semua toko" in answer.content.decode()
    specialist = make_person(world.estate.provider, Role.SPECIALIST)
    assert f"/r/{number}/do/declare_major" not in signed_in(specialist).get(f"/r/{number}").content.decode()


def test_the_review_is_written_its_improvement_owned_and_it_is_signed(world: World) -> None:
    client, number = signed_in(world.agent), declared(world)
    perform(world.records["working"].id, "resolve", by=world.agent, given={"cause": "a", "solution": "b"})
    assert "1 review is owed" in client.get("/majors").content.decode()
    address = f"/r/{number}/review"
    assert "then it can be signed" in client.get(address).content.decode()
    assert client.post(address, {**REVIEW, "seen": "0"}).status_code == 302
    late = client.post(address, {**REVIEW, "well": "Lambat", "seen": "0"})
    assert late.status_code == 409
    assert "Lambat" in late.content.decode()
    wrong = client.post(f"{address}/improvements", {"text": "Jalur kedua", "owner_id": "", "due": ""})
    assert wrong.status_code == 422
    assert 'value="Jalur kedua"' in wrong.content.decode()
    good = {"text": "Jalur kedua", "owner_id": str(world.colleague.id), "due": "2030-01-31"}
    assert client.post(f"{address}/improvements", good).status_code == 302
    other = signed_in(world.colleague).post(f"{address}/sign", {"seen": "1"}, follow=True)
    assert "The incident manager signs the review." in other.content.decode()
    assert client.post(f"{address}/sign", {"seen": "1"}).status_code == 302
    row = get_major(world.agent, world.records["working"].id)
    assert row is not None
    assert row.signed_by == "Sari Wulandari"
    page = signed_in(world.colleague).get("/majors").content.decode()
    done = page.split('action="/improvements/')[1].split('"')[0]
    assert signed_in(world.colleague).post(f"/improvements/{done}").status_code == 302
    assert "No improvement is to be done" in client.get("/majors").content.decode()


def test_customers_reach_neither_the_review_nor_the_list(world: World) -> None:
    number = declared(world)
    for address in (f"/r/{number}/review", "/majors"):
        assert signed_in(world.lead).get(address).status_code == 403
    assert signed_in(world.agent).get(f"/r/{world.records['waiting'].number}/review").status_code == 404


def test_lists_ask_the_same_however_many(world: World) -> None:
    client = signed_in(world.agent)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(address).status_code == 200
        return len(told)

    declared(world, "working")
    one = [queries(address) for address in ("/majors", "/status", "/")]
    declared(world, "reported")
    declared(world, "waiting")
    assert [queries(address) for address in ("/majors", "/status", "/")] == one
