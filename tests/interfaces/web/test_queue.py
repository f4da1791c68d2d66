"""The queue: filters in the address, pages by key, a fixed number of queries, many at once with undo."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.records.queries import get_record
from tests.interfaces.web.world import World, incident, make_world, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def rows(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return re.findall(r'class="c-n">(INC\w+)<', page)


def test_views_and_filters_narrow_the_list(world: World) -> None:
    client = signed_in(world.agent)
    numbers = {key: ref.number for key, ref in world.records.items()}
    assert numbers["resolved"] in rows(client, "/")
    assert set(rows(client, "/?view=mine")) == {numbers[k] for k in ("working", "waiting", "resolved")}
    assert rows(client, "/?state=waiting") == [numbers["waiting"]]
    assert rows(client, f"/?organisation={world.other}") == [numbers["other"]]
    assert rows(client, "/?q=VPN") == [numbers["waiting"]]
    assert rows(client, "/?priority=1") == []


def test_filters_are_chips_that_can_be_taken_away(world: World) -> None:
    page = (
        signed_in(world.agent).get(f"/?state=waiting&organisation={world.other}&priority=9&view=none").content.decode()
    )
    assert "Waiting" in page
    assert "Bank Mandala" in page
    assert 'href="?state=waiting"' in page  # the address without the customer
    assert "Priority 9" not in page


def test_odd_addresses_do_no_harm(world: World) -> None:
    client = signed_in(world.agent)
    for address in (
        "/?team=x",
        "/?assignee=99999999999999999999",
        "/?q=" + "a" * 5000,
        "/?q=%00",
        "/?sort=;",
        "/?state=x",
    ):
        assert client.get(address).status_code == 200, address
    assert client.get("/?after=nonsense").status_code == 422


def test_pages_by_key_show_every_record_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selaras.interfaces.web.records.queue.ROWS", 2)
    client, seen, address = signed_in(world.agent), [], "/?sort=newest"
    for _ in range(10):
        page = client.get(address).content.decode()
        seen += re.findall(r'class="c-n">(INC\w+)<', page)
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        if onward is None:
            break
        address = "/" + onward[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 6
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back is not None


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World) -> None:
    client = signed_in(world.agent)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(address).status_code == 200
        return len(told)

    one = queries("/?state=waiting"), queries(f"/?organisation={world.other}")
    for n in range(3):
        incident(world, f"Lagi {n}", organisation=world.other)
    three = queries("/?state=waiting"), queries(f"/?organisation={world.other}")
    assert one == three
    assert max(three) <= 9


def test_many_at_once_are_previewed_done_and_undone(world: World) -> None:
    client = signed_in(world.colleague)
    ids = [world.records["working"].id, world.records["waiting"].id]
    preview = client.post("/bulk", {"do": "take", "id": ids, "next": "/?view=mine"})
    assert world.records["waiting"].number in preview.content.decode()
    done = client.post("/bulk/do", {"do": "take", "id": ids, "next": "/?view=mine"}, follow=True)
    assert get_record(world.agent, world.records["working"].number).assignee_id == world.colleague.id
    undo = re.search(r'action="(/bulk/undo/[^"]+)"', done.content.decode())
    assert undo is not None
    client.post(undo[1], {"next": "/"})
    assert get_record(world.agent, world.records["working"].number).assignee_id == world.agent.id
    assert client.post("/bulk/undo/forged:token", {"next": "/"}).status_code == 302


def test_the_boxes_of_the_list_carry_plain_ids(world: World) -> None:
    boxes = re.findall(r'name="id" value="(\d+)"', signed_in(world.agent).get("/").content.decode())
    # Every id of a test database has four digits or more.
    assert {ref.id for ref in world.records.values()} <= {int(value) for value in boxes}


def test_a_filter_is_kept_as_a_view_and_dropped(world: World) -> None:
    client = signed_in(world.agent)
    client.post("/views", {"name": "Menunggu saya", "query": "view=mine&state=waiting"})
    assert "Menunggu saya" in client.get("/").content.decode()
    page = client.get("/?view=mine&state=waiting").content.decode()
    drop = re.search(r'action="(/views/\d+/drop)"', page)
    assert drop is not None
    assert signed_in(world.colleague).post(drop[1]).status_code == 404
    client.post(drop[1])
    assert "Menunggu saya" not in client.get("/").content.decode()


def test_search_finds_by_word_and_opens_a_number_at_once(world: World) -> None:
    client, number = signed_in(world.agent), world.records["waiting"].number
    assert number in client.get("/search?q=vpn").content.decode()
    assert number in client.get("/search/suggest?q=vpn").content.decode()
    assert client.get(f"/search?q={number.lower()}").headers["Location"] == f"/r/{number}"
