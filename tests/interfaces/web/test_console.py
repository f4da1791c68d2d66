"""The operations console: search, groups, several at once, the alert beside the list."""

import html

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.alerts import list_alerts
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    make_estate()
    source = make_source()
    for instance, severity in (("web-1", "critical"), ("web-2", "warning"), ("db-1", "warning")):
        fire(source, clock.now(), alertname="Down", instance=instance, severity=severity)
    assess_pending()
    return signed_in(make_person(make_provider(), Role.OPERATOR, name="Galih Santoso"))


def text(client: Client, address: str = "/alerts", **asked: str) -> str:
    return html.unescape(client.get(address, asked).content.decode())


def ids() -> list[int]:
    return list(Alert.objects.order_by("pk").values_list("pk", flat=True))


def test_words_and_labels_narrow_and_a_broken_pattern_is_told(client: Client) -> None:
    assert text(client, q="severity=warning web").count("data-row=") == 1
    assert text(client, q="instance=~web-.*").count("data-row=") == 2
    broken = text(client, q="instance=~(")
    assert "cannot be read" in broken
    assert broken.count("data-row=") == 3


def test_groups_count_and_lead_to_what_they_hold(client: Client) -> None:
    page = text(client, group="severity")
    assert page.count('class="group"') == 2
    assert "?q=severity%3D%22warning%22" in page
    assert text(client, q='severity="warning"').count("data-row=") == 2


def test_several_are_done_at_once_and_one_that_is_refused_stops_no_other(client: Client) -> None:
    done = client.post("/alerts/bulk", {"do": "acknowledge", "id": [*ids(), 999999]})
    assert done.status_code == 302
    assert len(list_alerts(SYSTEM, AlertFilter(acknowledged=True)).rows) == 3
    asked = client.post("/alerts/bulk", {"do": "shelve", "id": ids()})
    assert asked.status_code == 200
    late = {"do": "shelve", "id": ids(), "sure": "1", "note": "Friday", "until": "2020-01-01T00:00"}
    assert client.post("/alerts/bulk", late).status_code == 422
    person = make_person(make_provider(), Role.AGENT, name="Budi")
    client.post("/alerts/bulk", {"do": "assign", "id": ids(), "sure": "1", "person_id": person.id, "note": ""})
    assert len(list_alerts(SYSTEM, AlertFilter(assignee_id=person.id)).rows) == 3
    silence = client.post("/alerts/bulk", {"do": "silence", "id": ids()[1:]})
    form = html.unescape(client.get(silence["location"]).content.decode())
    assert 'value="warning"' in form  # what they have in common
    assert 'value="web-2"' not in form


def test_the_alert_beside_the_list_shows_its_labels_and_who_has_it(client: Client) -> None:
    first = ids()[0]
    client.post("/alerts/bulk", {"do": "take", "id": first})
    page = text(client, f"/alerts/{first}/beside")
    assert "Galih Santoso" in page
    assert "web-1" in page
    assert client.get("/alerts/999999/beside").status_code == 404
    assert text(client, mine="1").count("data-row=") == 1


def test_a_requester_has_no_console(client: Client) -> None:
    requester = signed_in(make_person(make_provider(), Role.REQUESTER))
    for address in ("/alerts", f"/alerts/{ids()[0]}/beside"):
        assert requester.get(address).status_code == 403
    assert requester.post("/alerts/bulk", {"do": "acknowledge", "id": ids()}).status_code == 403


def test_a_page_runs_as_many_queries_at_one_row_as_at_three(client: Client) -> None:
    def queries(**asked: str) -> int:
        client.get("/alerts", asked)
        with CaptureQueriesContext(connection) as ran:
            client.get("/alerts", asked)
        return len(ran)

    assert queries(q="severity=critical") == queries(q="alertname=Down")
    assert queries(group="instance") == queries(group="alertname")
