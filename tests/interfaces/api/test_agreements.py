"""Agreements and calendars kept by a machine: the same actions, the same refusals."""

from typing import Any

import pytest

from selaras.domains.agreements.models import Agreement, Calendar
from selaras.domains.incidents.actions.report import report
from selaras.domains.people.contracts import Role
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_organisation, make_person
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


@pytest.fixture
def manager(estate: Estate) -> Caller:
    return Caller(make_person(estate.provider, Role.RELATIONSHIP_MANAGER))


def given(estate: Estate, **changed: Any) -> dict[str, Any]:
    return {
        "name": "Perak",
        "kind": "sla",
        "organisation_id": estate.customer,
        "calendar_id": Calendar.objects.get().pk,
        "valid_from": "2019-01-01",
        "valid_until": "2019-12-31",
        "service_ids": [estate.service],
        "targets": [{"metric": "respond", "minutes": 60}, {"metric": "resolve", "priority": 1, "minutes": 240}],
        "obligations": [{"owner": "customer", "text_id": "Akses", "text_en": "Access"}],
        **changed,
    }


def test_an_agreement_from_draft_to_end(manager: Caller, estate: Estate) -> None:
    made = manager.post("/agreements", **given(estate))
    assert made.status_code == 200, made.content
    detail = made.json()
    path = f"/agreements/{detail['agreement']['id']}"
    assert [(t["metric"], t["priority"], t["minutes"]) for t in detail["targets"]] == [
        ("respond", None, 60),
        ("resolve", 1, 240),
    ]
    assert [offer["verb"] for offer in detail["offers"]] == ["activate", "withdraw"]
    changed = manager.patch(path, targets=[{"metric": "respond", "minutes": 30}], seen=1).json()
    assert (len(changed["targets"]), changed["agreement"]["name"], changed["agreement"]["version"]) == (1, "Perak", 2)
    late = manager.patch(path, name="Emas", seen=1)
    assert (late.status_code, list(late.json()["changes"][0]["data"])) == (409, ["targets"])
    assert manager.post(f"{path}/moves", verb="activate").json()["agreement"]["state"] == "active"
    assert manager.patch(path, name="Emas").status_code == 409
    assert manager.post(f"{path}/moves", verb="withdraw").status_code == 409
    assert manager.post(f"{path}/moves", verb="expire").json()["agreement"]["state"] == "expired"


def test_a_target_in_force_is_replaced_for_open_clocks(manager: Caller, estate: Estate) -> None:
    report(by=SYSTEM, title="x", item_ids=[estate.database], impact=1, urgency=1)
    path = f"/agreements/{estate.agreement}"
    held = [t for t in manager.get(path).json()["targets"] if t["open_clocks"]]
    assert {t["metric"] for t in held} == {"respond", "resolve"}
    target = next(t for t in held if t["metric"] == "resolve")
    put = manager.put(f"{path}/targets", metric="resolve", priority=target["priority"], minutes=30)
    assert put.json()["clocks"] == 1
    same = manager.put(f"{path}/targets", metric="resolve", priority=target["priority"], minutes=30)
    assert (same.json()["clocks"], same.json()["detail"]["agreement"]["version"]) == (0, 3)
    stale = manager.put(f"{path}/targets", metric="update", minutes=30, seen=1)
    assert stale.status_code == 409


def test_how_an_obligation_went(manager: Caller, estate: Estate) -> None:
    made = manager.post("/agreements", **given(estate)).json()
    path = f"/obligations/{made['obligations'][0]['id']}/events"
    number = report(by=SYSTEM, title="x", organisation_id=estate.customer).number
    assert manager.post(path, outcome="late", minutes_excused=30, record=number).status_code == 200
    assert manager.post(path, outcome="met", minutes_excused=30).json()["field"] == "minutes_excused"
    assert manager.post(path, outcome="late", record="INC9999999").status_code == 404
    assert manager.post(path, outcome="late", at="2999-01-01T00:00:00Z").json()["field"] == "at"


def test_a_calendar_and_its_holidays(manager: Caller) -> None:
    week = {"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}
    made = manager.post("/calendars", name="Kantor", week=week)
    assert made.status_code == 200, made.content
    path = f"/calendars/{made.json()['id']}"
    seen = manager.patch(path, week={"tue": [["08:00", "12:00"]]}, preview=True, seen=1).json()
    assert (seen["week"], seen["version"]) == (week, 1)
    assert manager.patch(path, name="Kantor pusat", seen=1).json()["version"] == 2
    assert manager.patch(path, name="Lain", seen=1).status_code == 409
    added = manager.post(f"{path}/holidays", date="2026-12-24", name_id="Libur", name_en="Closed").json()
    assert added["days"] == [{"date": "2026-12-24", "name_id": "Libur", "name_en": "Closed"}]
    assert manager.delete(f"{path}/holidays/2026-12-24").json()["days"] == []
    assert manager.delete(f"{path}/holidays/2026-12-24").status_code == 404
    assert len(manager.post(f"{path}/holidays/fill", years=[2026]).json()["days"]) > 15


BAD_AGREEMENTS: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "name"),
    ({"name": "a\x00"}, "name"),
    ({"organisation_id": 10**9}, "organisation_id"),
    ({"organisation_id": None}, "organisation_id"),
    ({"calendar_id": 10**9}, "calendar_id"),
    ({"kind": "ola"}, "team_id"),
    ({"kind": "ola", "team_id": 10**9}, "team_id"),
    ({"kind": "uc", "supplier_id": 10**9}, "supplier_id"),
    ({"valid_until": "2018-12-31"}, "valid_until"),
    ({"service_ids": [10**9]}, "service_ids"),
    ({"targets": [{"metric": "respond", "minutes": 0}]}, "targets"),
    ({"targets": [{"metric": "respond", "minutes": 5}, {"metric": "respond", "minutes": 6}]}, "targets"),
    ({"targets": [{"metric": "respond", "minutes": 5, "calendar_id": 10**9}]}, "targets"),
    ({"targets": [{"metric": "respond", "minutes": -5}]}, "targets.0.minutes"),
    ({"obligations": [{"owner": "customer", "text_id": "", "text_en": "x"}]}, "obligations"),
]


@pytest.mark.parametrize(("changed", "field"), BAD_AGREEMENTS)
def test_a_bad_draft_names_its_field(manager: Caller, estate: Estate, changed: dict[str, Any], field: str) -> None:
    answer = manager.post("/agreements", **given(estate, **changed))
    assert answer.status_code == 422, answer.content
    assert list(answer.json()["fields"]) == [field]
    assert Agreement.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "week": {"mon": [["08:00", "09:00"]]}}, "name"),
        ({"name": "x", "week": {}}, "week"),
        ({"name": "x", "week": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "week.mon"),
        ({"name": "x", "week": {"mon": [["17:00", "08:00"]]}}, "week.mon"),
        ({"name": "x", "week": {"monday": [["08:00", "09:00"]]}}, "week"),
        ({"name": "x", "timezone": "Mars", "week": {"mon": [["08:00", "09:00"]]}}, "timezone"),
        ({"name": "日本", "week": {"mon": [["08:00", "09:00"]]}}, "slug"),
    ],
)
def test_a_bad_calendar_names_its_field(manager: Caller, body: dict[str, Any], field: str) -> None:
    answer = manager.post("/calendars", **body)
    assert answer.status_code == 422, answer.content
    assert list(answer.json()["fields"]) == [field]


def test_nobody_keeps_what_is_not_their_duty(estate: Estate) -> None:
    path = f"/agreements/{estate.agreement}"
    writes: list[tuple[str, str, dict[str, Any]]] = [
        ("post", "/agreements", given(estate)),
        ("patch", path, {"name": "x"}),
        ("post", f"{path}/moves", {"verb": "expire"}),
        ("put", f"{path}/targets", {"metric": "respond", "minutes": 1}),
        ("post", "/calendars", {"name": "x", "week": {"mon": [["08:00", "09:00"]]}}),
        ("patch", f"/calendars/{Calendar.objects.get().pk}", {"name": "x"}),
    ]
    lead = make_person(estate.customer, Role.DECISION_MAKER)
    for caller in (Caller(estate.agent), Caller(lead)):
        for verb, address, body in writes:
            assert getattr(caller, verb)(address, **body).status_code == 403, address
    detail = Caller(lead).get(path).json()
    assert (detail["offers"], {target["open_clocks"] for target in detail["targets"]}) == ([], {None})
    assert Caller(make_person(make_organisation(), Role.DECISION_MAKER)).get(path).status_code == 404
