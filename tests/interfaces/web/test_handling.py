"""What people do about an alert: acknowledged, noted, shelved; shown on its page and in the list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.models import Alert
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import clear, fire, make_rule, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.forms import text_of
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.OPERATOR, name="Galih Santoso"))


def found(client: Client, **asked: str) -> bool:
    return 'class="row-link"' in text_of(client.get("/alerts", asked))


def test_who_has_it_is_told_until_it_fires_anew(client: Client) -> None:
    make_estate()
    source, began = make_source(), clock.now()
    fire(source, began, alertname="Disk", severity="critical")
    assess_pending()
    alert = Alert.objects.get().pk
    assert not found(client, acknowledged="1")
    done = client.post(f"/alerts/{alert}/handle", {"do": "acknowledge", "note": "Saya periksa"})
    assert done.status_code == 302
    assert "Galih Santoso has it: Saya periksa" in text_of(client.get(f"/alerts/{alert}"))
    assert found(client, acknowledged="1")
    assert not found(client, acknowledged="0")
    clear(source, began + timedelta(seconds=1), since=began, alertname="Disk", severity="critical")
    assess_pending()
    assert client.post(f"/alerts/{alert}/handle", {"do": "acknowledge"}).status_code == 409
    fire(source, began + timedelta(seconds=2), alertname="Disk", severity="critical")
    assess_pending()
    assert found(client, acknowledged="0")
    assert not found(client, acknowledged="1")


def test_what_people_said_outlives_the_next_assessment(client: Client) -> None:
    make_estate()
    source, began = make_source(), clock.now()
    fire(source, began, alertname="Disk", severity="critical")
    assess_pending()
    alert = Alert.objects.get()
    client.post(f"/alerts/{alert.pk}/handle", {"do": "acknowledge"})
    clear(source, began + timedelta(seconds=1), since=began, alertname="Disk", severity="critical")
    assess_pending()
    assert found(client, acknowledged="1", state="all")


def test_it_is_shelved_with_a_reason_and_taken_back(client: Client) -> None:
    fire(make_source(), clock.now(), alertname="Disk")
    assess_pending()
    address = f"/alerts/{Alert.objects.get().pk}"
    until = localtime(clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S")
    refused = client.post(f"{address}/handle", {"do": "shelve", "until": until})
    assert refused.status_code == 422
    assert "Say why it can wait." in text_of(refused)
    past = client.post(f"{address}/handle", {"do": "shelve", "until": "2020-01-01T00:00", "note": "Nanti"})
    assert "Give a time that is still to come." in text_of(past)
    given = {"do": "shelve", "until": until, "note": "Suku cadang besok"}
    assert client.post(f"{address}/handle", given).status_code == 302
    page = text_of(client.get(address))
    assert "Galih Santoso shelved it: Suku cadang besok" in page
    assert found(client, shelved="1")
    client.post(f"{address}/handle", {"do": "unshelve"})
    assert not found(client, shelved="1")


def test_a_note_is_kept_and_an_empty_one_is_none(client: Client) -> None:
    fire(make_source(), clock.now(), alertname="Disk")
    assess_pending()
    address = f"/alerts/{Alert.objects.get().pk}"
    assert client.post(f"{address}/handle", {"do": "note", "note": " "}).status_code == 422
    client.post(f"{address}/handle", {"do": "note", "note": "<b>Kipas</b>"})
    assert "&lt;b&gt;Kipas" in client.get(address).content.decode()
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    assert agent.post(f"{address}/handle", {"do": "note", "note": "x"}).status_code == 403
    assert client.post("/alerts/999999/handle", {"do": "note", "note": "x"}).status_code == 404


def test_the_list_asks_the_same_however_many_are_acknowledged(client: Client) -> None:
    source, asked = make_source(), []
    for n in range(3):
        fire(source, clock.now(), alertname=f"A{n}")
        assess_pending()
        client.post(f"/alerts/{Alert.objects.latest('pk').pk}/handle", {"do": "acknowledge"})
        client.get("/alerts")
        with CaptureQueriesContext(connection) as queries:
            client.get("/alerts")
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_why_nobody_was_told_stands_at_the_top(client: Client) -> None:
    make_estate()
    fire(make_source(), clock.now(), alertname="Disk", severity="warning")
    assess_pending()
    page = text_of(client.get(f"/alerts/{Alert.objects.get().pk}"))
    top = page[: page.index("What to do")]
    assert "Nobody was told." in top
    assert "Severity: warning" in top


def test_an_alert_that_waits_for_its_group_says_until_when_and_leads_to_the_others(client: Client) -> None:
    make_estate()
    make_rule(
        by=SYSTEM, name="Sites", conditions=[], alert_class=AlertClass.EXCEPTION, opens_incident=True,
        group_by=["site"], order=1,
    )  # fmt: skip
    source, now = make_source(), clock.now()
    for name, site in (("Disk", "jkt"), ("Fan", "jkt"), ("Power", "sby")):
        fire(source, now, alertname=name, site=site)
    with clock.frozen(now):
        assess_pending()
        alert = Alert.objects.get(labels__alertname="Disk")
        page = text_of(client.get(f"/alerts/{alert.pk}"))
    top = page[: page.index("What to do")]
    assert "Nobody is told yet." in top
    assert f"It waits for its group until {localtime(now + timedelta(seconds=30)):%H:%M:%S}." in top
    assert 'site="jkt"' in page
    (_, _, rest) = page.partition("?together=")
    assert rest
    listed = text_of(client.get("/alerts", {"together": rest.partition('"')[0]}))
    assert ("Fan" in listed, "Power" in listed, "told together" in listed) == (True, False, True)
