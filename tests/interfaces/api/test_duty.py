"""Duty as a machine uses it: who has it, call, acknowledge."""

from collections.abc import Iterator

import pytest

from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from tests.domains.duty.build import NOON, layer, make_policy, make_rota, rota, worker
from tests.factories import make_organisation, make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def ayu() -> Iterator[Actor]:
    person = worker(make_provider(), "Ayu")
    make_policy((5, [rota(make_rota(layer(person)))]))
    with clock.frozen(NOON):
        yield person


def test_who_is_on_duty_and_in_which_shifts(ayu: Actor) -> None:
    caller = Caller(ayu)
    (row,) = caller.get("/duty").json()
    assert (row["rota"], row["now"]["person_name"]) == ("jaga", "Ayu")
    assert caller.get("/duty", at="2026-01-01T00:00:00Z").json()[0]["now"] is None
    assert len(caller.get("/duty/rotas/jaga/shifts", days=14).json()) == 3
    assert caller.get("/duty", rota="lain").status_code == 404
    assert caller.get("/duty", at="2026-01-01T00:00:00").json()["field"] == "at"


@pytest.mark.parametrize("at", ["0.5", "2090-01-01", "2090-01-01T00:00:00", "2090-13-01T00:00:00Z", "soon"])
def test_a_time_is_written_out_with_its_zone(ayu: Actor, at: str) -> None:
    caller = Caller(ayu)
    assert caller.get("/duty", at="2090-01-01T00:00:00+07:00").status_code == 200
    refused = caller.get("/duty", at=at)
    assert (refused.status_code, refused.json()["fields"].keys()) == (422, {"at"})


def test_a_page_once_a_cause_until_it_is_resolved(ayu: Actor) -> None:
    caller = Caller(ayu)
    wanted = {"policy": "eskalasi", "cause": "disk db-1", "subject": "Disk penuh"}
    made = caller.post("/pages", **wanted).json()
    assert made["deliveries"][0]["person_name"] == "Ayu"
    number = made["page"]["id"]
    assert caller.post("/pages", **wanted).json()["page"]["id"] == number
    assert caller.post(f"/pages/{number}/acknowledge").json()["page"]["acknowledged_by"] == "Ayu"
    assert caller.post(f"/pages/{number}/acknowledge").status_code == 409
    assert caller.post(f"/pages/{number}/resolve").json()["page"]["state"] == "resolved"
    assert [row["id"] for row in caller.get("/pages", state="resolved").json()["rows"]] == [number]
    assert caller.get("/pages", after="x").json()["field"] == "after"
    assert caller.post("/pages", **{**wanted, "subject": ""}).json()["field"] == "subject"


def test_customers_have_no_part_in_it(ayu: Actor) -> None:
    stranger = Caller(make_person(make_organisation(), Role.DECISION_MAKER))
    for path in ("/duty", "/duty/rotas/jaga/shifts", "/pages", "/pages/1"):
        assert stranger.get(path).status_code == 403
    assert stranger.post("/pages", policy="eskalasi", cause="x", subject="x").status_code == 403
