"""Incident models: suggested by a title, taken along or applied later, and settled step by step."""

from dataclasses import replace

import pytest

from selaras.domains.incidents.actions.keep_model import keep_model
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.actions.steps import settle_step
from selaras.domains.incidents.contracts import ModelDraft, NewStep, StepOutcome
from selaras.domains.incidents.queries import get_incident
from selaras.domains.incidents.queries.models import get_model, list_steps, suggest_models
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.records.queries import list_entries
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from tests.estate import Estate, make_estate
from tests.factories import make_person

pytestmark = pytest.mark.django_db
SOLVED = {"cause": "Sandi kedaluwarsa", "solution": "Disetel ulang"}
STEPS = (
    NewStep("Pastikan identitas", "Check identity"),
    NewStep("Setel ulang", "Reset"),
    NewStep("Tips", "Hint", False),
)
DRAFT = ModelDraft("Lupa sandi", "Forgotten password", "sandi, password, login", "Lupa sandi", 3, 2, steps=STEPS)


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


@pytest.fixture
def admin(estate: Estate) -> Actor:
    return make_person(estate.provider, Role.ADMINISTRATOR)


def test_a_title_suggests_the_likeliest(estate: Estate, admin: Actor) -> None:
    known = keep_model(DRAFT, by=admin)
    keep_model(ModelDraft("Pencetak", "Printer", "cetak, printer"), by=admin)
    assert [row.id for row in suggest_models(estate.agent, "Tidak bisa LOGIN, sandinya salah")] == [known]
    assert suggest_models(estate.agent, "Layar gelap") == []


def test_reported_by_a_model_it_brings_steps_levels_and_team(estate: Estate, admin: Actor) -> None:
    model = keep_model(replace(DRAFT, team_id=estate.team, service_id=estate.service), by=admin)
    ref = report(by=estate.agent, model_id=model, organisation_id=estate.customer)
    detail = get_incident(estate.agent, ref.number)
    assert (detail.card.title, detail.impact, detail.urgency, detail.card.team_id) == ("Lupa sandi", 3, 2, estate.team)
    assert detail.card.service_id == estate.service
    assert [step.text_en for step in list_steps(estate.agent, ref.number)] == ["Check identity", "Reset", "Hint"]
    with pytest.raises(NotAllowed):
        report(by=make_person(estate.customer), title="x", model_id=model)


def test_open_required_steps_keep_it_from_being_resolved_and_are_named(estate: Estate, admin: Actor) -> None:
    ref = report(by=estate.agent, model_id=keep_model(DRAFT, by=admin), organisation_id=estate.customer)
    one, two, hint = list_steps(estate.agent, ref.number)
    with pytest.raises(MoveRefused) as refused:
        perform(ref.id, "resolve", by=estate.agent, given=SOLVED)
    assert "Check identity; Reset" in str(refused.value.sentence)
    offer = next(o for o in get_incident(estate.agent, ref.number).offers if o.verb == "resolve")
    assert "Check identity" in str(offer.refused)
    settle_step(ref.id, one.id, by=estate.agent, outcome=StepOutcome.DONE, note="KTP")
    with pytest.raises(Invalid) as missing:
        settle_step(ref.id, two.id, by=estate.agent, outcome=StepOutcome.NOT_NEEDED, note=" ")
    assert missing.value.field == "note"
    settle_step(ref.id, two.id, by=estate.agent, outcome=StepOutcome.NOT_NEEDED, note="Sudah ingat")
    perform(ref.id, "resolve", by=estate.agent, given=SOLVED)
    settled = {step.id: (step.outcome, step.note, step.by_name) for step in list_steps(estate.agent, ref.number)}
    assert settled[one.id] == ("done", "KTP", estate.agent.name)
    assert settled[two.id] == ("not_needed", "Sudah ingat", estate.agent.name)
    assert settled[hint.id][0] == "open"
    with pytest.raises(MoveRefused):
        settle_step(ref.id, hint.id, by=estate.agent, outcome=StepOutcome.DONE)


def test_the_second_who_ticks_is_told_and_a_tick_can_be_taken_back(estate: Estate, admin: Actor) -> None:
    ref = report(by=estate.agent, model_id=keep_model(DRAFT, by=admin), organisation_id=estate.customer)
    step = list_steps(estate.agent, ref.number)[0]
    settle_step(ref.id, step.id, by=estate.agent, outcome=StepOutcome.DONE)
    with pytest.raises(MoveRefused, match=estate.agent.name):
        settle_step(ref.id, step.id, by=admin, outcome=StepOutcome.DONE)
    settle_step(ref.id, step.id, by=admin, outcome=StepOutcome.OPEN)
    assert list_steps(estate.agent, ref.number)[0].at is None
    other = report(by=estate.agent, title="Lain", organisation_id=estate.customer)
    with pytest.raises(NotFound):
        settle_step(other.id, step.id, by=estate.agent, outcome=StepOutcome.DONE)


def test_a_model_is_applied_later_and_not_over_steps_already_begun(estate: Estate, admin: Actor) -> None:
    first, second = keep_model(DRAFT, by=admin), keep_model(ModelDraft("Lain", "Other"), by=admin)
    ref = report(by=estate.agent, title="Sandi", organisation_id=estate.customer)
    perform(ref.id, "apply_model", by=estate.agent, given={"model_id": first})
    assert len(list_steps(estate.agent, ref.number)) == 3
    keep_model(replace(DRAFT, steps=()), by=admin, model_id=first)
    assert len(list_steps(estate.agent, ref.number)) == 3  # an incident keeps the list it has
    perform(ref.id, "apply_model", by=estate.agent, given={"model_id": second})
    assert list_steps(estate.agent, ref.number) == []
    keep_model(DRAFT, by=admin, model_id=first)
    perform(ref.id, "apply_model", by=estate.agent, given={"model_id": first})
    step = list_steps(estate.agent, ref.number)[0]
    settle_step(ref.id, step.id, by=estate.agent, outcome=StepOutcome.DONE)
    with pytest.raises(MoveRefused):
        perform(ref.id, "apply_model", by=estate.agent, given={"model_id": second})
    assert {"model_applied", "step.done"} <= {entry.verb for entry in list_entries(estate.agent, ref.id)}
    requester = make_person(estate.customer, Role.DECISION_MAKER)
    assert "step.done" not in {entry.verb for entry in list_entries(requester, ref.id)}


def test_a_child_with_open_steps_is_named_and_left_when_its_parent_is_resolved(estate: Estate, admin: Actor) -> None:
    parent = report(by=estate.agent, title="Induk", organisation_id=estate.customer)
    child = report(by=estate.agent, model_id=keep_model(DRAFT, by=admin), organisation_id=estate.customer)
    perform(child.id, "put_under", by=estate.agent, given={"parent": parent.number})
    perform(parent.id, "resolve", by=estate.agent, given=SOLVED)
    assert get_incident(estate.agent, parent.number).card.state == "resolved"
    assert get_incident(estate.agent, child.number).card.state == "reported"
    told = list_entries(estate.agent, parent.id)[-1]
    assert told.data["done"] == []
    assert told.data["left"][0]["number"] == child.number
    assert "Check identity" in str(told.data["left"][0]["sentence"])


def test_models_are_written_by_those_who_may_and_bad_ones_name_their_fields(estate: Estate, admin: Actor) -> None:
    with pytest.raises(NotAllowed):
        keep_model(DRAFT, by=estate.agent)
    wrong = ModelDraft("", "x", service_id=10**9, steps=(NewStep("Hanya satu bahasa", ""),))
    with pytest.raises(Invalid) as refused:
        keep_model(wrong, by=admin)
    assert set(refused.value.fields) == {"name_id", "service_id", "steps"}
    model = keep_model(DRAFT, by=admin)
    seen = get_model(admin, model).version
    keep_model(DRAFT, by=admin, model_id=model, seen=seen)
    with pytest.raises(Stale):
        keep_model(DRAFT, by=admin, model_id=model, seen=seen)
