"""The page of a source's users of SNMP version 3: added, let go, and no passphrase is ever shown."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.snmp_users import add_snmp_user
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts.sources import SnmpAuthentication, SnmpPrivacy
from selaras.domains.events.models import SnmpUser
from selaras.domains.people.contracts import Role
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "switches",
    "authentication": "SHA-256",
    "authentication_key": " sign it all",
    "privacy": "AES",
    "privacy_key": "encrypt it all",
}


@pytest.fixture
def source() -> int:
    return create_source(by=SYSTEM, name="Switches").id


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, language="en"))


def test_one_is_added_and_let_go(client: Client, source: int) -> None:
    assert "None yet." in client.get(f"/sources/{source}/snmp").content.decode()
    assert client.post(f"/sources/{source}/snmp", GIVEN).status_code == 302
    page = client.get(f"/sources/{source}/snmp").content.decode()
    assert "switches" in page
    assert "SHA-256" in page
    assert "encrypt it all" not in page
    row = SnmpUser.objects.get()
    assert b"it all" not in bytes(row.authentication_key) + bytes(row.privacy_key)
    assert client.post(f"/sources/{source}/snmp/{row.pk}/remove").status_code == 302
    assert client.post(f"/sources/{source}/snmp/{row.pk}/remove").status_code == 404
    assert not SnmpUser.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "required"),
        ("name", "known", "at another source"),
        ("authentication", "ROT13", "valid choice"),
        ("authentication_key", "short", "A passphrase has 8 to 200 characters."),
        ("privacy_key", "short", "A passphrase has 8 to 200 characters."),
        ("privacy_key", "", "A passphrase has 8 to 200 characters."),
    ],
)
def test_what_is_wrong_is_said(client: Client, source: int, field: str, value: str, words: str) -> None:
    other = create_source(by=SYSTEM, name="Other").id
    make(other, "known")
    answer = client.post(f"/sources/{source}/snmp", {**GIVEN, field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SnmpUser.objects.filter(source_id=source).exists()


def test_without_encryption_no_passphrase_of_it_is_asked(client: Client, source: int) -> None:
    given = {**GIVEN, "privacy": "", "privacy_key": ""}
    assert client.post(f"/sources/{source}/snmp", given).status_code == 302
    assert "not encrypted" in client.get(f"/sources/{source}/snmp").content.decode()


def test_only_who_keeps_sources_may(client: Client, source: int) -> None:
    make(source, "switches")
    other = create_source(by=SYSTEM, name="Other").id
    pk = SnmpUser.objects.get().pk
    assert client.post(f"/sources/{other}/snmp/{pk}/remove").status_code == 404
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    assert agent.get(f"/sources/{source}/snmp").status_code == 403
    assert agent.post(f"/sources/{source}/snmp", GIVEN).status_code == 403
    assert agent.post(f"/sources/{source}/snmp/{pk}/remove").status_code == 403
    assert SnmpUser.objects.count() == 1


def test_the_number_of_queries_does_not_grow(client: Client, source: int) -> None:
    counts = []
    for number in range(3):
        make(source, f"user{number}")
        with CaptureQueriesContext(connection) as counted:
            client.get(f"/sources/{source}/snmp")
        counts.append(len(counted))
    assert counts[0] == counts[2]


def make(source: int, name: str) -> None:
    add_snmp_user(
        source,
        by=SYSTEM,
        name=name,
        authentication=SnmpAuthentication.SHA,
        authentication_key="authenticate",
        privacy=SnmpPrivacy.DES,
        privacy_key="encrypt it",
    )
