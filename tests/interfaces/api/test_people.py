"""People, organisations and teams through the API: the same rules as in the browser, told to machines."""

from typing import Any

import pytest
from django.test import Client

from selaras.domains.people.contracts import Actor, OrganisationKind, Role
from selaras.domains.people.models import Person
from selaras.domains.people.queries.directory import get_person
from tests.factories import make_organisation, make_person, make_provider, make_team
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db

FINE = {"name": "Sari", "email": "sari@example.com", "roles": ["requester"]}


@pytest.fixture
def administrator() -> Actor:
    return make_person(make_provider(), Role.ADMINISTRATOR, name="Nadia")


@pytest.fixture
def api(administrator: Actor) -> Caller:
    return Caller(administrator)


def test_the_way_of_a_person(administrator: Actor, api: Caller) -> None:
    customer = api.post("/organisations", name="PT Toko", kind="customer").json()["organisation"]
    assert customer["slug"] == "pt-toko"
    made = api.post("/people", **FINE, organisation_id=customer["id"])
    assert made.status_code == 200, made.content
    person = made.json()
    assert (person["active"], person["roles"], person["language"]) == (True, ["requester"], "id")
    link = api.post(f"/people/{person['id']}/password-link").json()
    path = link["address"].removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    changed = api.patch(f"/people/{person['id']}", roles=["customer_decision_maker"], seen=person["version"])
    assert changed.json()["roles"] == ["customer_decision_maker"]
    assert changed.json()["name"] == "Sari"
    late = api.patch(f"/people/{person['id']}", name="Dewi", seen=person["version"])
    assert late.status_code == 409
    assert late.json()["changes"][0]["data"]["roles"]["to"] == ["customer_decision_maker"]
    assert api.post(f"/people/{person['id']}/deactivate").json()["active"] is False
    assert Client().get(path).status_code == 404
    assert api.post(f"/people/{person['id']}/password-link").status_code == 422
    assert api.post(f"/people/{person['id']}/reactivate").json()["active"] is True
    trail = api.get(f"/people/{person['id']}/changes").json()
    assert [row["verb"] for row in trail] == ["reactivate", "deactivate", "change", "link", "create"]
    assert {row["actor_name"] for row in trail} == {"Nadia"}


def test_the_way_of_a_team(administrator: Actor, api: Caller) -> None:
    team = api.post("/teams", name="Jaringan", function="technical_management").json()["team"]["id"]
    agent = make_person(administrator.organisation_id or 0, Role.AGENT)
    assert api.post(f"/teams/{team}/members", person_id=agent.id).json()["members"][0]["id"] == agent.id
    assert api.patch(f"/teams/{team}", lead_id=agent.id).json()["team"]["lead_id"] == agent.id
    assert api.patch(f"/teams/{team}", name="Jaringan Inti").json()["team"]["lead_id"] == agent.id
    answer = api.patch(f"/teams/{team}", name="Lain", lead_id=administrator.id)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["lead_id"])
    assert api.get(f"/teams/{team}").json()["team"]["name"] == "Jaringan Inti"
    gone = api.client.delete(f"/api/v1/teams/{team}/members/{agent.id}", headers=api.headers)
    assert (gone.json()["members"], gone.json()["team"]["lead_id"]) == ([], None)
    assert api.client.delete(f"/api/v1/teams/{team}/members/{agent.id}", headers=api.headers).status_code == 404


def test_the_tree_of_organisations(api: Caller) -> None:
    root, other = make_organisation("A"), make_organisation("B", OrganisationKind.SUPPLIER)
    child = api.post("/organisations", name="A Timur", kind="customer", parent_id=root).json()["organisation"]["id"]
    for below in (child, other, 2**40):
        answer = api.patch(f"/organisations/{root}", parent_id=below)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["parent_id"])
    assert api.patch(f"/organisations/{child}", parent_id=None).json()["organisation"]["parent_id"] is None
    answer = api.post("/organisations", name="C", kind="customer", slug="organisation-x y")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["slug"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("name", None),
        ("email", "nobody"),
        ("email", "NADIA@EXAMPLE.COM"),
        ("email", "x" * 400),
        ("organisation_id", 2**40),
        ("organisation_id", 10**30),
        ("organisation_id", "x"),
        ("roles", ["king"]),
        ("roles", ["agent"]),
        ("roles", []),
        ("roles", None),
        ("team_ids", [2**40]),
        ("team_ids", [-1]),
        ("language", "fr"),
        ("timezone", "Asia/Atlantis"),
        ("timezone", None),
        ("surprise", 1),
    ],
)
def test_bad_input_names_its_field(administrator: Actor, api: Caller, field: str, value: Any) -> None:
    Person.objects.filter(pk=administrator.own_id).update(email="nadia@example.com")
    customer = make_organisation()
    person = make_person(customer)
    before = get_person(administrator, person.own_id)
    for answer in (
        api.post("/people", **{**FINE, "organisation_id": customer, field: value}),
        api.patch(f"/people/{person.id}", **{field: value}),
    ):
        assert answer.status_code == 422, answer.content
        assert {name.split(".")[0] for name in answer.json()["fields"]} == {field}
    assert get_person(administrator, person.own_id) == before
    assert not Person.objects.filter(email="sari@example.com").exists()


def test_keeping_people_needs_the_duty(administrator: Actor) -> None:
    customer, team = make_organisation(), make_team()
    victim = make_person(make_organisation())
    for actor in (
        make_person(administrator.organisation_id or 0, Role.AGENT, Role.SERVICE_OWNER),
        make_person(customer, Role.DECISION_MAKER),
    ):
        caller = Caller(actor)
        asked = [
            caller.post("/people", **FINE, organisation_id=customer),
            caller.get(f"/people/{victim.id}"),
            caller.get(f"/people/{victim.id}/changes"),
            caller.patch(f"/people/{victim.id}", name="x"),
            caller.post(f"/people/{victim.id}/deactivate"),
            caller.post(f"/people/{victim.id}/reactivate"),
            caller.post(f"/people/{victim.id}/password-link"),
            caller.post("/organisations", name="x", kind="customer"),
            caller.patch(f"/organisations/{customer}", name="x"),
            caller.post("/teams", name="x", function="service_desk"),
            caller.patch(f"/teams/{team}", name="x"),
            caller.post(f"/teams/{team}/members", person_id=victim.id),
        ]
        assert {answer.status_code for answer in asked} == {403}


def test_a_customer_reads_its_own_organisation_and_no_other() -> None:
    mine, theirs = make_organisation(), make_organisation()
    lead = Caller(make_person(mine, Role.DECISION_MAKER))
    assert lead.get(f"/organisations/{mine}").status_code == 200
    assert lead.get(f"/organisations/{theirs}").status_code == 404


def test_a_deactivated_persons_token_stops_at_once(administrator: Actor, api: Caller) -> None:
    agent = make_person(administrator.organisation_id or 0, Role.AGENT)
    caller = Caller(agent)
    assert caller.get("/me").status_code == 200
    api.post(f"/people/{agent.id}/deactivate")
    assert caller.get("/me").status_code == 401


def test_people_are_listed_by_key(api: Caller) -> None:
    customer = make_organisation()
    made = [make_person(customer, name=f"Warga {n}").id for n in range(3)]
    first = api.get("/people", organisation_id=customer, limit=2).json()
    rest = api.get("/people", organisation_id=customer, after=first[-1]["id"]).json()
    assert [row["id"] for row in first + rest] == made
    assert api.get("/people", text="a\x00").status_code == 422
    api.post(f"/people/{made[0]}/deactivate")
    assert [row["id"] for row in api.get("/people", organisation_id=customer, active="false").json()] == made[:1]
