"""Services, items, uses and outcomes kept by a machine: the same actions, the same refusals."""

from typing import Any

import pytest

from selaras.domains.people.contracts import Role
from selaras.domains.services.actions.uses import record_outcome
from selaras.domains.services.queries import list_uses
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_organisation, make_person
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


@pytest.fixture
def owner(estate: Estate) -> Caller:
    return Caller(make_person(estate.provider, Role.SERVICE_OWNER))


def test_a_service_from_idea_to_catalogue(owner: Caller) -> None:
    made = owner.post("/services", name_id="Gudang data", name_en="Data warehouse")
    assert made.status_code == 200, made.content
    assert (made.json()["slug"], made.json()["state"], made.json()["version"]) == ("data-warehouse", "pipeline", 1)
    assert [offer["verb"] for offer in made.json()["offers"]] == ["charter", "drop"]
    for verb, state in (("charter", "chartered"), ("publish", "catalogue")):
        assert owner.post("/services/data-warehouse/moves", verb=verb).json()["state"] == state
    refused = owner.post("/services/data-warehouse/moves", verb="retire")
    assert (refused.status_code, refused.json()["field"]) == (409, "reason")
    assert owner.post("/services/data-warehouse/moves", verb="charter").status_code == 409
    used = owner.post("/services/toko/moves", verb="retire", reason="Old.").json()["offers"]
    assert {offer["verb"]: offer["refused"] for offer in used} == {"keep": None, "end": "Customers still use it."}


def test_a_change_keeps_what_is_left_out_and_tells_the_second(owner: Caller, estate: Estate) -> None:
    assert owner.patch("/services/toko", description="Baru", seen=1).json()["name_en"] == "Online shop"
    cleared = owner.patch("/services/toko", team_id=None, seen=2)
    assert (cleared.json()["team_id"], cleared.json()["description"]) == (None, "Baru")
    late = owner.patch("/services/toko", name_en="Shop", seen=1)
    assert late.status_code == 409
    assert [change["data"] for change in late.json()["changes"]] == [
        {"description": {"from": "", "to": "Baru"}},
        {"team_id": {"from": estate.team, "to": None}},
    ]


def test_an_item_and_what_it_depends_on(owner: Caller, estate: Estate) -> None:
    made = owner.post("/items", name="Web 1", item_class="host", names=["Web-1.example.id"], attributes={"cpu": 4})
    assert made.status_code == 200, made.content
    assert made.json()["names"] == ["web 1", "web-1", "web-1.example.id"]
    changed = owner.patch("/items/web-1", names=["10.0.0.9"], seen=1)
    assert (changed.json()["names"], changed.json()["attributes"]) == (["10.0.0.9", "web-1"], {"cpu": 4})
    assert owner.patch("/items/web-1", name="x", seen=1).json()["changes"][0]["data"]["names"]
    added = owner.post("/services/toko/dependencies", lower="item:web-1").json()
    assert [row["slug"] for row in added] == ["toko-db-1", "web-1"]
    assert owner.post("/items/web-1/dependencies", lower="toko-db-1").status_code == 200
    assert owner.post("/items/toko-db-1/dependencies", lower="web-1").status_code == 200  # a cycle is legal
    left = owner.delete("/services/toko/dependencies?lower=web-1").json()
    assert [row["slug"] for row in left] == ["toko-db-1"]


def test_a_use_and_an_outcome(owner: Caller, estate: Estate) -> None:
    goal = owner.post(
        "/outcomes", organisation_id=estate.customer, name_id="P", name_en="Orders", unit="%", target="99.5"
    ).json()
    made = owner.post(
        "/uses",
        service_id=estate.service,
        organisation_id=estate.customer,
        business_process="Retur",
        criticality=2,
        outcome_id=goal["id"],
    ).json()
    assert owner.patch(f"/uses/{made['id']}", criticality=1, seen=1).json()["outcome_id"] == goal["id"]
    assert owner.patch(f"/uses/{made['id']}", criticality=3, seen=1).status_code == 409
    assert owner.patch(f"/outcomes/{goal['id']}", target="99.9", seen=1).json()["version"] == 2
    assert owner.get("/outcomes", organisation_id=estate.customer).json()[0]["target"] == "99.9000"
    assert owner.delete(f"/uses/{made['id']}").json()["business_process"] == "Retur"
    assert owner.get(f"/uses?service_id={estate.service}").json()[0]["business_process"] == "Penjualan"


OUTCOME = {"organisation_id": "{customer}", "name_id": "x", "name_en": "x", "unit": "%"}
BAD: list[tuple[str, str, dict[str, Any], str]] = [
    ("post", "/services", {"name_id": "", "name_en": "x"}, "name_id"),
    ("post", "/services", {"name_id": "x", "name_en": "x" * 201}, "name_en"),
    ("post", "/services", {"name_id": "x", "name_en": "a\x00b"}, "name_en"),
    ("post", "/services", {"name_id": "x", "name_en": "x", "owner_id": 10**9}, "owner_id"),
    ("post", "/services", {"name_id": "x", "name_en": "x", "slug": "toko"}, "slug"),
    ("post", "/services", {"name_id": "x", "name_en": "日本"}, "slug"),
    ("post", "/services", {"name_id": "x", "name_en": "x", "colour": "red"}, "colour"),
    ("patch", "/services/toko", {"team_id": 10**9}, "team_id"),
    ("patch", "/services/toko", {"name_en": " "}, "name_en"),
    ("post", "/items", {"name": "x", "item_class": "toaster"}, "item_class"),
    ("post", "/items", {"name": "x", "item_class": "host", "names": ["toko-db-1"]}, "names"),
    ("post", "/items", {"name": "x", "item_class": "host", "attributes": {"a": "\x00"}}, "attributes"),
    ("post", "/items/toko-db-1/dependencies", {"lower": "toko-db-1"}, "lower"),
    ("post", "/items/toko-db-1/dependencies", {"lower": "service:toko"}, "lower"),
    ("post", "/services/toko/dependencies", {"lower": "nowhere"}, "lower"),
    ("post", "/services/toko/dependencies", {"lower": "a\x00"}, "lower"),
    ("patch", "/uses/{use}", {"criticality": 9}, "criticality"),
    ("patch", "/uses/{use}", {"business_process": ""}, "business_process"),
    ("patch", "/uses/{use}", {"outcome_id": "{theirs}"}, "outcome_id"),
    ("post", "/outcomes", {**OUTCOME, "target": "1e40"}, "target"),
]


@pytest.mark.parametrize(("verb", "path", "body", "field"), BAD)
def test_bad_input_names_its_field(
    owner: Caller, estate: Estate, verb: str, path: str, body: dict[str, Any], field: str
) -> None:
    theirs = record_outcome(
        by=SYSTEM, organisation_id=make_organisation(), name_id="A", name_en="A", unit="%", target=1
    )
    known = {"{theirs}": theirs, "{customer}": estate.customer}
    given = {name: known.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
    answer = getattr(owner, verb)(path.replace("{use}", str(list_uses(SYSTEM)[0].id)), **given)
    assert answer.status_code == 422, answer.content
    assert list(answer.json()["fields"]) == [field]


def test_nobody_keeps_what_is_not_their_duty(estate: Estate) -> None:
    use = list_uses(SYSTEM)[0].id
    writes: list[tuple[str, str, dict[str, Any]]] = [
        ("post", "/services", {"name_id": "x", "name_en": "x"}),
        ("patch", "/services/toko", {"name_en": "x"}),
        ("post", "/services/toko/moves", {"verb": "retire", "reason": "x"}),
        ("post", "/items", {"name": "x", "item_class": "host"}),
        ("patch", "/items/toko-db-1", {"name": "x"}),
        ("post", "/items/toko-db-1/dependencies", {"lower": "toko-db-1"}),
        ("patch", f"/uses/{use}", {"criticality": 1}),
        ("delete", f"/uses/{use}", {}),
    ]
    lead = make_person(estate.customer, Role.DECISION_MAKER)
    for caller in (Caller(estate.agent), Caller(lead)):
        for verb, path, body in writes:
            assert getattr(caller, verb)(path, **body).status_code == 403, path
    stranger = Caller(make_person(make_organisation(), Role.DECISION_MAKER))
    assert stranger.get("/uses").json() == []
    assert stranger.get("/outcomes", organisation_id=estate.customer).status_code == 404
