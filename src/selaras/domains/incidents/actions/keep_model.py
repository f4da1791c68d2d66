"""Write an incident model: a new one, or an old one anew."""

from dataclasses import asdict

from django.db import transaction

from selaras.domains.incidents.actions.classify import check_levels
from selaras.domains.incidents.contracts import ModelDraft
from selaras.domains.incidents.models import IncidentModel, ModelStep
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_team_name, require
from selaras.domains.services.queries import list_services
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.sentences import Sentence, say

_MOST_STEPS = 50
_LONGEST = {"name_id": 200, "name_en": 200, "words": 500, "title": 300, "steps": 500}  # characters


@transaction.atomic
def keep_model(draft: ModelDraft, *, by: Actor, model_id: int | None = None, seen: int | None = None) -> int:
    """Write a model and its steps; returns its id. Incidents that have steps already keep those.

    `seen` is the version it was read at. Raises Invalid naming the fields, Stale, NotFound.
    """
    require(by, "incidents.models")
    _check(draft, by)
    row = IncidentModel.objects.select_for_update().filter(pk=model_id).first() if model_id else IncidentModel()
    if row is None:
        raise NotFound(str(model_id))
    if seen is not None and seen != row.version:
        raise Stale()
    for name, value in asdict(draft).items():
        if name != "steps":
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.version += 1
    row.save()
    row.steps.all().delete()
    ModelStep.objects.bulk_create(
        ModelStep(model=row, position=n, text_id=step.text_id, text_en=step.text_en, required=step.required)
        for n, step in enumerate(draft.steps, 1)
    )
    return row.pk


def _check(draft: ModelDraft, by: Actor) -> None:
    wrong: dict[str, Sentence] = {}
    for name in ("name_id", "name_en"):
        if not getattr(draft, name).strip():
            wrong[name] = say("Name it in both languages.")
    texts = {name: getattr(draft, name) for name in ("name_id", "name_en", "words", "title")}
    texts["steps"] = max((text for step in draft.steps for text in (step.text_id, step.text_en)), key=len, default="")
    for name, text in texts.items():
        if len(text) > _LONGEST[name]:
            wrong[name] = say(
                "This is too long: %(length)s characters of %(most)s.", length=len(text), most=_LONGEST[name]
            )
    if any("\x00" in text for text in (*texts.values(), *(s.text_id + s.text_en for s in draft.steps))):
        wrong["name_id"] = say("This holds a character that cannot be kept (NUL).")
    if not all(step.text_id.strip() and step.text_en.strip() for step in draft.steps):
        wrong["steps"] = say("Write each step in both languages.")
    if len(draft.steps) > _MOST_STEPS:
        wrong["steps"] = say("A model has %(most)s steps at most.", most=_MOST_STEPS)
    if draft.service_id is not None and not list_services(by, ids=[draft.service_id]):
        wrong["service_id"] = say("There is no such service.")
    if wrong:
        raise Invalid(wrong)
    check_levels(draft.impact, draft.urgency)
    get_team_name(draft.team_id)
