"""Duty kept by a machine: rotas, covers, swaps, policies, channels; who is late is told what came between."""

from collections.abc import Iterator
from typing import Any

import pytest

from selaras.domains.duty.queries import get_rota
from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from tests.domains.duty.build import NOON, worker
from tests.factories import SYSTEM, make_organisation, make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Iterator[tuple[Actor, Actor]]:
    provider = make_provider()
    with clock.frozen(NOON):
        yield worker(provider, "Ayu"), worker(provider, "Bima")


def layer(*people: Actor, **more: Any) -> dict[str, Any]:
    own = {"every": "weeks", "starts_on": "2026-11-02", "handover": "09:00"}
    return {"participants": [one.id for one in people], **own, **more}


def made(caller: Caller, *people: Actor) -> dict[str, Any]:
    answer = caller.post("/duty/rotas", slug="jaga", name="Jaga", layers=[layer(*people)])
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_rota_is_made_read_and_changed_and_a_late_change_is_told_what_it_missed(team: tuple[Actor, Actor]) -> None:
    caller = Caller(team[0])
    rota = made(caller, *team)
    assert (rota["version"], rota["timezone"]) == (1, "Asia/Jakarta")
    assert rota["layers"][0]["participants"] == [team[0].id, team[1].id]
    night = layer(team[1], hours_from="22:00", hours_until="06:00", days=[0, 1])
    changed = caller.patch("/duty/rotas/jaga", layers=[layer(*team), night], seen=1).json()
    assert (changed["version"], changed["name"], len(changed["layers"])) == (2, "Jaga", 2)
    assert changed["layers"][1] == {**night, "length": 1, "until": None, "name": "", "handover": "09:00:00"} | {
        "hours_from": "22:00:00",
        "hours_until": "06:00:00",
    }
    late = caller.patch("/duty/rotas/jaga", name="Malam", seen=1)
    assert late.status_code == 409
    (change,) = late.json()["changes"]
    assert change["actor_name"] == "Ayu"
    assert [len(change["data"]["layers"][side]) for side in ("from", "to")] == [1, 2]
    assert get_rota(SYSTEM, "jaga").name == "Jaga"
    assert caller.patch("/duty/rotas/jaga", layers=[], seen=2).json()["field"] == "layers"
    assert caller.patch("/duty/rotas/jaga", layers=changed["layers"], seen=2).json()["version"] == 2


def test_covers_absences_and_swaps(team: tuple[Actor, Actor]) -> None:
    ayu, bima = Caller(team[0]), Caller(team[1])
    made(ayu, *team)
    times = {"starts_at": "2026-11-26T00:00:00+07:00", "ends_at": "2026-11-27T00:00:00+07:00"}
    cover = ayu.post("/duty/rotas/jaga/covers", person_id=team[0].id, **times).json()
    assert [one["id"] for one in ayu.get("/duty/rotas/jaga").json()["covers"]] == [cover["id"]]
    assert ayu.delete(f"/duty/covers/{cover['id']}").status_code == 200
    assert ayu.get("/duty/rotas/jaga").json()["covers"] == []
    naive = ayu.post(
        "/duty/rotas/jaga/covers", person_id=team[0].id, starts_at="2026-11-26T00:00:00", ends_at="2026-11-27T00:00:00"
    )
    assert naive.json()["field"] == "starts_at"
    shifts = ayu.get("/duty/rotas/jaga/shifts", days=28).json()
    mine = next(s for s in shifts if s["person_id"] == team[0].id and s["starts_at"] > "2026-11-26")
    theirs = next(s for s in shifts if s["person_id"] == team[1].id and s["starts_at"] > "2026-11-26")
    swap = ayu.post("/duty/rotas/jaga/swaps", mine=mine["starts_at"], theirs=theirs["starts_at"]).json()
    assert [one["id"] for one in bima.get("/duty/swaps").json()] == [swap["id"]]
    assert ayu.post(f"/duty/swaps/{swap['id']}/accept").status_code == 403
    assert bima.post(f"/duty/swaps/{swap['id']}/accept").json()["state"] == "accepted"
    assert len(ayu.get("/duty/rotas/jaga").json()["covers"]) == 2
    assert ayu.post("/duty/rotas/jaga/absences", person_id=team[0].id, file="nonsense").json()["field"] == "file"


def test_a_policy_says_whom_it_would_tell_and_is_changed_once(team: tuple[Actor, Actor]) -> None:
    caller = Caller(team[0])
    rota = made(caller, *team)
    steps = [{"minutes": 5, "targets": [{"kind": "rota", "id": rota["id"]}]}]
    policy = caller.post("/duty/policies", slug="malam", name="Malam", steps=steps).json()
    assert (policy["version"], policy["steps"]) == (1, steps)
    assert [one["people"] for one in caller.get("/duty/policies/malam/told").json()] == [["Bima"]]
    assert caller.patch("/duty/policies/malam", repeats=2, seen=1).json()["version"] == 2
    late = caller.patch("/duty/policies/malam", name="Siang", seen=1)
    assert (late.status_code, late.json()["changes"][0]["data"]) == (409, {"repeats": {"from": 0, "to": 2}})
    unknown = [{"minutes": 5, "targets": [{"kind": "person", "id": 999_999}]}]
    assert caller.patch("/duty/policies/malam", steps=unknown).json()["field"] == "steps"


def test_channels_are_ones_own(team: tuple[Actor, Actor]) -> None:
    ayu, bima = Caller(team[0]), Caller(team[1])
    first = ayu.post("/duty/channels", kind="mail", name="Kantor", address="ayu@example.com").json()
    hook = ayu.post("/duty/channels", kind="webhook", name="Kait", address="https://example.com/x").json()
    assert hook["secret"].startswith("whsec_")
    assert [one["id"] for one in ayu.post(f"/duty/channels/{hook['id']}/first").json()] == [hook["id"], first["id"]]
    night = {"quiet_from": "22:00:00", "quiet_until": "06:00:00"}
    assert ayu.put(f"/duty/channels/{first['id']}/quiet", **night).json()[1]["quiet_from"] == "22:00:00"
    assert bima.delete(f"/duty/channels/{first['id']}").status_code == 404
    assert [one["id"] for one in ayu.delete(f"/duty/channels/{hook['id']}").json()] == [first["id"]]


def test_who_may(team: tuple[Actor, Actor]) -> None:
    made(Caller(team[0]), *team)
    reader = Caller(make_person(make_provider(), Role.ACCESS_MANAGER, name="Citra"))
    assert reader.get("/duty/rotas/jaga").status_code == 200
    assert reader.patch("/duty/rotas/jaga", name="x").status_code == 403
    assert reader.post("/duty/policies", slug="x", name="x", steps=[]).status_code == 403
    stranger = Caller(make_person(make_organisation(), Role.DECISION_MAKER))
    for path in ("/duty/rotas", "/duty/policies", "/duty/channels", "/duty/swaps"):
        assert stranger.get(path).status_code == 403


def test_the_log_and_a_handover(team: tuple[Actor, Actor]) -> None:
    ayu, bima = Caller(team[0]), Caller(team[1])
    made(ayu, *team)
    due = bima.get("/duty").json()[0]["now"]["ends_at"]
    assert bima.post("/duty/rotas/jaga/log", body="Tenang").status_code == 200
    rows = bima.get("/duty/log", rota="jaga").json()["rows"]
    assert [(row["verb"], row["body"]) for row in rows] == [("note", "Tenang")]
    assert bima.get("/duty/log", since="2026-11-25T00:00:00").json()["field"] == "since"
    assert bima.post("/duty/rotas/jaga/handovers", due_at="2026-11-25T00:00:00Z").status_code == 404
    drafted = bima.post("/duty/rotas/jaga/handovers", due_at=due).json()
    assert [(one["kind"], one["title"]) for one in drafted["facts"]] == [("note", "Tenang")]
    path = f"/duty/handovers/{drafted['id']}"
    assert bima.patch(path, notes="Awasi", seen=1).json()["version"] == 2
    assert bima.post(f"{path}/hand_over", seen=1).status_code == 409
    assert bima.post(f"{path}/hand_over", seen=2).json()["handed_by"] == "Bima"
    assert ayu.post(f"{path}/take_over", remark="Jelas").json()["state"] == "taken"
    assert [one["id"] for one in ayu.get("/duty/rotas/jaga/handovers").json()["rows"]] == [drafted["id"]]
    stranger = Caller(make_person(make_organisation(), Role.DECISION_MAKER))
    assert [stranger.get(p).status_code for p in ("/duty/log", path)] == [403, 403]
