"""Incident models and the steps they gave."""

from django.db.models import Prefetch

from selaras.domains.incidents.contracts import ModelDraft, ModelRow, NewStep, StepOutcome, StepRow
from selaras.domains.incidents.models import IncidentModel, IncidentStep, ModelStep
from selaras.domains.incidents.rules import likeness
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.queries import get_record
from selaras.kernel.errors import NotFound

_SUGGESTED = 3


def list_models(actor: Actor, *, active: bool | None = True) -> list[ModelRow]:
    """The models, by name; `active` None: those put aside too."""
    require(actor, "incidents.work")
    rows = IncidentModel.objects.order_by("name_id", "pk")
    rows = rows if active is None else rows.filter(active=active)
    steps = Prefetch("steps", queryset=ModelStep.objects.order_by("position"))
    return [_model(row) for row in rows.select_related("service", "team").prefetch_related(steps)]


def get_model(actor: Actor, model_id: int) -> ModelRow:
    """One model. Raises NotFound."""
    found = next((row for row in list_models(actor, active=None) if row.id == model_id), None)
    if found is None:
        raise NotFound(str(model_id))
    return found


def suggest_models(actor: Actor, title: str) -> list[ModelRow]:
    """The models whose words stand in a title, the likeliest first."""
    scored = [(likeness(row.draft.words, title), row) for row in list_models(actor)]
    return [row for score, row in sorted(scored, key=lambda pair: -pair[0]) if score][:_SUGGESTED]


def list_steps(actor: Actor, number: str) -> list[StepRow]:
    """The steps of an incident in their order: how it is worked on is the provider's own."""
    require(actor, "records.internal")
    rows = IncidentStep.objects.filter(incident_id=get_record(actor, number).id)
    return [
        StepRow(
            id=row.pk,
            text_id=row.text_id,
            text_en=row.text_en,
            required=row.required,
            outcome=StepOutcome(row.outcome),
            note=row.note,
            at=row.at,
            by_name=row.by.name if row.by else None,
        )
        for row in rows.select_related("by").order_by("position")
    ]


def open_required(record_id: int, language: str) -> tuple[str, ...]:
    """The required steps of an incident that nobody has settled, in words."""
    rows = IncidentStep.objects.filter(incident_id=record_id, required=True, outcome=StepOutcome.OPEN)
    return tuple(rows.order_by("position").values_list("text_en" if language == "en" else "text_id", flat=True))


def any_settled(record_id: int) -> bool:
    """Whether somebody has settled a step of an incident."""
    return IncidentStep.objects.filter(incident_id=record_id).exclude(outcome=StepOutcome.OPEN).exists()


def _model(row: IncidentModel) -> ModelRow:
    draft = ModelDraft(
        name_id=row.name_id,
        name_en=row.name_en,
        words=row.words,
        title=row.title,
        impact=row.impact,
        urgency=row.urgency,
        service_id=row.service_id,
        team_id=row.team_id,
        active=row.active,
        steps=tuple(NewStep(step.text_id, step.text_en, step.required) for step in row.steps.all()),
    )
    service, team = row.service, row.team
    return ModelRow(
        id=row.pk,
        name_id=row.name_id,
        name_en=row.name_en,
        version=row.version,
        draft=draft,
        service_name_id=service.name_id if service else "",
        service_name_en=service.name_en if service else "",
        team_name=team.name if team else "",
    )
