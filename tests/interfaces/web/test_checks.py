"""The pages of checks: made by kind, tried, seen, changed, paused and removed."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.checks import change_check, create_check
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts.checks import CheckKind
from selaras.domains.events.models import Check
from selaras.domains.people.contracts import Role
from tests.domains.events.targets import web
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "Shop", "interval": "60", "timeout": "5", "retries": "0", "severity": "error", "status_from": "200",
    "status_to": "299", "contains": "well", "verify": "on",
}  # fmt: skip


@pytest.fixture
def source() -> int:
    return create_source(by=SYSTEM, name="Checks").id


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, language="en"))


def test_one_is_made_tried_and_seen(client: Client, source: int, settings: Any) -> None:
    settings.CHECK_NETWORKS = ["127.0.0.0/8"]
    assert "No check yet" in client.get("/checks").content.decode()
    with web() as port:
        target = f"http://127.0.0.1:{port}/"
        answer = client.post("/checks/new?kind=http", {**GIVEN, "source_id": source, "target": target}, follow=True)
        assert "Not asked yet" in answer.content.decode()
        pk = Check.objects.get().pk
        tried = client.post(f"/checks/{pk}/try", follow=True).content.decode()
    assert "It is well: status 200" in tried
    tried = client.post(f"/checks/{pk}/try", follow=True).content.decode()
    assert "Fails" in tried
    assert "refused" in tried
    assert client.post(f"/checks/{pk}/switch", {"enabled": "0"}, follow=True).status_code == 200
    assert "Paused" in client.get("/checks").content.decode()
    assert client.post(f"/checks/{pk}/remove").status_code == 302
    assert not Check.objects.exists()


def test_what_may_not_be_reached_is_explained(client: Client, source: int) -> None:
    pk = make(source, "Inside", "http://127.0.0.1:1/")
    page = client.post(f"/checks/{pk}/try", follow=True).content.decode()
    assert "Cannot be asked" in page
    assert "Only public addresses are reached" in page


@pytest.mark.parametrize("kind", list(CheckKind))
def test_each_kind_asks_its_own(client: Client, source: int, kind: CheckKind) -> None:
    page = client.get(f"/checks/new?kind={kind}").content.decode()
    assert ('name="days"' in page) == (kind is CheckKind.TLS)
    assert ('name="server"' in page) == (kind is CheckKind.DNS)
    assert ('name="status_from"' in page) == (kind is CheckKind.HTTP)


def test_what_is_wrong_is_said(client: Client, source: int) -> None:
    answer = client.post("/checks/new", {**GIVEN, "source_id": source, "target": "shop"})
    assert answer.status_code == 422
    assert "A whole address" in answer.content.decode()


def test_the_second_of_two_is_told_and_loses_nothing(client: Client, source: int) -> None:
    pk = make(source, "Shop")
    change_check(pk, by=SYSTEM, name="Renamed", seen=1)
    answer = client.post(f"/checks/{pk}", {**GIVEN, "name": "Mine", "target": "https://example.com/", "seen": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Renamed" in page
    assert 'value="Mine"' in page


def test_only_who_keeps_sources_may(source: int) -> None:
    pk = make(source, "Shop")
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    assert agent.get("/checks").status_code == 403
    assert agent.post(f"/checks/{pk}/try").status_code == 403


def test_the_number_of_queries_does_not_grow(client: Client, source: int) -> None:
    counts = []
    for number in range(3):
        make(source, f"check {number}")
        with CaptureQueriesContext(connection) as counted:
            client.get("/checks")
        counts.append(len(counted))
    assert counts[0] == counts[2]


def make(source: int, name: str, target: str = "https://example.com/") -> int:
    return create_check(by=SYSTEM, source_id=source, kind=CheckKind.HTTP, name=name, target=target, retries=0)
