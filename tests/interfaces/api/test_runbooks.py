"""Runbooks as a machine keeps, begins and decides them."""

import pytest

from selaras.domains.operations.contracts import KEPT
from selaras.domains.people.contracts import Actor, Role
from tests.factories import make_organisation, make_person, make_provider, make_team
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Actor, Actor]:
    provider = make_provider()
    return make_person(provider, Role.OPERATOR, name="Ayu"), make_person(provider, Role.OPERATOR, name="Budi")


def wanted(**more: object) -> dict[str, object]:
    look = {
        "kind": "call", "title": "Look", "changes": False, "method": "GET",
        "url": "https://a.example/{{ host }}?key={{ secret.key }}",
        "headers": {"Authorization": "Bearer s3cret"}, "secrets": {"key": "s3cret"},
    }  # fmt: skip
    given = {"slug": "disk", "name": "Disk", "team_id": make_team(), "steps": [look]}
    return {**given, **more}


def test_it_is_kept_and_read_back_without_its_secret(pair: tuple[Actor, Actor]) -> None:
    caller = Caller(pair[0])
    given = wanted()
    made = caller.post("/runbooks", **given, seen=0).json()  # nothing is stale about what is new
    assert (made["needs"], made["steps"][0]["headers"]) == (["host"], {"Authorization": KEPT})
    assert made["steps"][0]["secrets"] == {"key": KEPT}
    again = caller.put("/runbooks/disk", **{**given, "steps": made["steps"], "name": "Disks", "seen": 1}).json()
    assert (again["name"], again["version"]) == ("Disks", 2)
    stale = caller.put("/runbooks/disk", **{**given, "name": "Other", "seen": 1})
    assert (stale.status_code, stale.json()["changes"][0]["actor_name"]) == (409, "Ayu")
    assert [row["slug"] for row in caller.get("/runbooks").json()] == ["disk"]
    assert caller.post("/runbooks", **wanted(steps=[])).json()["fields"].keys() == {"steps", "slug"}


def test_a_run_is_begun_approved_and_ticked_off(pair: tuple[Actor, Actor]) -> None:
    ayu, budi = Caller(pair[0]), Caller(pair[1])
    ayu.post("/runbooks", **wanted(steps=[{"kind": "person", "title": "Restart"}]))
    begun = ayu.post("/runs", runbook="disk").json()
    number, step = begun["run"]["id"], begun["steps"][0]["id"]
    assert begun["run"]["state"] == "waiting"
    assert next(one for one in begun["offers"] if one["verb"] == "approve")["refused"]
    assert ayu.post(f"/runs/{number}/move", verb="approve", reason="Mine").status_code == 409
    assert ayu.post(f"/runs/{number}/steps/{step}", verb="tick").status_code == 409
    assert budi.post(f"/runs/{number}/move", verb="approve", reason="Go").json()["run"]["reason"] == "Go"
    assert ayu.post(f"/runs/{number}/steps/{step}", verb="tick").json()["run"]["state"] == "done"
    assert [row["id"] for row in ayu.get("/runs", state="done").json()["rows"]] == [number]
    assert ayu.get("/runs", state="nothing").json()["field"] == "state"


def test_what_cannot_be_begun_says_why(pair: tuple[Actor, Actor]) -> None:
    caller = Caller(pair[0])
    caller.post("/runbooks", **wanted())
    refused = caller.post("/runs", runbook="disk")
    assert (refused.status_code, "host" in refused.json()["detail"]) == (409, True)
    assert caller.post("/runs", runbook="hilang").status_code == 404
    assert caller.post("/runs", runbook="disk", alert_id=999).status_code == 404


def test_a_rule_names_one_that_there_is(pair: tuple[Actor, Actor]) -> None:
    Caller(pair[0]).post("/runbooks", **wanted())
    admin = Caller(make_person(pair[0].organisation_id or 0, Role.ADMINISTRATOR))
    rule = {"name": "Disks", "alert_class": "warning"}
    assert admin.post("/rules", **rule, runbook="hilang").json()["field"] == "runbook"
    assert admin.post("/rules", **rule, runbook="disk").json()["runbook"] == "disk"
    file = admin.get("/rules/file").json()["file"]
    assert "runbook: disk" in file
    assert admin.post("/rules/file", file=file, dry_run=True).json()["changes"] == []


def test_who_may_not(pair: tuple[Actor, Actor]) -> None:
    customer = Caller(make_person(make_organisation(), Role.DECISION_MAKER))
    agent = Caller(make_person(pair[0].organisation_id or 0, Role.AGENT))
    for path in ("/runbooks", "/runs", "/runs/1"):
        assert customer.get(path).status_code == 403, path
    assert agent.post("/runbooks", **wanted()).status_code == 403
