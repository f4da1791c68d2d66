"""The page of Icinga's event stream: set, changed, removed; how it stands; no password is ever shown."""

import html

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions._stream_state import note_connected, note_trouble
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.actions.streams import set_stream
from selaras.domains.events.models import Stream
from selaras.domains.people.contracts import Role
from selaras.kernel.sentences import say
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db

GIVEN = {
    "address": "https://icinga.example.com:5665",
    "user": "selaras",
    "password": " s3cret ",
    "queue": "selaras",
    "seen": "0",
}


@pytest.fixture
def source() -> int:
    return create_source(by=SYSTEM, name="Icinga").id


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, language="en"))


def shown(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_it_is_set_stands_and_is_removed(client: Client, source: int) -> None:
    assert client.post(f"/sources/{source}/icinga", GIVEN).status_code == 302
    page = shown(client, f"/sources/{source}/icinga")
    assert "Waits for the worker" in page
    assert "s3cret" not in page
    note_trouble(source, say("It does not answer in time."))
    for address in (f"/sources/{source}/icinga", "/sources"):
        assert "It does not answer in time." in shown(client, address)
    note_connected(source)
    assert "Connected since" in shown(client, f"/sources/{source}/icinga")
    assert client.post(f"/sources/{source}/icinga/remove").status_code == 302
    assert client.post(f"/sources/{source}/icinga/remove").status_code == 404


def test_the_password_stays_if_it_is_left_empty(client: Client, source: int) -> None:
    client.post(f"/sources/{source}/icinga", GIVEN)
    before = bytes(Stream.objects.get().password)
    client.post(f"/sources/{source}/icinga", {**GIVEN, "password": "", "seen": "1", "user": "other"})
    row = Stream.objects.get()
    assert (row.user, bytes(row.password)) == ("other", before)


def test_what_is_wrong_is_told_and_what_was_typed_stays(client: Client, source: int) -> None:
    answer = client.post(f"/sources/{source}/icinga", {**GIVEN, "address": "icinga", "authority": "no certificate"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "A whole address" in page
    assert "A certificate in PEM" in page
    assert "no certificate</textarea>" in page
    assert "s3cret" not in page


def test_the_second_of_two_is_told(client: Client, source: int) -> None:
    set_stream(source, by=SYSTEM, address="https://first.example.com", user="first", password="secret")
    answer = client.post(f"/sources/{source}/icinga", GIVEN)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "https://first.example.com as first" in page
    assert "icinga.example.com" in page


def test_the_list_asks_the_same_for_one_and_for_three(client: Client, source: int) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            shown(client, "/sources")
        return len(asked)

    set_stream(source, by=SYSTEM, address="https://icinga.example.com", user="selaras", password="secret")
    one = queries()
    for name in ("Second", "Third"):
        more = create_source(by=SYSTEM, name=name).id
        set_stream(more, by=SYSTEM, address="https://icinga.example.com", user="selaras", password="secret")
    assert queries() == one
