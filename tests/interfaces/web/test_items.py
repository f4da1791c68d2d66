"""Items, what they depend on, and the import, as their owners keep them in the browser."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from selaras.domains.people.contracts import Role
from selaras.domains.services.actions.items import edit_item
from selaras.domains.services.contracts import item, service
from selaras.domains.services.models import Dependency
from selaras.domains.services.queries import find_item, get_item, list_dependencies, list_items, list_names
from tests.domains.services.build import make_item
from tests.factories import SYSTEM, make_person
from tests.interfaces.web.forms import filled
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
NEW = {"name": "Web 1", "item_class": "host", "environment": "production"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(make_person(world.estate.provider, Role.SERVICE_OWNER, name="Maya Lestari"))


def lower(world: World) -> list[str]:
    return [row.slug for row in list_dependencies(SYSTEM, service(world.estate.service))]


def test_an_item_is_made_with_what_alerts_call_it(client: Client) -> None:
    rows = {"attributes.name": ["rack", "", SCRIPT, "items"], "attributes.value": ["B7", "", "x", "y"]}
    answer = client.post("/new/item", {**NEW, "names": "web-1.example.id\n10.0.0.9\n", **rows})
    assert answer.headers["Location"] == "/items/web-1"
    assert get_item(SYSTEM, "web-1").attributes == {"rack": "B7", SCRIPT: "x", "items": "y"}
    found = find_item({"instance": "10.0.0.9:9100"})
    assert found is not None
    assert found.item.slug == "web-1"
    assert SCRIPT not in client.get("/items/web-1").content.decode()


def test_an_item_is_changed_and_what_is_no_text_stays(client: Client) -> None:
    made = make_item("web-1", ["old.example.id"]).id
    edit_item(made, by=SYSTEM, changes={"attributes": {"cpu": 4, "rack": "B7"}})
    read = filled(client, "/items/web-1/edit")
    assert read["attributes.name"][:2] == ["cpu", "rack"]
    read["attributes.value"][1] = "C1"
    answer = client.post("/items/web-1/edit", {**read, "names": "new.example.id"})
    assert answer.status_code == 302
    assert get_item(SYSTEM, "web-1").attributes == {"cpu": 4, "rack": "C1"}
    assert list_names(SYSTEM, made) == ["new.example.id", "web-1"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"slug": "toko-db-1"}, "slug"),
        ({"item_class": "toaster"}, "item_class"),
        ({"team_id": "77777"}, "team_id"),
        ({"names": "x" * 256}, "names"),
        ({"names": "toko-db-1"}, "names"),
        ({"attributes.name": ["a", "a"], "attributes.value": ["1", "2"]}, "attributes"),
        ({"attributes.name": [""], "attributes.value": ["no name"]}, "attributes"),
        ({"attributes.name": ["a"], "attributes.value": ["x" * 10_001]}, "attributes"),
        ({"attributes.name": ["a\x00"], "attributes.value": ["x"]}, "attributes"),
    ],
)
def test_bad_input_is_told_at_its_field(client: Client, given: dict[str, Any], field: str) -> None:
    before = len(list_items(SYSTEM))
    answer = client.post("/new/item", {**NEW, **given})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert len(list_items(SYSTEM)) == before


def test_the_second_of_two_keeps_what_they_typed(client: Client) -> None:
    made = make_item("web-1").id
    read = filled(client, "/items/web-1/edit")
    edit_item(made, by=SYSTEM, changes={"environment": "staging", "names": ["theirs.example.id"]})
    mine = {**read, "attributes.name": ["rack"], "attributes.value": ["B7"]}
    answer = client.post("/items/web-1/edit", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Environment: “Staging”" in page
    assert "theirs.example.id" in page
    assert 'value="B7"' in page
    assert get_item(SYSTEM, "web-1").attributes == {}


def test_dependencies_are_picked_by_typing(client: Client, world: World) -> None:
    make_item("web-1")
    make_item("web-2")
    assert "item:web-1" in client.get("/nodes", {"lower": "web", "kind": "service"}).content.decode()
    assert client.post("/services/toko/dependencies", {"lower": "item:web-1"}).status_code == 302
    assert lower(world) == ["toko-db-1", "web-1"]
    page = client.get("/services/toko").content.decode()
    assert "WEB-1" in page[page.index('id="h-graph"') :]
    vague = client.post("/services/toko/dependencies", {"lower": "web"})
    assert vague.status_code == 422
    assert "Did you mean" in vague.content.decode()
    assert 'value="item:web-2"' in vague.content.decode()
    assert client.post("/services/toko/dependencies", {"lower": "WEB-2"}).status_code == 302  # a whole name
    removed = client.post("/services/toko/dependencies", {"remove": f"item:{get_item(SYSTEM, 'web-1').id}"})
    assert removed.status_code == 302
    assert lower(world) == ["toko-db-1", "web-2"]


def test_cycles_are_legal_and_nothing_depends_on_itself(client: Client) -> None:
    one, two = make_item("one"), make_item("two")
    for upper, below in (("one", "two"), ("two", "one")):
        assert client.post(f"/items/{upper}/dependencies", {"lower": below}).status_code == 302
    assert Dependency.objects.filter(upper_item__in=[one.id, two.id]).count() == 2
    assert client.get("/items/one").status_code == 200
    for typed, why in (
        ("one", "Nothing depends on itself."),
        ("service:toko", "An item cannot depend on a service."),
        ("nowhere", "There is no item and no service"),
        ("a\x00b", "Null characters are not allowed."),
        ("x" * 301, "at most 300"),
        (SCRIPT, "There is no item and no service"),
    ):
        answer = client.post("/items/one/dependencies", {"lower": typed})
        assert answer.status_code == 422, typed
        assert 'id="id_lower_error"' in answer.content.decode(), typed
        assert why in answer.content.decode(), typed
        assert SCRIPT not in answer.content.decode()
    for named in ("item:x", "team:1", "item:99999999999999999999"):
        assert client.post("/items/one/dependencies", {"remove": named}).status_code == 422


def send(client: Client, text: str, kind: str = "items", name: str = "items.csv") -> Any:
    return client.post("/import/estate", {"kind": kind, "file": SimpleUploadedFile(name, text.encode())})


def test_an_import_is_shown_before_it_is_carried_out(client: Client) -> None:
    sheet = "slug,name,class,environment\nweb-1,Web 1,host,production\ntoko-db-1,Basis data toko,,\n".replace(
        ",,", ",database,"
    )
    shown = send(client, sheet)
    page = shown.content.decode()
    assert "This would happen" in page
    assert "web-1" in page
    assert "name" in page[page.index("toko-db-1") :][:200]
    assert [row.slug for row in list_items(SYSTEM, text="web-1")] == []
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    stranger = signed_in(make_person(get_provider(), Role.SERVICE_OWNER))
    assert "no longer kept" in stranger.post("/import/estate", {"key": key.group(1)}).content.decode()
    assert "Imported" in client.post("/import/estate", {"key": key.group(1)}).content.decode()
    assert get_item(SYSTEM, "toko-db-1").name == "Basis data toko"
    assert "no longer kept" in client.post("/import/estate", {"key": key.group(1)}).content.decode()


def get_provider() -> int:
    from selaras.domains.people.queries import get_provider as provider

    return provider()


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("slug,name,class\nweb-1,Web,toaster\nok,Ok,host\n", "items", "There is no such class of items."),
        ("slug,colour\nx,red\n", "items", "is not known"),
        ("upper,lower\ntoko,nowhere\n", "dependencies", "There is no “nowhere”"),
        ("kind: Component\nmetadata: {name: ''}\n", "backstage", "This may not be empty."),
        ("a: [", "backstage", "not YAML"),
        (f"slug,name,class\nok,{'x' * 300},host\n", "items", "at most 200"),
    ],
)
def test_a_file_at_fault_is_refused_with_its_line_and_nothing_written(
    client: Client, text: str, kind: str, why: str
) -> None:
    before = len(list_items(SYSTEM)), Dependency.objects.count()
    answer = send(client, text, kind)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert 'name="key"' not in answer.content.decode()
    assert (len(list_items(SYSTEM)), Dependency.objects.count()) == before


def test_what_is_no_file_is_told_at_its_field(client: Client) -> None:
    for given in ({"kind": "items"}, {"kind": "nothing", "file": SimpleUploadedFile("x", b"x")}):
        answer = client.post("/import/estate", given)
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()


def test_only_those_whose_duty_it_is_may_keep_items(world: World) -> None:
    manager = make_person(world.estate.provider, Role.RELATIONSHIP_MANAGER)
    for actor in (world.agent, world.lead, world.requester, manager):
        client = signed_in(actor)
        for address in ("/new/item", "/items/toko-db-1/edit", "/items/toko-db-1/dependencies", "/import/estate"):
            assert client.post(address, NEW).status_code == 403, address
    assert signed_in(manager).post("/services/toko/dependencies", {"lower": "toko-db-1"}).status_code == 302


def test_pages_ask_as_much_for_one_as_for_three(client: Client, world: World, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(address: str) -> int:
        client.get(address)  # reads the graph, which is then kept
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    addresses = ("/services/toko", "/items/toko-db-1", "/items/toko-db-1/edit", "/services", "/items")
    before = [asked(address) for address in addresses]
    for slug in ("one", "two"):
        below = make_item(slug, [f"{slug}.example.id", f"{slug}.local"])
        for upper in (service(world.estate.service), item(world.estate.database)):
            Dependency.objects.create(
                upper_service_id=upper.id if upper.kind == "service" else None,
                upper_item_id=upper.id if upper.kind == "item" else None,
                lower_item_id=below.id,
            )
    assert [asked(address) for address in addresses] == before
