"""Rules through the API."""

import pytest

from selaras.domains.agreements.queries.calendars import list_calendars
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.run_replays import run_next_replay
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire, make_source
from tests.estate import make_estate
from tests.factories import make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db
QUIET = {
    "name": "Quiet",
    "conditions": [{"label": "env", "op": "=", "value": "test"}],
    "alert_class": "informational",
}


@pytest.fixture
def owner() -> Caller:
    return Caller(make_person(make_provider(), Role.SERVICE_OWNER))


def test_the_way_of_a_rule(owner: Caller) -> None:
    start = owner.get("/rules").json()
    first = start["rules"][0]
    made = owner.post("/rules", **QUIET, before_id=first["id"], seen=start["version"]).json()
    assert owner.get("/rules").json()["rules"][0] == made
    assert owner.post("/rules", **{**QUIET, "name": "Late"}, seen=start["version"]).status_code == 409
    address = f"/rules/{made['id']}"
    moved = owner.post(f"{address}/move", way="down").json()
    assert [rule["name"] for rule in moved["rules"]][:2] == [first["name"], "Quiet"]
    assert owner.post(f"{address}/switch", enabled=False).json()["rules"][1]["enabled"] is False
    changed = owner.client.put(
        f"/api/v1{address}", {**QUIET, "name": "Q2"}, content_type="application/json", headers=owner.headers
    )
    assert (changed.json()["name"], changed.json()["order"]) == ("Q2", 200)
    bad = owner.post("/rules", **{**QUIET, "conditions": [{"label": "a", "op": "=~", "value": "("}]})
    assert (bad.status_code, bad.json()["field"]) == (422, "conditions")
    gone = owner.client.delete(f"/api/v1{address}", headers=owner.headers)
    assert "Q2" not in [rule["name"] for rule in gone.json()["rules"]]
    notes = [row["note"] for row in owner.get("/rules/versions").json()]
    assert notes[0] == "“Q2” deleted"
    back = owner.post(f"/rules/versions/{start['version']}/restore").json()
    assert [r["name"] for r in back["rules"]] == [r["name"] for r in start["rules"]]


def test_a_draft_is_tried(owner: Caller) -> None:
    fire(make_source(), clock.now(), alertname="Disk", env="test", severity="critical")
    assess_pending()
    first = owner.get("/rules").json()["rules"][0]["id"]
    tried = owner.post("/rules/try", **QUIET, before_id=first).json()
    assert (tried["caught"], tried["alerts"][0]["today"], tried["alerts"][0]["then"]) == (
        1,
        "exception",
        "informational",
    )
    bad = owner.post("/rules/try", **{**QUIET, "conditions": [{"label": "a", "op": "~", "value": ""}]})
    assert bad.json()["field"] == "conditions"


def test_a_file_is_reviewed_before_it_is_taken(owner: Caller) -> None:
    file = owner.get("/rules/file").json()["file"].replace("Watchdog\n", "Watchdogs\n", 1)
    review = owner.post("/rules/file", file=file).json()
    assert not review["taken"]
    assert {change["name"] for change in review["changes"]} == {"Watchdog", "Watchdogs"}
    assert owner.post("/rules/file", file=file, dry_run=False).json()["taken"]
    assert "Watchdogs" in [rule["name"] for rule in owner.get("/rules").json()["rules"]]
    assert owner.post("/rules/file", file="rules: [5]", dry_run=False).json()["field"] == "file"


def test_a_file_is_replayed_over_history(owner: Caller) -> None:
    fire(make_source(), clock.now(), alertname="Odd", instance="a")
    draft = "rules:\n- name: Loud\n  when: []\n  class: exception\n  opens_incident: true\n"
    asked = owner.post("/rules/replays", file=draft, days=1).json()
    address = f"/rules/replays/{asked['id']}"
    assert (asked["ended_at"], asked["result"], asked["percent"]) == (None, None, 0)
    assert run_next_replay() == 1
    made = owner.get(address).json()
    assert (made["looked_at"], made["result"]["differ"], made["percent"]) == (1, 1, 100)
    assert made["result"]["totals"]["incidents"] == {"today": 0, "draft": 1}
    assert made["result"]["alerts"][0]["draft"]["rule"] == "Loud"
    assert [row["id"] for row in owner.get("/rules/replays").json()] == [asked["id"]]
    assert owner.post("/rules/replays", file="rules: [5]").json()["field"] == "file"
    late = "2030-01-01T00:00:00Z"
    assert owner.post("/rules/replays", file=draft, since=late, until=late).json()["field"] == "since"
    assert owner.delete(address).json() == []
    assert owner.get(address).status_code == 404


def test_noise_is_counted(owner: Caller) -> None:
    fire(make_source("Loud"), clock.now(), alertname="Odd", instance="a")
    assess_pending()
    made = owner.get("/noise?days=1").json()
    assert (made["total"]["received"], made["total"]["alerts"], made["at"]) == (1, 1, None)
    assert made["by"]["source"][0]["name"] == "Loud"


def test_others_do_not_reach_them() -> None:
    operator = Caller(make_person(make_provider(), Role.OPERATOR))
    assert operator.get("/rules").status_code == 403
    assert operator.get("/alerts/set-aside").json() == []
    assert operator.post("/alerts/set-aside/5/retry").status_code == 404


def test_whether_anybody_was_told_is_answered(owner: Caller) -> None:
    fire(make_source(), clock.now(), alertname="Disk", severity="warning")
    assess_pending()
    (row,) = owner.get("/alerts").json()["rows"]
    detail = owner.get(f"/alerts/{row['id']}").json()
    assert detail["told"]["telling"] == "nobody"
    assert [line["step"] for line in detail["trace"]] == ["classed"]
    assert "Severity: warning" in detail["told"]["why"]


def test_maintenance_is_made_read_and_changed() -> None:
    estate = make_estate()
    operator = Caller(make_person(estate.provider, Role.OPERATOR))
    calendar = list_calendars()[0].id
    given = {
        "name": "Patch", "calendar_id": calendar, "starts": "2090-01-01T01:00", "rrule": "FREQ=DAILY", "minutes": 30,
        "ends": ["toko-db-1"],
    }  # fmt: skip
    made = operator.post("/maintenance", **given).json()
    assert made["next"][0] == {"starts_at": "2089-12-31T18:00:00Z", "ends_at": "2089-12-31T18:30:00Z"}
    assert operator.get("/maintenance").json() == [made]
    address = f"/api/v1/maintenance/{made['id']}"
    body = {**given, "minutes": 60, "seen": made["version"]}
    changed = operator.client.put(address, body, content_type="application/json", headers=operator.headers)
    assert (changed.json()["minutes"], changed.json()["ends"]) == (60, ["item:toko-db-1"])
    late = operator.client.put(address, body, content_type="application/json", headers=operator.headers)
    assert late.status_code == 409
    for wrong, field in (
        ({"rrule": "FREQ=HOURLY"}, "rrule"), ({"starts": "2090-02-30T01:00"}, "starts"), ({"ends": []}, "ends"),
    ):  # fmt: skip
        answer = operator.post("/maintenance", **{**given, "name": "Other", **wrong})
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_windows_go_out_and_in_as_a_file() -> None:
    operator = Caller(make_person(make_estate().provider, Role.OPERATOR))
    slug = list_calendars()[0].slug
    file = f"windows: [{{name: Nights, calendar: {slug}, open: outside, for: [item:toko-db-1]}}]"
    told = operator.post("/maintenance/file", file=file).json()
    assert (told["taken"], [change["name"] for change in told["changes"]]) == (False, ["Nights"])
    assert operator.post("/maintenance/file", file=file, dry_run=False).json()["taken"] is True
    out = operator.get("/maintenance/file").json()
    assert "Nights" in out["file"]
    assert operator.post("/maintenance/file", file="windows: 1").status_code == 422
    late = operator.post("/maintenance/file", file=file, dry_run=False, seen=out["version"] + 1)
    assert late.status_code == 409
