"""What surrounds an incident, through the API: parents, steps, models, the matrix; errors as documented."""

from typing import Any

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.incidents.actions.report import report
from selaras.domains.people.contracts import Role
from selaras.domains.records.models import Record
from selaras.domains.services.models import ConfigurationItem, Service
from selaras.kernel import clock
from tests.domains.events.build import fire, make_source
from tests.estate import Estate, make_estate
from tests.factories import make_person, make_team
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


def put(caller: Caller, path: str, **body: Any) -> Any:
    return caller.client.put(f"/api/v1{path}", body, content_type="application/json", headers=caller.headers)


def test_parent_children_and_one_reply(estate: Estate) -> None:
    agent = Caller(estate.agent)
    one, two = (report(by=estate.agent, title=t, organisation_id=estate.customer) for t in ("Satu", "Dua"))
    moved = agent.post(f"/incidents/{two.number}/moves", verb="put_under", parent=one.number)
    assert moved.json()["parent"] == one.number
    assert [row["number"] for row in agent.get(f"/incidents/{one.number}").json()["children"]] == [two.number]
    circle = agent.post(f"/incidents/{one.number}/moves", verb="put_under", parent=two.number)
    assert (circle.status_code, circle.json()["field"]) == (422, "parent")
    assert agent.post(f"/incidents/{one.number}/replies", body="Sedang dikerjakan").status_code == 200
    assert "Sedang dikerjakan" in str(agent.get(f"/records/{two.number}/entries").json())
    solved = {"cause": "a", "solution": "b", "children": False}
    agent.post(f"/incidents/{one.number}/moves", verb="resolve", **solved)
    assert agent.get(f"/incidents/{two.number}").json()["card"]["state"] == "reported"


def test_models_and_steps(estate: Estate) -> None:
    admin, agent = Caller(make_person(estate.provider, Role.ADMINISTRATOR)), Caller(estate.agent)
    step = {"text_id": "Periksa", "text_en": "Check"}
    made = admin.post("/incident-models", name_id="Sandi", name_en="Password", title="Sandi", steps=[step])
    assert made.status_code == 200, made.content
    model = made.json()
    assert agent.post("/incident-models", name_id="a", name_en="b").status_code == 403
    assert admin.post("/incident-models", name_id="", name_en="b").json()["fields"].keys() == {"name_id"}
    number = agent.post("/incidents", model_id=model["id"]).json()["card"]["number"]
    steps = agent.get(f"/incidents/{number}/steps").json()
    assert [one["text_en"] for one in steps] == ["Check"]
    refused = agent.post(f"/incidents/{number}/moves", verb="resolve", cause="a", solution="b")
    assert (refused.status_code, "Check" in refused.json()["detail"]) == (409, True)
    address = f"/incidents/{number}/steps/{steps[0]['id']}"
    assert agent.post(address, outcome="not_needed").json()["fields"].keys() == {"note"}
    assert agent.post(address, outcome="done", note="ya").json()[0]["by_name"] == estate.agent.name
    assert put(admin, f"/incident-models/{model['id']}", name_id="x", name_en="y", seen=0).status_code == 409
    assert put(admin, f"/incident-models/{model['id']}", name_id="x", name_en="y").json()["name_id"] == "x"
    assert put(admin, "/incident-models/99999", name_id="x", name_en="y").status_code == 404
    lead = Caller(make_person(estate.customer, Role.DECISION_MAKER))
    assert lead.get(f"/incidents/{number}/steps").status_code == 403


def test_the_matrix(estate: Estate) -> None:
    admin = Caller(make_person(estate.provider, Role.ADMINISTRATOR))
    address = f"/matrices/{estate.customer}"
    cell = {"impact": 3, "urgency": 3, "priority": 2}
    assert {**cell, "default": 5} in put(admin, address, cells=[cell]).json()
    assert put(admin, address, cells=[{**cell, "priority": 6}]).status_code == 422
    assert admin.get("/matrices/99999").status_code == 404
    assert Caller(estate.agent).get(address).status_code == 403


def test_escalation_and_its_rules(estate: Estate) -> None:
    chief = make_person(estate.provider, Role.SERVICE_OWNER)
    admin, agent, asked = Caller(make_person(estate.provider, Role.ADMINISTRATOR)), Caller(estate.agent), Caller(chief)
    number = agent.post("/incidents", title="Lambat", item_ids=[estate.database]).json()["card"]["number"]
    team = make_team("Jaringan")
    up = {"verb": "escalate_up", "reason": "a", "decision": "b", "to_id": chief.id}
    assert agent.post(f"/incidents/{number}/moves", verb="escalate", team_id=team, reason="x").status_code == 200
    assert agent.post(f"/incidents/{number}/moves", **{**up, "decision": ""}).json()["field"] == "decision"
    assert agent.post(f"/incidents/{number}/moves", **up).status_code == 200
    way = agent.get(f"/incidents/{number}/escalations").json()
    assert way["passages"][0]["to_team"] == "Jaringan"
    question = asked.get("/escalations").json()[0]
    assert (question["number"], question["decision"]) == (number, "b")
    assert asked.post(f"/escalations/{question['id']}/answer", answer=" ").json()["fields"].keys() == {"answer"}
    assert asked.post(f"/escalations/{question['id']}/answer", answer="ya").json()["escalations"][0]["answer"] == "ya"
    assert asked.post("/escalations/999999/answer", answer="ya").status_code == 404
    rule = {"priority": 1, "metric": "resolve", "moment": "warned"}
    made = admin.post("/escalation-rules", **rule).json()
    assert made[0]["to_id"] is None
    assert agent.post("/escalation-rules", **rule).status_code == 403
    address = f"/api/v1/escalation-rules/{made[0]['id']}"
    assert admin.client.delete(address, headers=admin.headers).json() == []
    assert admin.client.delete(address, headers=admin.headers).status_code == 404


def test_a_major_incident_from_declaring_to_the_signed_review(estate: Estate) -> None:
    agent, reader = Caller(estate.agent), Caller(make_person(estate.customer))
    number = agent.post("/incidents", title="Mati", item_ids=[estate.database]).json()["card"]["number"]
    roles = {f"{role}_id": estate.agent.id for role in ("manager", "technical_lead", "communications")}
    declare = {"verb": "declare_major", "reason": "a", "headline": "Toko terganggu", **roles}
    assert agent.post(f"/incidents/{number}/moves", **{**declare, "headline": ""}).json()["field"] == "headline"
    assert agent.get(f"/incidents/{number}/major").status_code == 404
    assert agent.post(f"/incidents/{number}/moves", **declare).json()["major"] is True
    naive = {"verb": "publish_update", "body": "Kami periksa", "next_update_at": "2030-01-01T10:00"}
    assert agent.post(f"/incidents/{number}/moves", **naive).status_code == 422
    told = {**naive, "next_update_at": "2030-01-01T10:00Z"}
    assert agent.post(f"/incidents/{number}/moves", **told).status_code == 200
    one = reader.get("/status").json()["now"][0]
    assert (one["headline"], one["updates"][0]["body"]) == ("Toko terganggu", "Kami periksa")
    assert [row["number"] for row in agent.get("/majors").json()["open"]] == [number]
    assert reader.get("/majors").status_code == 403
    agent.post(f"/incidents/{number}/moves", verb="resolve", cause="a", solution="b")
    assert agent.get("/majors").json()["reviews_owed"][0]["number"] == number
    sign = f"/incidents/{number}/review/sign"
    assert agent.post(sign, seen=0).status_code == 409
    written = dict.fromkeys(("happened", "well", "improve", "participants"), "ya")
    assert put(agent, f"/incidents/{number}/review", **written).json()["version"] == 1
    assert put(agent, f"/incidents/{number}/review", **written, seen=0).status_code == 409
    task = {"text": "Jalur kedua", "owner_id": estate.agent.id, "due": "2020-01-01"}
    address = f"/incidents/{number}/review/improvements"
    assert agent.post(address, **task).json()["fields"].keys() == {"due"}
    kept = agent.post(address, **{**task, "due": "2030-01-01"}).json()["improvements"][0]
    assert agent.post(sign, seen=1).json()["state"] == "reviewed"
    assert agent.post(f"/improvements/{kept['id']}/done").json()["improvements_owed"] == []
    assert agent.post(f"/improvements/{kept['id']}/done").status_code == 409


def test_likely_causes_are_read_confirmed_and_taken_back(estate: Estate) -> None:
    slug = ConfigurationItem.objects.get(pk=estate.database).slug
    fire(make_source(), clock.now(), alertname="Down", instance=slug, severity="critical")
    assess_pending()
    agent, lead = Caller(estate.agent), Caller(make_person(estate.customer, Role.DECISION_MAKER))
    address = f"/incidents/{Record.objects.get().number}"
    (one,) = agent.get(f"{address}/causes").json()
    assert (one["kind"], one["slug"], one["confirmed_by"]) == ("item", slug, "")
    assert "Alerts that speak of it: 1." in one["reasons"]
    service = Service.objects.get(pk=estate.service).slug
    first, _ = put(agent, f"{address}/cause", kind="service", slug=service).json()
    assert (first["kind"], first["slug"], first["confirmed_by"]) == ("service", service, estate.agent.name)
    assert put(agent, f"{address}/cause", kind="item", slug="nowhere").status_code == 404
    assert put(agent, f"{address}/cause", kind="rack", slug=slug).status_code == 422
    assert [
        lead.get(f"{address}/causes").status_code,
        put(lead, f"{address}/cause", kind="item", slug=slug).status_code,
    ] == [
        403,
        403,
    ]
    taken = agent.client.delete(f"/api/v1{address}/cause", headers=agent.headers).json()
    assert [row["confirmed_by"] for row in taken] == [""]
