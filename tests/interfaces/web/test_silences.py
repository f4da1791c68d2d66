"""Silences in the browser: made from an alert with a count of what they hold for, changed, ended."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.models import Alert, Silence
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire, make_source
from tests.factories import make_organisation, make_person, make_provider
from tests.interfaces.web.forms import text_of
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db
FORM = {"label": ["alertname", ""], "op": ["=", "="], "value": ["Disk", ""], "comment": "Ganti disk", "duration": "2"}


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.OPERATOR, name="Galih Santoso"))


@pytest.fixture
def alert() -> int:
    source = make_source()
    for instance in ("db-1", "db-2"):
        fire(source, clock.now(), alertname="Disk", instance=instance)
    assess_pending()
    return Alert.objects.order_by("pk").values_list("pk", flat=True)[0]


def test_from_an_alert_its_labels_are_filled_in_and_counted(client: Client, alert: int) -> None:
    assert f"/silences/new?alert={alert}" in text_of(client.get(f"/alerts/{alert}"))
    page = text_of(client.get(f"/silences/new?alert={alert}"))
    assert 'value="alertname"' in page
    assert 'value="Disk"' in page
    assert "1 alert fires under these conditions" in page
    wider = text_of(client.post("/silences/count", FORM))
    assert "2 alerts fire under these conditions" in wider
    assert f"/alerts/{alert}" in wider


def test_it_is_made_and_its_alerts_say_so(client: Client, alert: int) -> None:
    answer = client.post("/silences/new", {**FORM, "do": "save"})
    silence = Silence.objects.get()
    assert answer.headers["Location"] == f"/silences/{silence.pk}"
    assert (silence.created_by, silence.comment) == ("Galih Santoso", "Ganti disk")
    assert (silence.ends_at - silence.starts_at).total_seconds() == pytest.approx(7200, abs=1)
    page = text_of(client.get(f"/alerts/{alert}"))
    assert "Silenced by Galih Santoso until" in page
    assert "Ganti disk" in page
    assert "Ganti disk" in text_of(client.get("/silences"))


def test_what_is_wrong_is_told_at_its_row_and_nothing_typed_is_lost(client: Client) -> None:
    given = {**FORM, "label": ["alertname", "1x"], "op": ["=~", "="], "value": ["(", "y"], "comment": "", "do": "save"}
    answer = client.post("/silences/new", given)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "This pattern cannot be read (RE2)" in page
    assert "A label is letters, digits and _" in page
    assert 'value="1x"' in page
    assert not Silence.objects.exists()
    answer = client.post("/silences/new", {**FORM, "duration": "", "ends_at": "2020-01-01T00:00", "do": "save"})
    assert "start time must be before end time" in text_of(answer)


def test_one_more_row_without_a_script(client: Client) -> None:
    rows = [text_of(client.post("/silences/new", {**FORM, "do": do})).count('name="label"') for do in ("count", "row")]
    assert rows == [2, 3]


def test_it_is_prolonged_and_the_second_of_two_is_told(client: Client) -> None:
    client.post("/silences/new", {**FORM, "do": "save"})
    silence = Silence.objects.get()
    starts = clock.now().astimezone().strftime("")  # an empty start: from now, so another silence
    seen = silence.updated_at.isoformat()
    page = text_of(client.get(f"/silences/{silence.pk}"))
    shown = page.split('name="starts_at" value="')[1].split('"')[0]
    changed = {**FORM, "starts_at": shown, "duration": "8", "comment": "Lebih lama", "seen": seen, "do": "save"}
    assert client.post(f"/silences/{silence.pk}", changed).status_code == 302
    silence.refresh_from_db()
    assert (Silence.objects.count(), silence.comment) == (1, "Lebih lama")
    late = client.post(f"/silences/{silence.pk}", {**changed, "comment": "Terlambat"})
    assert late.status_code == 409
    assert 'value="Terlambat"' in text_of(late)
    seen = silence.updated_at.isoformat()
    client.post(f"/silences/{silence.pk}", {**changed, "starts_at": starts, "value": ["Other", ""], "seen": seen})
    assert Silence.objects.count() == 2


def test_it_is_expired_and_can_be_made_again(client: Client) -> None:
    client.post("/silences/new", {**FORM, "do": "save"})
    silence = Silence.objects.get()
    assert client.post(f"/silences/{silence.pk}/expire").status_code == 302
    page = text_of(client.get(f"/silences/{silence.pk}"))
    assert f"/silences/new?like={silence.pk}" in page
    assert "Expire now" not in page
    assert 'value="Disk"' in text_of(client.get(f"/silences/new?like={silence.pk}"))
    assert client.post(f"/silences/{silence.pk}/expire").status_code == 409
    assert "Ganti disk" in text_of(client.get("/silences?state=expired"))


def test_it_holds_for_one_organisations_alerts(client: Client, alert: int) -> None:
    customer = make_organisation("PT Toko")
    make_source("Theirs", customer)
    counted = text_of(client.post("/silences/count", {**FORM, "organisation_id": customer}))
    assert "0 alerts fire" in counted
    client.post("/silences/new", {**FORM, "organisation_id": customer, "do": "save"})
    assert Silence.objects.get().organisation_id == customer
    assert "Silenced by" not in text_of(client.get(f"/alerts/{alert}"))


def test_others_see_silences_and_change_none(client: Client, alert: int) -> None:
    client.post("/silences/new", {**FORM, "do": "save"})
    silence = Silence.objects.get().pk
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    assert "Expire now" not in text_of(agent.get(f"/silences/{silence}"))
    assert agent.get("/silences").status_code == 200
    assert f"/silences/new?alert={alert}" not in text_of(agent.get(f"/alerts/{alert}"))
    for address in ("/silences/new", f"/silences/{silence}", f"/silences/{silence}/expire", "/silences/count"):
        assert agent.post(address, {**FORM, "do": "save"}).status_code == 403, address


def test_the_list_asks_the_same_however_many_there_are(client: Client) -> None:
    asked = []
    for _ in range(3):
        client.post("/silences/new", {**FORM, "do": "save"})
        client.get("/silences")
        with CaptureQueriesContext(connection) as queries:
            client.get("/silences")
        asked.append(len(queries))
    assert asked[0] == asked[2]
