"""Runbooks are made and changed: sound, by those who may, with a history that holds no secret."""

import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from selaras.domains.operations.actions.runbooks import save_runbook
from selaras.domains.operations.contracts import KEPT, RunbookRow, StepRow
from selaras.domains.operations.models import Change, Step
from selaras.domains.operations.queries import get_runbook, list_runbook_changes, list_runbooks
from selaras.domains.people.contracts import Role
from selaras.kernel.errors import Invalid, NotAllowed, Stale
from selaras.kernel.sealing import unseal
from tests.domains.operations.build import call, make_runbook, told
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db

TOKEN = {"Authorization": "Bearer s3cret-token"}


def save(row: RunbookRow, *steps: StepRow, seen: int | None = None) -> None:
    save_runbook(
        by=SYSTEM, slug=row.slug, name=row.name, team_id=row.team_id, steps=steps, runbook_id=row.id, seen=seen
    )


def headers_of(slug: str) -> list[dict[str, str]]:
    rows = Step.objects.filter(runbook__slug=slug).order_by("position")
    return [json.loads(unseal(row.sealed)) if row.sealed else {} for row in rows]


def test_steps_are_kept_in_order_and_secrets_are_not_read_back() -> None:
    slug = make_runbook(told("First"), call("https://a.example/{{ host }}", headers=TOKEN))
    row = get_runbook(SYSTEM, slug)
    assert [step.title for step in row.steps] == ["First", "Look"]
    assert (row.steps[1].headers, row.needs) == ({"Authorization": KEPT}, ("host",))
    assert b"s3cret" not in bytes(Step.objects.get(position=2).sealed)
    assert headers_of(slug)[1] == TOKEN


def test_a_kept_secret_stays_with_its_step_wherever_it_moves() -> None:
    slug = make_runbook(told("First"), call("https://a.example/", headers=TOKEN))
    row = get_runbook(SYSTEM, slug)
    save(row, row.steps[1], row.steps[0])
    assert headers_of(slug) == [TOKEN, {}]
    again = get_runbook(SYSTEM, slug)
    assert [step.step_id for step in again.steps] == [row.steps[1].step_id, row.steps[0].step_id]


@pytest.mark.parametrize("url", ["https://b.example/", "http://a.example/", "https://a.example:8443/"])
def test_a_kept_secret_is_not_sent_elsewhere(url: str) -> None:
    slug = make_runbook(call("https://a.example/", headers=TOKEN))
    row = get_runbook(SYSTEM, slug)
    with pytest.raises(Invalid) as refused:
        save(row, replace(row.steps[0], url=url))
    assert "Authorization" in str(refused.value.sentence)
    assert get_runbook(SYSTEM, slug).steps[0].url == "https://a.example/"


def test_what_stands_in_an_address_by_name_is_kept_as_a_header_is() -> None:
    slug = make_runbook(call("https://a.example/{{ secret.key }}", secrets={"key": "s3cret-key"}))
    row = get_runbook(SYSTEM, slug)
    assert (row.steps[0].secrets, row.needs) == ({"key": KEPT}, ())
    stored = Step.objects.get()
    assert json.loads(unseal(stored.sealed_secrets)) == {"key": "s3cret-key"}
    save(row, replace(row.steps[0], title="Look again"))
    assert json.loads(unseal(Step.objects.get().sealed_secrets)) == {"key": "s3cret-key"}
    with pytest.raises(Invalid):
        save(row, replace(row.steps[0], url="https://b.example/{{ secret.key }}"))
    save(row, replace(row.steps[0], secrets={"key": "an0ther-s3cret"}))
    history = list_runbook_changes(SYSTEM, slug)
    assert [change.data["steps"]["to"][0]["secrets"] for change in history] == [["key"], ["key"]]
    assert "s3cret" not in json.dumps([change.data for change in history])


def test_nobody_takes_the_secret_of_another_runbook() -> None:
    make_runbook(call("https://a.example/", headers=TOKEN), slug="satu")
    other = get_runbook(SYSTEM, "satu").steps[0]
    with pytest.raises(Invalid):
        make_runbook(other, slug="dua")


def test_the_history_tells_what_changed_and_no_secret() -> None:
    slug = make_runbook(call("https://a.example/", headers=TOKEN))
    row = get_runbook(SYSTEM, slug)
    save(row, replace(row.steps[0], title="Look again", headers={"Authorization": "Bearer other-s3cret"}), seen=1)
    (change,) = list_runbook_changes(SYSTEM, slug)
    assert change.data["steps"]["to"][0]["title"] == "Look again"
    assert "s3cret" not in json.dumps(change.data)
    with pytest.raises(Stale):
        save(row, told(), seen=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Change.objects.all().delete()


def test_saving_the_same_counts_no_version() -> None:
    slug = make_runbook(call("https://a.example/", headers=TOKEN))
    row = get_runbook(SYSTEM, slug)
    save(row, *row.steps)
    assert get_runbook(SYSTEM, slug).version == 1


def test_the_field_at_fault_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        save_runbook(by=SYSTEM, slug="a b", name="", team_id=0, steps=[], policy_id=9, hourly=0, patience=0)
    assert set(refused.value.fields) == {"slug", "name", "team_id", "steps", "policy_id", "hourly", "patience"}
    make_runbook(slug="satu")
    with pytest.raises(Invalid):
        make_runbook(slug="satu")


def test_who_may_keep_and_who_may_see() -> None:
    provider = make_provider()
    agent = make_person(provider, Role.AGENT)
    operator = make_person(provider, Role.OPERATOR)
    customer = make_person(make_organisation(), Role.DECISION_MAKER)
    make_runbook(by=operator)
    with pytest.raises(NotAllowed):
        make_runbook(by=agent, slug="lain")
    assert [row.edited_by_name for row in list_runbooks(agent)] == [operator.name]
    with pytest.raises(NotAllowed):
        list_runbooks(customer)
