"""The pages of heartbeats: made, seen, changed, paused, removed, and the address shown once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.heartbeats import change_heartbeat, create_heartbeat
from selaras.domains.events.actions.settle_heartbeats import settle_heartbeats
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Beat, Heartbeat
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db

GIVEN = {"name": "Nightly backup", "interval": "86400", "grace": "3600", "severity": "error", "item": "db1"}


@pytest.fixture
def source() -> int:
    return create_source(by=SYSTEM, name="Cron").id


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, language="en"))


def test_one_is_made_and_its_address_shown_once(client: Client, source: int) -> None:
    assert "No heartbeat yet" in client.get("/heartbeats").content.decode()
    page = client.post("/heartbeats/new", {**GIVEN, "source_id": source}).content.decode()
    found = re.search(r'id="key">http://[^/]+/heartbeat/([\w-]{32})<', page)
    assert found
    row = Heartbeat.objects.get()
    again = client.get(f"/heartbeats/{row.pk}").content.decode()
    assert found[1] not in again
    assert "Not heard yet" in again
    page = client.post(f"/heartbeats/{row.pk}/key").content.decode()
    assert 'id="key"' in page
    assert found[1] not in page


def test_what_is_wrong_is_said(client: Client, source: int) -> None:
    answer = client.post("/heartbeats/new", {**GIVEN, "source_id": source, "name": " "})
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()
    client.post("/heartbeats/new", {**GIVEN, "source_id": source})
    answer = client.post("/heartbeats/new", {**GIVEN, "source_id": source})
    assert "This source has a heartbeat with this name." in answer.content.decode()


def test_silence_is_seen_and_a_pause_ends_it(client: Client, source: int) -> None:
    pk = make(source, "Nightly backup")
    Heartbeat.objects.update(heard_at=clock.now() - timedelta(hours=2), check_at=clock.now())
    Beat.objects.create(heartbeat_id=pk, at=clock.now(), kind="fail", exit_code=7, said="no space left")
    settle_heartbeats()
    page = client.get(f"/heartbeats/{pk}").content.decode()
    assert "Overdue" in page
    assert "no space left" in page
    assert "(7)" in page
    assert "Missed" in page
    assert client.post(f"/heartbeats/{pk}/pause", {"paused": "1"}).status_code == 302
    assert "Paused" in client.get("/heartbeats").content.decode()
    assert client.post(f"/heartbeats/{pk}/remove").status_code == 302
    assert client.get(f"/heartbeats/{pk}").status_code == 404


def test_the_second_of_two_is_told_and_loses_nothing(client: Client, source: int) -> None:
    pk = make(source, "Nightly backup")
    change_heartbeat(pk, by=SYSTEM, name="Renamed", seen=1)
    answer = client.post(f"/heartbeats/{pk}", {**GIVEN, "name": "Mine", "seen": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Renamed" in page
    assert 'value="Mine"' in page
    assert client.post(f"/heartbeats/{pk}", {**GIVEN, "name": "Mine", "seen": "2"}).status_code == 302


def test_only_who_keeps_sources_may(source: int) -> None:
    pk = make(source, "Nightly backup")
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    assert agent.get("/heartbeats").status_code == 403
    assert agent.post(f"/heartbeats/{pk}/remove").status_code == 403


def test_the_number_of_queries_does_not_grow(client: Client, source: int) -> None:
    counts = []
    for number in range(3):
        make(source, f"job {number}")
        with CaptureQueriesContext(connection) as counted:
            client.get("/heartbeats")
        counts.append(len(counted))
    assert counts[0] == counts[2]


def make(source: int, name: str) -> int:
    return create_heartbeat(by=SYSTEM, source_id=source, name=name, interval=3600, grace=0).id


def test_one_is_expected_at_the_times_of_a_cron_expression(client: Client, source: int) -> None:
    times = {"cron": "0 2 * * 1-5", "zone": "Asia/Makassar"}
    wrong = client.post("/heartbeats/new", {**GIVEN, **times, "source_id": source, "cron": "at night"})
    assert wrong.status_code == 422
    assert "This is no cron expression" in wrong.content.decode()
    client.post("/heartbeats/new", {**GIVEN, **times, "source_id": source})
    row = Heartbeat.objects.get()
    page = client.get(f"/heartbeats/{row.pk}").content.decode()
    assert 'value="0 2 * * 1-5"' in page
    assert '<option value="Asia/Makassar" selected>' in page
    assert "0 2 * * 1-5 (Asia/Makassar)" in client.get("/heartbeats").content.decode()
    client.post(f"/heartbeats/{row.pk}", {**GIVEN, "cron": "", "zone": "Asia/Makassar", "seen": "1"})
    assert Heartbeat.objects.values_list("cron", "interval").get() == ("", 86_400)
