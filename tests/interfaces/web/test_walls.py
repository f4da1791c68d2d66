"""Nobody sees what is another customer's: on no page, in no search, by no address."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from selaras.domains.people.models import Person
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_stranger_is_asked_to_sign_in_everywhere(world: World) -> None:
    desk = ("/alerts", "/services", "/agreements", "/customers", "/sources", "/duty")
    for address in ("/", "/home", "/mine", "/new", "/profile", *desk):
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/account/login/"), address


def test_a_customer_sees_their_own_and_nothing_of_another(world: World) -> None:
    client = signed_in(world.lead)
    seen = [client.get(address) for address in ("/home", "/mine", "/services", "/agreements", "/search?q=Rahasia")]
    assert [answer.status_code for answer in seen] == [200] * 5
    secrets = ("Rahasia Bank", "Bank Mandala", "Ritel", world.records["other"].number)
    assert not [word for answer in seen for word in secrets if word in answer.content.decode()]


def test_another_customers_record_is_not_there(world: World) -> None:
    number, own = world.records["other"].number, world.records["working"].number
    for actor in (world.lead, world.requester):
        assert signed_in(actor).get(f"/r/{number}").status_code == 404
    assert signed_in(world.other_lead).get(f"/r/{own}").status_code == 404
    assert signed_in(world.other_lead).get(f"/agreements/{world.estate.agreement}").status_code == 404
    assert signed_in(world.other_lead).post(f"/r/{own}/note", {"body": "x", "kind": "public"}).status_code == 404


def test_customers_read_no_internal_note_and_see_no_rail(world: World) -> None:
    number = world.records["working"].number
    page = signed_in(world.lead).get(f"/r/{number}").content.decode()
    assert "Mohon tangkapan layar." in page
    assert "Indeks hilang?" not in page
    assert 'id="rail"' not in page


def test_the_desks_pages_are_not_for_customers(world: World) -> None:
    client = signed_in(world.requester)
    assert client.get("/").headers["Location"] == reverse("web:people:home")
    settings = (
        "/rules",
        "/maintenance/new",
        "/retention",
        "/rules/export",
        "/alerts/set-aside",
        "/sources",
        "/sources/new",
        "/heartbeats",
        "/heartbeats/new",
        "/checks",
        "/checks/new",
        "/silences",
        "/silences/new",
        "/duty",
        "/duty/pages",
        "/duty/channels",
        "/duty/log",
        "/duty/rotas/jaga/handovers",
        "/duty/handovers/1",
        "/operations/runbooks",
        "/operations/runbooks/new",
        "/operations/runs",
        "/operations/runs/1",
        "/operations/runs/start",
        "/problems",
        "/problems/1",
    )
    for address in ("/alerts", "/customers", "/items", "/narrow", "/agreements", *settings):
        assert client.get(address).status_code == 403, address
    assert client.post("/bulk", {"do": "take"}).status_code == 403


def test_what_people_wrote_is_never_markup(world: World) -> None:
    for address in ("/", f"/r/{world.records['working'].number}", "/search?q=kutipan"):
        page = signed_in(world.agent).get(address).content.decode()
        assert "<script>alert(" not in page
        assert "&lt;script&gt;alert(" in page


def test_error_pages_speak_both_languages_and_json_to_machines(world: World) -> None:
    assert "There is nothing here" in Client().get("/nothing", headers={"accept-language": "en"}).content.decode()
    assert "Tidak ada apa-apa" in Client().get("/nothing", headers={"accept-language": "id"}).content.decode()
    assert Client().get("/api/nothing").headers["Content-Type"].startswith("application/")
    assert signed_in(world.agent).put("/profile").status_code == 405


@pytest.mark.parametrize(
    ("code", "english", "indonesian"),
    [
        ("53100", "The disk is full", "Disk penuh"),
        ("57P03", "The database cannot be reached", "Basis data tidak dapat dihubungi"),
    ],
)
def test_a_database_that_takes_nothing_is_told_plainly(world: World, code: str, english: str, indonesian: str) -> None:
    client = signed_in(world.agent)
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{code}'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON people_apitoken EXECUTE FUNCTION refuse()"
        )
    for language, words in (("en", english), ("id", indonesian)):
        Person.objects.filter(pk=world.agent.own_id).update(language=language)
        answer = client.post("/profile/tokens", {"name": "Grafana", "roles": ["agent"], "days": "90"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert words in answer.content.decode()
