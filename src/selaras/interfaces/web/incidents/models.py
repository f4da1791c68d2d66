"""Incident models, as those who look after them edit them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selaras.domains.incidents.actions.keep_model import keep_model
from selaras.domains.incidents.contracts import ModelDraft, ModelRow, NewStep
from selaras.domains.incidents.queries.models import get_model, list_models
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams
from selaras.domains.services.queries import list_services
from selaras.interfaces.web.incidents.forms import levels
from selaras.interfaces.web.shell.choices import offer, pick
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.kernel.errors import NotAllowed, NotFound, Refusal, Stale

_EMPTY_STEPS = 3  # lines to write in, below those that are there


class ModelForm(forms.Form):
    """A model without its steps."""

    name_id = forms.CharField(label=gettext_lazy("Name in Indonesian"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200)
    words = forms.CharField(
        label=gettext_lazy("Words that suggest it"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Beginnings of words of a title, with commas between them: login, password, sandi."),
    )
    title = forms.CharField(label=gettext_lazy("Title of a new one"), max_length=300, required=False)
    impact = forms.TypedChoiceField(label=gettext_lazy("Impact"), coerce=int, choices=levels, initial=2)
    urgency = forms.TypedChoiceField(label=gettext_lazy("Urgency"), coerce=int, choices=levels, initial=2)
    service_id = pick(gettext_lazy("Service"))
    team_id = pick(gettext_lazy("Team"))
    active = forms.BooleanField(label=gettext_lazy("Offered to the desk"), required=False, initial=True)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = ((row.id, named(row)) for row in list_services(actor))
        offer(self, "service_id", services, _("None"))
        teams = ((row.id, row.name) for row in list_teams())
        offer(self, "team_id", teams, _("That of the service"))


class StepForm(forms.Form):
    """One step; emptied in both languages, it is taken away."""

    position = forms.IntegerField(label=gettext_lazy("Place"), min_value=1, max_value=999, required=False)
    text_id = forms.CharField(label=gettext_lazy("In Indonesian"), max_length=500, required=False)
    text_en = forms.CharField(label=gettext_lazy("In English"), max_length=500, required=False)
    required = forms.BooleanField(label=gettext_lazy("Required"), required=False)


Steps = forms.formset_factory(StepForm, extra=_EMPTY_STEPS, max_num=100, absolute_max=100)


@page(permission="incidents.models")
def models(request: PageRequest) -> HttpResponse:
    """Every model, those put aside too."""
    rows = list_models(request.actor, active=None)
    return render(request, "incidents/models.html", {"area": "models", "rows": rows})


@page(permission="incidents.models", methods=("GET", "POST"))
def model(request: PageRequest, model_id: int | None = None) -> HttpResponseBase:
    """One model with its steps: a new one, or one to be changed."""
    row = get_model(request.actor, model_id) if model_id else None
    if request.method != "POST":
        form = ModelForm(actor=request.actor, initial=_plain(row))
        return _form(request, row, form, Steps(initial=_numbered(row), prefix="step"))
    form, steps = ModelForm(request.POST, actor=request.actor), Steps(request.POST, prefix="step")
    if form.is_valid() and steps.is_valid():
        given = dict(form.cleaned_data)
        seen = given.pop("seen")
        try:
            draft = ModelDraft(**given, steps=_steps(steps))
            keep_model(draft, by=request.actor, model_id=model_id, seen=seen if row else None)
        except (NotAllowed, NotFound):
            raise
        except Stale as stale:
            # Sent once more, it is meant: the form now holds the version that is there.
            again = request.POST.copy()
            again["seen"] = str(get_model(request.actor, model_id or 0).version)
            form = ModelForm(again, actor=request.actor)
            refuse_into(form, stale)
            return _form(request, row, form, steps, status=409)
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("Kept. Incidents that have its steps already keep those."))
            return HttpResponseRedirect(reverse("web:incidents:models"))
    return _form(request, row, form, steps, status=422)


def _plain(row: ModelRow | None) -> dict[str, Any]:
    if row is None:
        return {}
    names = ("name_id", "name_en", "words", "title", "impact", "urgency", "service_id", "team_id", "active")
    return {**{name: getattr(row.draft, name) for name in names}, "seen": row.version}


def _numbered(row: ModelRow | None) -> list[dict[str, Any]]:
    steps = row.draft.steps if row else ()
    return [
        {"position": n, "text_id": step.text_id, "text_en": step.text_en, "required": step.required}
        for n, step in enumerate(steps, 1)
    ]


def _steps(given: Any) -> tuple[NewStep, ...]:
    """The steps that say something, by the place they were given; those without one come last, as they stand."""
    said = [data for data in given.cleaned_data if data.get("text_id") or data.get("text_en")]
    said.sort(key=lambda data: data.get("position") or 1000)
    return tuple(NewStep(data["text_id"], data["text_en"], data["required"]) for data in said)


def _form(request: PageRequest, row: ModelRow | None, form: ModelForm, steps: Any, status: int = 200) -> HttpResponse:
    context = {"area": "models", "row": row, "form": form, "steps": steps}
    return render(request, "incidents/model.html", context, status=status)
