"""Event sources in the browser: made with a token shown once, connected by words that Prometheus takes, changed."""

import html
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.actions.sources import change_source, create_source
from selaras.domains.events.models import Alert, Opened, Refused, Source
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire
from tests.factories import SYSTEM, make_organisation, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR))


def shown(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_a_source_is_made_and_its_token_is_shown_once(client: Client) -> None:
    customer = make_organisation("PT Toko")
    given = {"name": "Prometheus Toko", "organisation_id": customer, "with_token": "on", "networks": "10.1.0.0/16"}
    page = client.post("/sources/new", given).content.decode()
    token = re.findall(r"slr_ev_[\w-]{40,}", page)
    assert len(set(token)) == 1
    made = Source.objects.get()
    assert (made.organisation_id, made.networks) == (customer, ["10.1.0.0/16"])
    again = shown(client, f"/sources/{made.pk}")
    assert token[0] not in again
    assert "PT Toko" in again


def test_a_source_that_cannot_be_is_told_and_keeps_what_was_typed(client: Client) -> None:
    answer = client.post("/sources/new", {"name": "Prometheus", "networks": "10.0.0.0/99"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not a network address" in page
    assert "10.0.0.0/99" in page
    assert not Source.objects.exists()


@pytest.mark.real("promtool")
@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://events.example.com/selaras"])
def test_prometheus_takes_what_is_to_be_copied(client: Client, address: str, tmp_path: Path, settings: object) -> None:
    setattr(settings, "INTAKE_ADDRESS", address)  # noqa: B010  # pytest-django's settings have no type
    page = html.unescape(client.post("/sources/new", {"name": "P", "with_token": "on"}).content.decode())
    found = re.search(r'id="prometheus"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    (tmp_path / "prometheus.yml").write_text(found[1])
    done = subprocess.run(["promtool", "check", "config", tmp_path / "prometheus.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ("path_prefix: /selaras" in found[1]) == address.endswith("selaras")
    assert re.search(r'credentials: "slr_ev_[\w-]{40,}"', found[1])


def test_what_it_sent_is_told(client: Client) -> None:
    source = create_source(by=SYSTEM, name="Prometheus").id
    assert "Nothing has come from it yet" in shown(client, f"/sources/{source}")
    fire(source, clock.now(), alertname="A")
    assert "It is heard" in shown(client, f"/sources/{source}")
    fire(source, clock.now(), minutes=-1, alertname="A")  # over: what fires no longer tells when it was heard
    assess_pending()
    page = shown(client, "/sources")
    assert "never" not in page
    assert "Prometheus" in shown(client, f"/alerts?source={source}")


def test_who_was_turned_away_is_told_by_address_and_reason(client: Client) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    Refused.objects.create(hour=hour, address="203.0.113.9", reason="no_credentials", count=7)
    page = shown(client, "/sources")
    assert "203.0.113.9" in page
    assert "No token, and from no known address" in page


def test_it_is_renamed_disabled_and_given_a_new_token(client: Client) -> None:
    source = create_source(by=SYSTEM, name="Prometheus", networks=["10.0.0.0/8"]).id
    before = bytes(Source.objects.get().token_hash or b"")
    seen = Source.objects.get().version
    answer = client.post(f"/sources/{source}", {"name": "Prometheus 2", "networks": "", "seen": seen})
    assert answer.status_code == 302
    client.post(f"/sources/{source}/switch", {"enabled": "0"})
    row = Source.objects.get()
    assert (row.name, row.networks, row.enabled) == ("Prometheus 2", [], False)
    page = client.post(f"/sources/{source}/token").content.decode()
    assert re.search(r"slr_ev_[\w-]{40,}", page)
    assert bytes(Source.objects.get().token_hash or b"") != before


def test_the_second_of_two_is_told_and_loses_nothing(client: Client) -> None:
    source = create_source(by=SYSTEM, name="Prometheus").id
    seen = Source.objects.get().version
    change_source(source, by=SYSTEM, name="Prometheus of somebody else")
    answer = client.post(f"/sources/{source}", {"name": "Mine", "networks": "10.0.0.0/8", "seen": seen})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Prometheus of somebody else" in page
    assert 'value="Mine"' in page
    seen = Source.objects.get().version
    assert client.post(f"/sources/{source}", {"name": "Mine", "networks": "", "seen": seen}).status_code == 302
    assert Source.objects.get().name == "Mine"


def test_a_flood_is_told_and_its_bound_is_changed(client: Client) -> None:
    source = create_source(by=SYSTEM, name="Prometheus").id
    began = clock.now() - timedelta(minutes=3)
    Opened.objects.create(
        source_id=source, begins=began, opened=50_000, folded=12_345, since=began, latest=began,
        examples=['{"alertname":"Job","id":"7"}'],
    )  # fmt: skip
    page = shown(client, f"/sources/{source}")
    assert "12,345 messages of such alerts" in page
    assert '{"alertname":"Job","id":"7"}' in page
    assert "Flood of new alerts" in shown(client, "/sources")
    given = {"name": "Prometheus", "networks": "", "seen": Source.objects.get().version}
    refused = client.post(f"/sources/{source}", {**given, "may_open": "0"})
    assert refused.status_code == 422
    assert client.post(f"/sources/{source}", {**given, "may_open": "70000"}).status_code == 302
    assert Source.objects.get().may_open == 70_000


def test_a_clock_that_is_off_is_told_where_its_alerts_are_and_where_it_is_kept(client: Client) -> None:
    source = create_source(by=SYSTEM, name="Prometheus").id
    ahead = clock.now() + timedelta(minutes=12, seconds=5)
    feed(source, [Told({"alertname": "A"}, {}, ahead, ahead + timedelta(minutes=4))])
    assess_pending()
    for address in (f"/sources/{source}", f"/alerts/{Alert.objects.get().pk}"):
        page = shown(client, address)
        assert "The sender's clock is ahead" in page
        assert "began 12 min after it came" in page


def test_only_who_keeps_the_sources_sees_them(client: Client) -> None:
    operator = signed_in(make_person(make_provider(), Role.OPERATOR))
    source = create_source(by=SYSTEM, name="Prometheus").id
    assert operator.get(f"/sources/{source}").status_code == 403
    assert operator.post(f"/sources/{source}/token").status_code == 403


def test_the_list_asks_the_same_however_many_there_are(client: Client) -> None:
    asked = []
    for count in (1, 3):
        while Source.objects.count() < count:
            fire(create_source(by=SYSTEM, name=f"P{Source.objects.count()}").id, clock.now(), alertname="A")
        client.get("/sources")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/sources")
        asked.append(len(queries))
    assert asked[0] == asked[1]
