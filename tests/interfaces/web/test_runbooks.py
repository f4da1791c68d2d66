"""Runbooks in the browser: kept with their secrets unseen, run from an alert and an incident, approved, ticked off."""

import json
from typing import Any

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.incidents.actions.report import report
from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import KEPT, Occasion, StepKind
from selaras.domains.operations.models import Run, RunStep, Step
from selaras.domains.operations.queries import get_run, get_runbook
from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from selaras.kernel.sealing import unseal
from tests.domains.events.build import fire, make_source
from tests.domains.operations.build import call, make_runbook, told
from tests.estate import make_estate
from tests.factories import SYSTEM, make_person, make_provider, make_team
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Actor, Actor]:
    provider = make_provider()
    return make_person(provider, Role.OPERATOR, name="Ayu"), make_person(provider, Role.OPERATOR, name="Budi")


def fields(**more: str) -> dict[str, str]:
    given = {"name": "Bersihkan disk", "slug": "", "purpose": "", "policy_id": "", "hourly": "6", "patience": "30"}
    return {**given, "enabled": "on", "seen": "", **more}


def step(number: int, title: str, *, changes: bool = False, **more: str) -> dict[str, str]:
    given = {"title": title, "place": str(number + 1), "kind": "person", "text": "", "headers": "", "body": "", **more}
    given |= {"changes": "on"} if changes else {}
    return {f"step{number}-{name}": value for name, value in given.items()}


def calling(number: int, title: str, **more: str) -> dict[str, str]:
    given = {"method": "GET", "url": "https://a.example/{{ instance }}?key={{ secret.key }}"}
    given |= {"headers": "Authorization: Bearer s3cret", "secrets": "key: s3cret: with a colon"}
    return step(number, title, changes=False, **{"kind": "call", **given, **more})


def test_it_is_made_and_changed_and_its_secret_is_never_shown(pair: tuple[Actor, Actor]) -> None:
    client, team = signed_in(pair[0]), str(make_team())
    sent = fields(team_id=team) | step(0, "Look") | calling(1, "Clean") | step(2, "")
    made = client.post("/operations/runbooks/new", sent)
    assert made.headers["Location"] == "/operations/runbooks/bersihkan-disk"
    row = get_runbook(SYSTEM, "bersihkan-disk")
    assert [(one.title, one.kind) for one in row.steps] == [("Look", StepKind.PERSON), ("Clean", StepKind.CALL)]
    page = client.get("/operations/runbooks/bersihkan-disk/edit").content.decode()
    assert "s3cret" not in page
    assert f"Authorization: {KEPT}" in page
    assert f"key: {KEPT}" in page
    ids = [str(one.step_id) for one in row.steps]
    kept = calling(1, "Clean it", headers=f"Authorization: {KEPT}", secrets=f"key: {KEPT}", step_id=ids[1], place="1")
    sent = fields(team_id=team, slug=row.slug, seen="1") | step(0, "Look", step_id=ids[0], place="2") | kept
    assert client.post("/operations/runbooks/bersihkan-disk/edit", sent).status_code == 302
    assert [one.title for one in get_runbook(SYSTEM, row.slug).steps] == ["Clean it", "Look"]
    assert json.loads(unseal(Step.objects.get(position=1).sealed_secrets)) == {"key": "s3cret: with a colon"}
    late = client.post("/operations/runbooks/bersihkan-disk/edit", sent)
    assert (late.status_code, "Clean it" in late.content.decode()) == (409, True)


def test_a_fault_stands_at_its_step_and_what_was_typed_stays(pair: tuple[Actor, Actor]) -> None:
    client = signed_in(pair[0])
    sent = fields(team_id=str(make_team())) | calling(0, "Look", url="ftp://a.example/") | calling(1, "x", headers="no")
    answer = client.post("/operations/runbooks/new", sent)
    assert answer.status_code == 422
    assert "Write each header as Name: value." in answer.content.decode()
    sent |= calling(1, "x")
    refused = client.post("/operations/runbooks/new", sent).content.decode()
    assert "Step 1: Give an address" in refused
    assert "ftp://a.example/" in refused


def test_from_an_alert_to_its_run_and_through_approval(pair: tuple[Actor, Actor]) -> None:
    ayu, budi = signed_in(pair[0]), signed_in(pair[1])
    slug = make_runbook(told("Look"), told("Restart", changes=True))
    fire(make_source(), clock.now(), alertname="DiskFull", instance="db-1")
    assess_pending()
    alert = Alert.objects.get()
    assert f"/operations/runs/start?alert={alert.pk}" in ayu.get(f"/alerts/{alert.pk}").content.decode()
    began = ayu.post(f"/operations/runs/start?alert={alert.pk}", {"runbook": slug})
    run = Run.objects.get()
    address = f"/operations/runs/{run.pk}"
    assert (began.headers["Location"], run.alert_id, run.labels["instance"]) == (address, alert.pk, "db-1")
    assert address in ayu.get(f"/alerts/{alert.pk}").content.decode()
    first = RunStep.objects.get(position=1)
    ayu.post(f"{address}/steps/{first.pk}", {"do": "tick", "reason": "Full indeed"})
    assert "1 run waits for approval" in budi.get("/operations/runbooks").content.decode()
    assert ayu.post(f"{address}/approve", {"reason": "Mine"}).status_code == 409
    assert budi.post(f"{address}/approve", {"reason": ""}).status_code == 409
    assert budi.post(f"{address}/approve", {"reason": "Go"}).headers["Location"] == address
    budi.post(f"{address}/steps/{RunStep.objects.get(position=2).pk}", {"do": "give_up", "reason": "No way"})
    shown = budi.get(address).content.decode()
    assert get_run(SYSTEM, run.pk).run.state == "failed"
    for words in ("Full indeed", "approved it", "No way", "Failed"):
        assert words in shown


def test_from_an_incident(pair: tuple[Actor, Actor]) -> None:
    make_estate()
    record = report(by=pair[0], title="Disk full", impact=2, urgency=2)
    client, slug = signed_in(pair[0]), make_runbook(told())
    assert f"/operations/runs/start?record={record.number}" in client.get(f"/r/{record.number}").content.decode()
    client.post(f"/operations/runs/start?record={record.number}", {"runbook": slug})
    run = Run.objects.get()
    assert run.record_id == record.id
    page = client.get(f"/r/{record.number}").content.decode()
    assert f"/operations/runs/{run.pk}" in page
    assert "started the runbook" in page


def test_who_may_do_what(pair: tuple[Actor, Actor]) -> None:
    provider = pair[0].organisation_id or 0
    slug = make_runbook(told(changes=True))
    run = start_run(slug, Occasion(), by=pair[0])
    looks_on = signed_in(make_person(provider, Role.ACCESS_MANAGER))
    agent = signed_in(make_person(provider, Role.AGENT))
    assert looks_on.get(f"/operations/runs/{run.id}").status_code == 200
    assert looks_on.get("/operations/runs/start").status_code == 403
    assert looks_on.post(f"/operations/runs/{run.id}/cancel", {"reason": "x"}).status_code == 403
    assert agent.get("/operations/runs/start").status_code == 200
    assert agent.get(f"/operations/runbooks/{slug}/edit").status_code == 403
    assert agent.post(f"/operations/runs/{run.id}/approve", {"reason": "x"}).status_code == 403
    assert agent.post(f"/operations/runs/{run.id}/ask", {"reason": "x"}).status_code == 409
    assert agent.get("/operations/runs/999999").status_code == 404


def test_a_rule_is_given_its_runbook(pair: tuple[Actor, Actor]) -> None:
    admin = signed_in(make_person(pair[0].organisation_id or 0, Role.ADMINISTRATOR))
    slug = make_runbook()
    page = admin.get("/rules/new").content.decode()
    assert f'<option value="{slug}"' in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    sent = {"name": "Disks", "alert_class": "warning", "runbook": slug, "enabled": "on", "do": "save", "seen": seen}
    condition = {"label": "alertname", "op": "=", "value": "DiskFull"}
    assert admin.post("/rules/new", sent | condition).status_code == 302
    assert [rule.runbook for rule in list_rules(SYSTEM) if rule.name == "Disks"] == [slug]
    assert slug in admin.get("/rules").content.decode()


@pytest.mark.parametrize("address", ["/operations/runbooks", "/operations/runs", "/operations/runs/{run}"])
def test_as_many_queries_for_one_row_as_for_three(
    pair: tuple[Actor, Actor], address: str, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(pair[0])
    counted = []
    for slug in ("satu", "dua", "tiga"):
        make_runbook(told("a"), call("https://a.example/"), told("b", changes=True), slug=slug)
        run = start_run(slug, Occasion(), by=pair[0]).id
        with django_assert_max_num_queries(30) as counting:
            assert client.get(address.format(run=run)).status_code == 200
        counted.append(len(counting))
    assert counted[0] == counted[2]
