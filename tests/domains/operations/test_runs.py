"""A run goes through its steps in order, asks before it changes something, and says how each step went."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from selaras.domains.duty.models import Page
from selaras.domains.incidents.actions.report import report
from selaras.domains.operations.actions.carry_out import settle_cut_off
from selaras.domains.operations.actions.decide import expire_undecided, move_run, move_step
from selaras.domains.operations.actions.runbooks import save_runbook
from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import Occasion, RunDetail
from selaras.domains.operations.models import Run, RunEntry, RunStep
from selaras.domains.operations.queries import count_waiting, get_run, get_runbook, list_runs, list_runs_of_record
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.records.queries import list_entries
from selaras.kernel import clock
from selaras.kernel.errors import MoveRefused, NotAllowed, NotFound
from tests.domains.duty.build import make_policy, person
from tests.domains.operations.build import Automation, automation, call, make_runbook, told, work
from tests.estate import make_estate
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db

BY_HAND = Occasion()
DISK = Occasion({"host": "toko-db-1"}, "DiskFull: toko-db-1", alert_id=7, episode=1, rule_name="Disks")


@pytest.fixture
def robot(settings: Any) -> Iterator[Automation]:
    settings.CALL_PRIVATE_ADDRESSES = True
    with automation() as server:
        yield server


@pytest.fixture
def ayu() -> Actor:
    return make_person(make_provider(), Role.OPERATOR, name="Ayu")


@pytest.fixture
def budi(ayu: Actor) -> Actor:
    return make_person(ayu.organisation_id or 0, Role.OPERATOR, name="Budi")


def seen(run_id: int, actor: Actor = SYSTEM) -> RunDetail:
    return get_run(actor, run_id)


def states(run_id: int) -> list[str]:
    return [seen(run_id).run.state, *(step.state for step in seen(run_id).steps)]


def test_calls_are_made_in_order_with_the_labels_filled_in(robot: Automation, ayu: Actor) -> None:
    body = '{"host": "{{ host }}"}'
    slug = make_runbook(
        call(robot.address("/disk/{{ host }}"), headers={"Authorization": "Bearer s3cret-token"}),
        call(robot.address("/clean"), method="POST", body=body),
    )
    robot.body = b"Bearer s3cret-token"
    occasion = Occasion({"host": 'a"/b'}, "DiskFull")
    run = start_run(slug, occasion, by=ayu)
    assert work() == 2
    assert robot.asked == ["GET /disk/a%22%2Fb", "POST /clean"]
    assert robot.calls[0][2]["authorization"] == "Bearer s3cret-token"
    assert robot.calls[1][3] == b'{"host": "a\\"/b"}'
    keys = [headers["idempotency-key"] for _m, _p, headers, _b in robot.calls]
    assert len(set(keys)) == 2
    steps = seen(run.id).steps
    assert states(run.id) == ["done", "done", "done"]
    assert (steps[0].status, steps[0].answer) == (200, "•••")
    assert not any(bytes(step.sealed) for step in RunStep.objects.all())


def test_secrets_go_into_address_and_body_as_they_are_sent_and_nowhere_else(robot: Automation, ayu: Actor) -> None:
    secrets = {"key": 'k/7"é', "pin": "12345"}
    slug = make_runbook(
        call(
            robot.address("/hook/{{ secret.key }}?for={{ host }}"),
            method="POST",
            body='{"pin": "{{secret.pin}}", "key": "{{ secret.key }}", "host": "{{ host }}"}',
            secrets=secrets,
        )
    )
    robot.body = b'{"you sent": "k%2F7%22%C3%A9", "and": "k/7\\"\\u00e9", "pin": "12345"}'
    run = start_run(slug, Occasion({"host": "db 1"}), by=ayu)
    before = seen(run.id).steps[0]
    assert "{{ secret.key }}" in before.url
    assert "{{secret.pin}}" in before.body
    work()
    method, path, _headers, body = robot.calls[0]
    assert (method, path) == ("POST", "/hook/k%2F7%22%C3%A9?for=db%201")
    assert json.loads(body) == {"pin": "12345", "key": 'k/7"é', "host": "db 1"}
    step = seen(run.id).steps[0]
    assert step.answer == '{"you sent": "•••", "and": "•••", "pin": "•••"}'
    assert (step.url, step.body) == (before.url, before.body)
    assert not any(bytes(row.sealed_secrets) for row in RunStep.objects.all())


def test_a_label_cannot_ask_for_a_secret(robot: Automation, ayu: Actor) -> None:
    body = '{"text": "{{ text }}", "pin": "{{ secret.pin }}"}'
    slug = make_runbook(call(robot.address("/"), method="POST", body=body, secrets={"pin": "12345"}))
    with pytest.raises(MoveRefused):
        start_run(slug, Occasion({"text": "leak {{ secret.pin }}"}), by=ayu)
    start_run(slug, Occasion({"text": "{{ harmless }}"}), by=ayu)
    work()
    assert json.loads(robot.calls[0][3]) == {"text": "{{ harmless }}", "pin": "12345"}


def test_a_person_ticks_a_step_off_and_the_run_goes_on(robot: Automation, ayu: Actor) -> None:
    slug = make_runbook(told("Look"), call(robot.address("/a")), told("Tell them"))
    run = start_run(slug, BY_HAND, by=ayu)
    first, _call, last = seen(run.id, ayu).steps
    assert ([offer.verb for offer in first.offers], last.offers) == (["tick", "give_up"], ())
    with pytest.raises(MoveRefused):
        move_step(last.id, "tick", by=ayu)
    assert work() == 0
    move_step(first.id, "tick", by=ayu, reason="All is well")
    assert work() == 1
    move_step(last.id, "tick", by=ayu)
    assert states(run.id) == ["done"] * 4
    assert (seen(run.id).steps[0].actor_name, seen(run.id).steps[0].note) == ("Ayu", "All is well")


def test_a_step_that_does_not_work_ends_the_run(ayu: Actor) -> None:
    run = start_run(make_runbook(told("One"), told("Two")), BY_HAND, by=ayu)
    with pytest.raises(MoveRefused):
        move_step(seen(run.id).steps[0].id, "give_up", by=ayu)
    move_step(seen(run.id).steps[0].id, "give_up", by=ayu, reason="No such disk")
    assert states(run.id) == ["failed", "failed", "skipped"]


def test_what_changes_something_waits_for_another_persons_approval(robot: Automation, ayu: Actor, budi: Actor) -> None:
    slug = make_runbook(call(robot.address("/look")), call(robot.address("/restart"), method="POST", changes=True))
    run = start_run(slug, BY_HAND, by=ayu)
    work()
    assert (robot.asked, states(run.id)) == (["GET /look"], ["waiting", "done", "pending"])
    assert count_waiting(ayu) == 1
    own = {offer.verb: offer.refused for offer in seen(run.id, ayu).offers}
    assert own["approve"] is not None
    with pytest.raises(MoveRefused):
        move_run(run.id, "approve", by=ayu, reason="I know what I do")
    with pytest.raises(MoveRefused):
        move_run(run.id, "approve", by=budi)
    move_run(run.id, "approve", by=budi, reason="Seen the disk")
    work()
    assert states(run.id) == ["done"] * 3
    assert robot.asked == ["GET /look", "POST /restart"]
    assert (seen(run.id).run.decided_by, seen(run.id).run.reason) == ("Budi", "Seen the disk")


def test_who_wrote_the_version_does_not_approve_it(ayu: Actor, budi: Actor) -> None:
    slug = make_runbook(told(changes=True), by=ayu)
    run = start_run(slug, DISK, by=SYSTEM)
    with pytest.raises(MoveRefused):
        move_run(run.id, "approve", by=ayu, reason="Mine")
    with pytest.raises(MoveRefused):
        move_run(run.id, "approve", by=SYSTEM, reason="By itself")
    agent = make_person(ayu.organisation_id or 0, Role.AGENT)
    with pytest.raises(NotAllowed):
        move_run(run.id, "approve", by=agent, reason="Please")
    move_run(run.id, "approve", by=budi, reason="Fine")
    assert states(run.id) == ["running", "pending"]


def test_what_was_approved_is_what_runs(robot: Automation, ayu: Actor, budi: Actor) -> None:
    slug = make_runbook(call(robot.address("/safe"), method="POST", changes=True))
    run = start_run(slug, BY_HAND, by=ayu)
    row = get_runbook(SYSTEM, slug)
    other = [call(robot.address("/other"), method="POST", changes=True)]
    save_runbook(by=SYSTEM, slug=slug, name=row.name, team_id=row.team_id, steps=other, runbook_id=row.id)
    move_run(run.id, "approve", by=budi, reason="Fine")
    work()
    assert robot.asked == ["POST /safe"]


def test_a_refusal_ends_it_with_its_reason(robot: Automation, ayu: Actor, budi: Actor) -> None:
    slug = make_runbook(call(robot.address("/x"), method="POST", changes=True))
    run = start_run(slug, BY_HAND, by=ayu)
    move_run(run.id, "refuse", by=budi, reason="Not in business hours")
    assert work() == 0
    assert (states(run.id), seen(run.id).run.reason) == (["refused", "skipped"], "Not in business hours")
    with pytest.raises(MoveRefused):
        move_run(run.id, "approve", by=budi, reason="After all")


def test_an_approval_that_nobody_gives_is_not_waited_for(ayu: Actor, budi: Actor) -> None:
    run = start_run(make_runbook(told(changes=True), patience=30), BY_HAND, by=ayu)
    assert expire_undecided() == 0
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert expire_undecided() == 1
        assert expire_undecided() == 0
    assert states(run.id) == ["expired", "skipped"]


def test_approvers_are_called_and_let_go(ayu: Actor, budi: Actor) -> None:
    policy = make_policy((10, [person(budi)]))
    slug = make_runbook(told(changes=True), policy_id=policy)
    run = start_run(slug, BY_HAND, by=ayu)
    page = Page.objects.get()
    assert (page.state, page.url) == ("open", f"/operations/runs/{run.id}")
    move_run(run.id, "approve", by=budi, reason="Fine")
    page.refresh_from_db()
    assert page.state == "resolved"


def test_an_unexpected_answer_fails_the_run(robot: Automation, ayu: Actor) -> None:
    slug = make_runbook(call(robot.address("/a")), told())
    robot.statuses, robot.body = [302], b"elsewhere"
    run = start_run(slug, BY_HAND, by=ayu)
    work()
    assert (states(run.id), robot.asked) == (["failed", "failed", "skipped"], ["GET /a"])
    assert (seen(run.id).steps[0].status, seen(run.id).steps[0].answer) == (302, "elsewhere")


def test_a_call_is_repeated_as_often_as_it_says(robot: Automation, ayu: Actor) -> None:
    slug = make_runbook(call(robot.address("/a"), retries=2))
    robot.statuses = [503, 0, 200]
    run = start_run(slug, BY_HAND, by=ayu)
    now = clock.now()
    assert work() == 1
    for seconds in (2, 6):
        with clock.frozen(now + timedelta(seconds=seconds)):
            assert work() == 1
    assert (states(run.id), seen(run.id).steps[0].attempts) == (["done", "done"], 3)


def test_a_change_whose_answer_is_lost_is_not_repeated(robot: Automation, ayu: Actor, budi: Actor) -> None:
    slug = make_runbook(call(robot.address("/restart"), method="POST", changes=True, retries=5))
    robot.statuses = [0]
    run = start_run(slug, BY_HAND, by=ayu)
    move_run(run.id, "approve", by=budi, reason="Fine")
    work()
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert work() == 0
    assert (states(run.id), len(robot.calls)) == (["failed", "doubtful"], 1)


def test_an_answer_that_drips_is_cut_off(robot: Automation, ayu: Actor) -> None:
    slug = make_runbook(call(robot.address("/slow"), seconds=1))
    robot.answering.clear()
    run = start_run(slug, BY_HAND, by=ayu)
    work()
    assert states(run.id) == ["failed", "failed"]


def test_our_own_network_is_not_called_unless_it_is_meant(robot: Automation, ayu: Actor, settings: Any) -> None:
    settings.CALL_PRIVATE_ADDRESSES = False
    run = start_run(make_runbook(call(robot.address("/a"), retries=3)), BY_HAND, by=ayu)
    work()
    assert (states(run.id), robot.calls) == (["failed", "failed"], [])
    assert "127.0.0.1" in str(seen(run.id).steps[0].why)


def test_a_cancelled_run_calls_nothing_more(robot: Automation, ayu: Actor) -> None:
    slug = make_runbook(call(robot.address("/a")), told())
    run = start_run(slug, BY_HAND, by=ayu)
    move_run(run.id, "cancel", by=ayu, reason="It is over")
    assert (work(), states(run.id)) == (0, ["cancelled", "skipped", "skipped"])


def test_a_rule_begins_one_run_an_episode_and_so_many_an_hour() -> None:
    slug = make_runbook(told(), hourly=2)
    again = [start_run(slug, DISK, by=SYSTEM) for _ in range(2)]
    assert (again[0].fresh, again[1].fresh, again[0].id) == (True, False, again[1].id)
    next_episode = Occasion({}, alert_id=7, episode=2, rule_name="Disks")
    assert start_run(slug, next_episode, by=SYSTEM).fresh
    third = Occasion({}, alert_id=8, episode=1, rule_name="Disks")
    with pytest.raises(MoveRefused):
        start_run(slug, third, by=SYSTEM)
    with clock.frozen(clock.now() + timedelta(hours=1, minutes=1)):
        assert start_run(slug, third, by=SYSTEM).fresh


def test_a_run_needs_the_labels_that_its_calls_ask_for(robot: Automation, ayu: Actor) -> None:
    slug = make_runbook(call(robot.address("/{{ host }}/{{ mount }}")))
    with pytest.raises(MoveRefused) as refused:
        start_run(slug, Occasion({"host": "a"}), by=ayu)
    assert "mount" in str(refused.value.sentence)
    assert not Run.objects.exists()


def test_one_that_is_switched_off_is_not_run(ayu: Actor) -> None:
    slug = make_runbook(enabled=False)
    with pytest.raises(MoveRefused):
        start_run(slug, BY_HAND, by=ayu)
    with pytest.raises(NotFound):
        start_run("tidak-ada", BY_HAND, by=ayu)


def test_the_incident_tells_of_it(ayu: Actor, budi: Actor) -> None:
    make_estate()
    record = report(by=ayu, title="Disk full", impact=2, urgency=2)
    slug = make_runbook(told(changes=True))
    run = start_run(slug, Occasion(record_id=record.id), by=ayu)
    move_run(run.id, "refuse", by=budi, reason="Not now")
    told_there = [e for e in list_entries(SYSTEM, record.id) if e.verb == "runbook"]
    assert [(e.actor_name, e.public) for e in told_there] == [("Ayu", False), ("Selaras", False), ("Budi", False)]
    assert [row.id for row in list_runs_of_record(ayu, record.id)] == [run.id]


def test_a_customer_sees_and_starts_nothing(ayu: Actor) -> None:
    slug = make_runbook()
    run = start_run(slug, BY_HAND, by=ayu)
    customer = make_person(make_organisation(), Role.DECISION_MAKER)
    for attempt in (
        lambda: list_runs(customer),
        lambda: get_run(customer, run.id),
        lambda: start_run(slug, BY_HAND, by=customer),
        lambda: move_run(run.id, "cancel", by=customer, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_list_pages_by_key_and_narrows(ayu: Actor, django_assert_num_queries: Any) -> None:
    one, two = make_runbook(slug="satu"), make_runbook(slug="dua")
    for slug in (one, two, one):
        start_run(slug, BY_HAND, by=ayu)
    page = list_runs(ayu, limit=2)
    assert page.next is not None
    rest = list_runs(ayu, limit=2, after=page.next)
    assert [row.runbook_slug for row in (*page.rows, *rest.rows)] == [one, two, one]
    assert len(list_runs(ayu, runbook=one, state="running").rows) == 2
    with django_assert_num_queries(1):
        list_runs(ayu)


def test_nobody_rewrites_what_happened(ayu: Actor) -> None:
    run = start_run(make_runbook(), BY_HAND, by=ayu)
    with pytest.raises(DatabaseError), transaction.atomic():
        RunEntry.objects.filter(run=run.id).update(verb="approve")
    with pytest.raises(DatabaseError), transaction.atomic():
        Run.objects.filter(pk=run.id).update(state="refused")


def test_what_nobody_has_in_hand_is_settled(robot: Automation, ayu: Actor) -> None:
    assert settle_cut_off() == 0
