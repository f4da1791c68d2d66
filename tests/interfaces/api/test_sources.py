"""Event sources through the API."""

import pytest

from selaras.domains.people.contracts import Role
from tests.factories import make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


def test_the_way_of_a_source() -> None:
    admin = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    made = admin.post("/sources", name="Prometheus", networks=["10.0.0.0/8"]).json()
    assert made["token"].startswith("slr_ev_")
    address = f"/sources/{made['source']['id']}"
    assert (made["source"]["firing"], made["source"]["heard_at"]) == (0, None)
    renamed = admin.patch(address, name="P2", seen=made["source"]["version"]).json()
    assert (renamed["name"], renamed["networks"]) == ("P2", ["10.0.0.0/8"])
    assert admin.patch(address, name="P3", seen=made["source"]["version"]).status_code == 409
    assert admin.patch(address, networks=["nonsense"]).json()["field"] == "networks"
    assert admin.patch(address, enabled=False).json()["enabled"] is False
    assert admin.post(f"{address}/token").json()["token"] != made["token"]
    assert [row["name"] for row in admin.get("/sources").json()] == ["P2"]
    assert admin.get("/sources/refused").json() == []
    assert admin.get("/sources/999999").status_code == 404


def test_an_agents_token_reads_no_source() -> None:
    agent = Caller(make_person(make_provider(), Role.AGENT))
    assert agent.get("/sources").status_code == 403
    assert agent.post("/sources", name="x").status_code == 403


def test_users_of_snmp() -> None:
    admin = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    source = admin.post("/sources", name="Switches").json()["source"]["id"]
    address = f"/sources/{source}/snmp-users"
    given = {"name": "switches", "authentication": "SHA-256", "authentication_key": "sign it all"}
    assert admin.get(address).json() == []
    [made] = admin.post(address, **given, privacy="AES", privacy_key="encrypt it all").json()
    assert (made["name"], made["authentication"], made["privacy"]) == ("switches", "SHA-256", "AES")
    assert "key" not in str(made)
    assert admin.post(address, **given).json()["field"] == "name"
    assert (
        admin.post(address, **{**given, "name": "x", "authentication_key": "a"}).json()["field"] == "authentication_key"
    )
    assert admin.post(address, **{**given, "authentication": "ROT13"}).status_code == 422
    assert admin.get("/sources/999999/snmp-users").status_code == 404
    assert admin.delete(f"{address}/{made['id']}").json() == []
    assert admin.delete(f"{address}/{made['id']}").status_code == 404
    agent = Caller(make_person(make_provider(), Role.AGENT))
    assert agent.get(address).status_code == 403
    assert agent.post(address, **given).status_code == 403


def test_heartbeats() -> None:
    admin = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    source = admin.post("/sources", name="Cron").json()["source"]["id"]
    made = admin.post("/heartbeats", source_id=source, name="backup", interval=60, grace=30).json()
    address = f"/heartbeats/{made['heartbeat']['id']}"
    assert made["heartbeat"]["pulse"] == "waiting"
    assert admin.patch(address, grace=90, seen=1).json()["grace"] == 90
    assert admin.patch(address, grace=80, seen=1).status_code == 409
    assert admin.patch(address, interval=1).json()["field"] == "interval"
    assert admin.post(f"{address}/pause", paused=True).json()["pulse"] == "paused"
    assert admin.post(f"{address}/key").json()["key"] != made["key"]
    assert admin.get(f"{address}/beats").json() == []
    assert [row["name"] for row in admin.get("/heartbeats").json()] == ["backup"]
    assert admin.delete(address).json() == []
    assert admin.get(address).status_code == 404
    assert Caller(make_person(make_provider(), Role.AGENT)).get("/heartbeats").status_code == 403


def test_checks() -> None:
    admin = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    source = admin.post("/sources", name="Checks").json()["source"]["id"]
    given = {"source_id": source, "kind": "http", "name": "Shop", "target": "http://127.0.0.1:1/"}
    made = admin.post("/checks", **given).json()
    address = f"/checks/{made['id']}"
    assert (made["status_to"], made["interval"], made["ok"]) == (299, 60, None)
    assert admin.patch(address, status_to=399, seen=1).json()["status_to"] == 399
    assert admin.patch(address, status_to=400, seen=1).status_code == 409
    assert admin.patch(address, target="shop").json()["field"] == "target"
    told = admin.post(f"{address}/try").json()
    assert told["ok"] is None
    assert "is not public" in told["words"]
    assert admin.get(f"{address}/results").json() == [told]
    assert admin.patch(address, enabled=False).json()["enabled"] is False
    assert admin.delete(address).json() == []
    assert admin.get(address).status_code == 404
    assert Caller(make_person(make_provider(), Role.AGENT)).get("/checks").status_code == 403


def test_the_stream_of_icinga() -> None:
    admin = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    address = f"/sources/{admin.post('/sources', name='Icinga').json()['source']['id']}/stream"
    assert admin.get(address).status_code == 404
    given = {"address": "https://icinga.example.com:5665", "user": "selaras", "password": "s3cret", "seen": 0}
    made = admin.put(address, **given).json()
    assert (made["user"], made["connected_at"], made["trouble"], made["version"]) == ("selaras", None, None, 1)
    assert "s3cret" not in str(made)
    assert admin.put(address, **given).status_code == 409
    assert admin.put(address, fingerprint="ab").json()["field"] == "fingerprint"
    assert admin.put(address, queue="other").json()["queue"] == "other"
    agent = Caller(make_person(make_provider(), Role.AGENT))
    assert agent.get(address).status_code == 403
    assert agent.put(address, **given).status_code == 403
    assert agent.delete(address).status_code == 403
    assert admin.delete(address).json()["name"] == "Icinga"
    assert admin.delete(address).status_code == 404
