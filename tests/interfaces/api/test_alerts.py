"""Alerts and silences through the API."""

from datetime import timedelta

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire, make_source
from tests.factories import make_organisation, make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Caller:
    return Caller(make_person(make_provider(), Role.OPERATOR, name="Galih"))


@pytest.fixture
def alert(operator: Caller) -> str:
    source = make_source()
    for instance in ("web-1", "web-2"):
        fire(source, clock.now(), alertname="Down", instance=instance, severity="warning")
    assess_pending()
    (row,) = operator.get("/alerts?q=instance=web-1 down&state=firing").json()["rows"]
    return f"/alerts/{row['id']}"


def test_the_verbs_of_an_alert_and_its_trace(operator: Caller, alert: str) -> None:
    budi = make_person(make_provider(), Role.AGENT, name="Budi")
    until = (clock.now() + timedelta(hours=1)).isoformat()
    assert operator.post(f"{alert}/acknowledge", note="on it").json()["alert"]["acknowledged_by"] == "Galih"
    assert operator.post(f"{alert}/assign", person_id=budi.id).json()["alert"]["assigned_to"] == "Budi"
    assert operator.post(f"{alert}/notes", note="").json()["field"] == "note"
    assert operator.post(f"{alert}/notes", note="disk is here").status_code == 200
    assert operator.post(f"{alert}/shelve", until=until, note="Friday").json()["alert"]["shelved_until"]
    assert operator.delete(f"{alert}/shelve").json()["alert"]["shelved_until"] is None
    assert operator.delete(f"{alert}/acknowledge").json()["alert"]["acknowledged_by"] is None
    assert operator.delete(f"{alert}/acknowledge").status_code == 409
    said = [row["sentence"] for row in operator.get(alert).json()["trace"]]
    assert "Galih gave it to Budi" in said
    assert "Galih: disk is here" in said
    assert len(operator.get(f"/alerts?assignee_id={budi.id}").json()["rows"]) == 1
    assert operator.get("/alerts?q=instance=~(").json()["field"] == "q"
    first = operator.get("/alerts?limit=1").json()
    assert len(operator.get(f"/alerts?limit=1&after={first['next']}").json()["rows"]) == 1
    assert operator.get("/alerts/999999").status_code == 404


def test_the_way_of_a_silence(operator: Caller) -> None:
    ends = (clock.now() + timedelta(hours=1)).isoformat()
    matchers = [{"label": "alertname", "value": "Down"}]
    assert operator.post("/silences", matchers=[], ends_at=ends, comment="x").status_code == 422
    made = operator.post("/silences", matchers=matchers, ends_at=ends, comment="disk").json()
    address = f"/silences/{made['id']}"
    assert [row["id"] for row in operator.get("/silences").json()] == [made["id"]]
    changed = operator.put(address, matchers=matchers, ends_at=ends, comment="two disks", seen=made["version"])
    assert (changed.json()["id"], changed.json()["comment"]) == (made["id"], "two disks")
    late = operator.put(address, matchers=matchers, ends_at=ends, comment="x", seen=made["version"])
    assert late.status_code == 409
    assert operator.post(f"{address}/expire").json()["state"] == "expired"
    assert operator.get("/silences/none").status_code == 404


def test_a_customers_token_reads_and_touches_none(operator: Caller, alert: str) -> None:
    stranger = Caller(make_person(make_organisation("Bank"), Role.REQUESTER))
    for answer in (stranger.get(alert), stranger.post(f"{alert}/acknowledge"), stranger.get("/silences")):
        assert answer.status_code in (403, 404)
