"""Take the prepared steps of a model onto an incident, and settle them one by one."""

from django.db import transaction

from selaras.domains.incidents.actions._incident import act, load
from selaras.domains.incidents.contracts import ModelRow, StepOutcome
from selaras.domains.incidents.models import Incident, IncidentStep
from selaras.domains.incidents.queries.models import get_model
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.entries import check_body, write_entry
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotFound
from selaras.kernel.sentences import say


@transaction.atomic
def apply_model(record_id: int, *, by: Actor, model_id: int | None, seen: int | None = None) -> None:
    """Put a model's steps on an incident, in place of those of another that nobody has begun with.

    Only the steps: title, impact and urgency are what people have said of this one. Raises Invalid, MoveRefused.
    """
    record, incident = load(record_id, by=by, permission="incidents.work", seen=seen)
    act(record, incident, "apply_model", by=by, facts={"model_id": model_id})
    model = find_model(by, model_id)
    incident.steps.all().delete()
    take_steps(record_id, model)
    names = {"name_id": model.name_id, "name_en": model.name_en, "steps": len(model.draft.steps)}
    write_entry(record, by=by, verb="model_applied", public=False, data=names)


def find_model(by: Actor, model_id: int | None) -> ModelRow:
    """The model a person names. Raises Invalid where there is none, or it is put aside."""
    try:
        model = get_model(by, model_id or 0)
    except NotFound:
        raise Invalid({"model_id": say("There is no such model.")}) from None
    if not model.draft.active:
        raise Invalid({"model_id": say("This model is put aside.")})
    return model


def take_steps(record_id: int, model: ModelRow) -> None:
    """Copy the steps: the list of an incident stays what it was when the model is rewritten."""
    Incident.objects.filter(pk=record_id).update(model_id=model.id)
    IncidentStep.objects.bulk_create(
        IncidentStep(
            incident_id=record_id, position=n, text_id=step.text_id, text_en=step.text_en, required=step.required
        )
        for n, step in enumerate(model.draft.steps, 1)
    )


@transaction.atomic
def settle_step(record_id: int, step_id: int, *, by: Actor, outcome: StepOutcome, note: str = "") -> None:
    """Tick a step, say why it is not needed, or open it again; who and when is kept.

    Raises Invalid naming `note`, NotFound, and MoveRefused where somebody else was faster.
    """
    record, incident = load(record_id, by=by, permission="incidents.work")
    act(record, incident, "settle_step", by=by, facts={"step_id": step_id})
    step = IncidentStep.objects.select_related("by").filter(pk=step_id, incident_id=record_id).first()
    if step is None:
        raise NotFound(str(step_id))
    check_body(note)
    if outcome == StepOutcome.NOT_NEEDED and not note.strip():
        raise Invalid({"note": say("Say why it is not needed.")})
    if step.outcome != StepOutcome.OPEN and outcome != StepOutcome.OPEN:
        who = step.by.name if step.by else "Selaras"
        raise MoveRefused(say("%(who)s has settled this step already.", who=who), field="outcome")
    opened = outcome == StepOutcome.OPEN
    step.outcome, step.note = outcome, "" if opened else note.strip()
    step.by_id, step.at = (None, None) if opened else (by.id, clock.now())
    step.save(update_fields=["outcome", "note", "by", "at"])
    told = {"text_id": step.text_id, "text_en": step.text_en}
    write_entry(record, by=by, verb=f"step.{outcome}", public=False, body=note.strip(), data=told)
