"""Services as their owners keep them in the browser."""

import re

import pytest

from selaras.domains.people.contracts import Actor, Role
from selaras.domains.services.actions.services import edit_service
from selaras.domains.services.queries import get_service, list_services
from tests.factories import SYSTEM, make_person, make_team
from tests.interfaces.web.forms import filled
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def world() -> World:
    return make_world()


def owner(world: World, language: str = "en") -> Actor:
    return make_person(world.estate.provider, Role.SERVICE_OWNER, name="Maya Lestari", language=language)


def test_a_service_is_made_and_moved_along_its_life(world: World) -> None:
    client = signed_in(owner(world))
    assert "/new/service" in client.get("/services").content.decode()
    answer = client.post("/new/service", {"name_id": "Gudang data", "name_en": "Data warehouse", "description": SCRIPT})
    assert answer.headers["Location"] == "/services/data-warehouse"
    page = client.get("/services/data-warehouse").content.decode()
    assert "In the pipeline" in page
    assert SCRIPT not in page
    assert client.post("/services/data-warehouse/do/charter").status_code == 302
    assert client.post("/services/data-warehouse/do/publish").status_code == 302
    unexplained = client.post("/services/data-warehouse/do/retire", {"reason": " "})
    assert unexplained.status_code == 409
    assert "Say why, so that its customers can be told." in unexplained.content.decode()
    assert client.post("/services/data-warehouse/do/retire", {"reason": "Replaced."}).status_code == 302
    assert get_service(SYSTEM, "data-warehouse").state == "retiring"
    assert "is not possible while" in client.post("/services/data-warehouse/do/charter").content.decode()


def test_a_refused_move_says_why_on_the_page(world: World) -> None:
    client = signed_in(owner(world))
    client.post("/services/toko/do/retire", {"reason": "Replaced."})
    page = client.get("/services/toko").content.decode()
    assert "Customers still use it." in page
    assert "/services/toko/do/end" not in page
    assert "/services/toko/do/keep" in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name_id": ""}, "name_id"),
        ({"name_en": "x" * 201}, "name_en"),
        ({"name_en": "a\x00b"}, "name_en"),
        ({"slug": "Bad Slug"}, "slug"),
        ({"slug": "toko"}, "slug"),
        ({"owner_id": "999999999"}, "owner_id"),
        ({"team_id": "1e9"}, "team_id"),
        ({"description": "x" * 20_001}, "description"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_made(world: World, given: dict[str, str], field: str) -> None:
    before = len(list_services(SYSTEM))
    typed = {"name_id": "Gudang", "name_en": SCRIPT, **given}
    answer = signed_in(owner(world)).post("/new/service", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert SCRIPT not in page
    assert len(list_services(SYSTEM)) == before


def test_the_second_of_two_is_told_what_changed_and_loses_nothing(world: World) -> None:
    client, team = signed_in(owner(world)), make_team("Jaringan inti")
    read = filled(client, "/services/toko/edit")
    first = make_person(world.estate.provider, Role.SERVICE_OWNER, name="Agus Salim")
    edit_service(world.estate.service, by=first, changes={"team_id": team})
    answer = client.post("/services/toko/edit", {**read, "description": "Baru saya tulis"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Agus Salim changed Supporting team: “Jaringan inti”" in page
    assert "Baru saya tulis" in page
    kept = get_service(SYSTEM, "toko")
    assert (kept.team_id, kept.description) == (team, "")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    # The team, which this person had not touched, is taken over from the other one; what they typed stands.
    assert f'<option value="{team}" selected>' in page
    again = {**read, "description": "Baru saya tulis", "team_id": str(team), "seen": seen.group(1)}
    assert client.post("/services/toko/edit", again).status_code == 302
    kept = get_service(SYSTEM, "toko")
    assert (kept.team_id, kept.description) == (team, "Baru saya tulis")


def test_only_those_whose_duty_it_is_may_keep_services(world: World) -> None:
    for actor in (world.agent, world.lead, world.requester):
        client = signed_in(actor)
        for address in ("/new/service", "/services/toko/edit", "/services/toko/do/retire"):
            assert client.get(address).status_code == 403, address
            assert client.post(address, {"reason": "x"}).status_code == 403, address
        assert "/services/toko/edit" not in client.get("/services/toko").content.decode()
    manager = signed_in(make_person(world.estate.provider, Role.RELATIONSHIP_MANAGER))
    assert manager.get("/services/toko/edit").status_code == 200
    assert manager.post("/services/toko/do/retire", {"reason": "x"}).status_code == 403
    assert manager.get("/services/none/edit").status_code == 404
