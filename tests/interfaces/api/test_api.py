"""The HTTP API as a machine uses it: an incident's whole way, errors that name the field, nobody else's records."""

import json
import pkgutil
from collections import Counter
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from pydantic import BaseModel

from selaras.domains.incidents.actions.report import report
from selaras.domains.people.contracts import Role
from selaras.interfaces import api as interfaces
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_organisation, make_person
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


def test_the_way_of_an_incident(estate: Estate) -> None:
    agent, lead = Caller(estate.agent), Caller(make_person(estate.customer, Role.DECISION_MAKER))
    made = agent.post("/incidents", title="Toko lambat", item_ids=[estate.database], impact=1, urgency=2)
    assert made.status_code == 200, made.content
    number = made.json()["card"]["number"]
    assert made.json()["card"]["priority"] == 2

    def move(verb: str, **given: str) -> Any:
        return agent.post(f"/incidents/{number}/moves", verb=verb, **given)

    assert move("start").json()["card"]["state"] == "in_progress"
    assert agent.post(f"/records/{number}/notes", body="rahasia dapur", public=False).status_code == 200
    assert agent.post(f"/records/{number}/notes", body="sedang kami periksa", public=True).status_code == 200
    assert move("wait", waiting_for="requester", reason="Sejak kapan?").json()["card"]["state"] == "waiting"
    assert move("resume").json()["card"]["state"] == "in_progress"
    clocks = agent.get(f"/records/{number}/clocks").json()
    assert {clock["metric"] for clock in clocks} == {"respond", "resolve"}
    why = agent.get(f"/clocks/{clocks[0]['id']}").json()
    assert why["segments"]
    assert why["sentences"]
    assert move("resolve", cause="Disk penuh", solution="Dibersihkan").json()["card"]["state"] == "resolved"
    entries = lead.get(f"/records/{number}/entries").json()
    assert "sedang kami periksa" in [entry["body"] for entry in entries]
    assert "rahasia dapur" not in [entry["body"] for entry in entries]
    assert lead.post(f"/incidents/{number}/moves", verb="confirm").json()["card"]["state"] == "closed"
    assert lead.get("/records", open="false").json()["rows"][0]["number"] == number
    chain = agent.get("/items/toko-db-1/chain").json()
    assert [(row["organisation_name"], row["business_process"]) for row in chain] == [("PT Toko", "Penjualan")]


def test_the_document_is_served_and_names_every_operation(estate: Estate) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/records", "/api/v1/incidents/{number}/moves", "/api/v1/me"} <= set(document["paths"])
    refused = document["paths"]["/api/v1/me"]["get"]["responses"]["401"]
    assert list(refused["content"]) == ["application/problem+json"]


def test_each_shape_in_the_document_has_a_name_of_its_own() -> None:
    """Two classes of one name are one shape in the document, and it is wrong for one of the two."""
    shapes = [
        name
        for module in pkgutil.iter_modules(interfaces.__path__)
        for name, one in vars(import_module(f"{interfaces.__name__}.{module.name}")).items()
        if isinstance(one, type) and issubclass(one, BaseModel) and one.__module__.endswith(f".{module.name}")
    ]
    assert [name for name, times in Counter(shapes).items() if times > 1] == []


def test_a_token_is_needed_and_errors_are_for_machines(estate: Estate) -> None:
    for path in ("/api/v1/records", "/api/v1/me"):
        answer = Client().get(path)
        assert (answer.status_code, answer["content-type"]) == (401, "application/problem+json")
    answer = Client().get("/api/nothing/here")
    assert (answer.status_code, answer["content-type"]) == (404, "application/problem+json")
    assert Caller(estate.agent).get("/records/INC9999999").status_code == 404


@pytest.mark.parametrize("method", ["get", "delete", "post"])
def test_an_address_that_is_none_is_told_so_by_every_method(method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/alerts/one,two/acknowledge")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.django_db(transaction=True)
def test_what_is_named_and_does_not_exist_is_the_senders_fault() -> None:
    agent = Caller(make_estate().agent)
    refused = agent.post("/incidents", title="Toko lambat", team_id=2**53 - 1)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["team_id"])


def test_errors_name_the_field_in_the_readers_language(estate: Estate) -> None:
    agent = Caller(estate.agent)
    ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
    answer = agent.post(f"/incidents/{ref.number}/moves", verb="resolve", cause="", solution="")
    assert (answer.status_code, answer.json()["field"]) == (409, "cause")
    answer = agent.post("/incidents", title="x" * 301)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["title"])
    answer = agent.post("/incidents", title="   ")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["title"])
    answer = agent.patch(f"/incidents/{ref.number}", impact=7)
    assert answer.status_code == 422


def test_a_stale_change_is_told_what_it_missed(estate: Estate) -> None:
    agent = Caller(estate.agent)
    ref = report(by=estate.agent, title="x", organisation_id=estate.customer)
    seen = agent.get(f"/incidents/{ref.number}").json()["card"]["version"]
    assert agent.patch(f"/incidents/{ref.number}", title="y", seen=seen).status_code == 200
    answer = agent.patch(f"/incidents/{ref.number}", title="z", seen=seen)
    assert answer.status_code == 409
    assert answer.json()["changes"][0]["data"]["title"] == {"from": "x", "to": "y"}


def test_no_operation_reaches_another_customers_record(estate: Estate) -> None:
    ref = report(by=SYSTEM, title="Rahasia toko", item_ids=[estate.database])
    clock_id = Caller(estate.agent).get(f"/records/{ref.number}/clocks").json()[0]["id"]
    stranger = Caller(make_person(make_organisation(), Role.DECISION_MAKER, Role.REQUESTER))
    reads = [
        f"/records/{ref.number}",
        f"/records/{ref.number}/entries",
        f"/records/{ref.number}/clocks",
        f"/incidents/{ref.number}",
        f"/clocks/{clock_id}",
        f"/agreements/{estate.agreement}",
        "/services/toko",
    ]
    assert {path: stranger.get(path).status_code for path in reads} == dict.fromkeys(reads, 404)
    assert stranger.get("/records").json()["rows"] == []
    assert stranger.get("/search", text="Rahasia").json() == []
    assert stranger.get("/agreements").json() == []
    assert stranger.get("/services").json() == []
    assert stranger.post(f"/records/{ref.number}/notes", body="hai").status_code == 404
    assert stranger.post(f"/incidents/{ref.number}/moves", verb="confirm").status_code == 404
    assert stranger.post("/incidents", title="x", organisation_id=estate.customer).status_code == 404
    assert stranger.get("/items").status_code == 403


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/records", {"limit": 10**9}),
        ("/records", {"limit": -1}),
        ("/records", {"after": "nonsense"}),
        ("/records", {"team_id": 10**30}),
        ("/records", {"state": "x" * 1000}),
        ("/search", {"text": ""}),
        ("/search", {"text": "a" * 1000}),
        ("/records/INC0000001/entries", {"after": -1}),
    ],
)
def test_bad_input_is_refused_with_a_reason(estate: Estate, path: str, query: dict[str, Any]) -> None:
    answer = Caller(estate.agent).get(path, **query)
    assert answer.status_code == 422, answer.content
    assert answer.json()["fields"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"title": null}', b'{"title": "a\\u0000b"}'])
def test_a_body_that_is_no_incident_is_refused(estate: Estate, body: bytes) -> None:
    caller = Caller(estate.agent)
    answer = caller.client.post("/api/v1/incidents", body, content_type="application/json", headers=caller.headers)
    assert answer.status_code in (400, 422), answer.content
    assert json.loads(answer.content)["detail"]
