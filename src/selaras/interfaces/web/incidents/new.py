"""Report an incident: the desk for somebody, a customer's person for themselves."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.contracts import Source
from selaras.domains.incidents.queries.models import get_model, suggest_models
from selaras.domains.people.queries import may
from selaras.interfaces.web.incidents.forms import NewIncident
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import NotAllowed, Refusal
from selaras.kernel.text import whole_number


@page(permission="incidents.report", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """The form, and what it sends."""
    if request.method != "POST":
        return _form(request, NewIncident(actor=request.actor, initial=_known(request)))
    form = NewIncident(request.POST, actor=request.actor)
    if form.is_valid():
        given = dict(form.cleaned_data)
        if not may(request.actor, "records.queue"):
            given["organisation_id"] = request.actor.organisation_id
        source = Source.PHONE if may(request.actor, "records.for_others") else Source.PORTAL
        try:
            ref = report(by=request.actor, source=source, **given)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("%(number)s is open.") % {"number": ref.number})
            return HttpResponseRedirect(reverse("web:records:record", args=[ref.number]))
    return _form(request, form, status=422)


@page(permission="incidents.work")
def suggest(request: PageRequest) -> HttpResponse:
    """The models that a title being typed suggests, each a link that fills the form from it."""
    title = request.GET.get("title", "")[:300].replace("\x00", " ")
    rows = suggest_models(request.actor, title)
    return render(request, "incidents/parts/likely.html", {"likely": rows, "typed": title})


def _known(request: PageRequest) -> dict[str, Any]:
    """What the address says of the new incident; of a model, what one of its kind is opened with."""
    names = ("service_id", "organisation_id", "title", "model_id")
    known: dict[str, Any] = {name: request.GET[name] for name in names if request.GET.get(name)}
    model_id = whole_number(str(known.get("model_id", "")))
    if model_id is not None and may(request.actor, "incidents.work"):
        draft = get_model(request.actor, model_id).draft
        prepared = {"title": draft.title, "service_id": draft.service_id}
        known = {**{name: value for name, value in prepared.items() if value}, **known}
        known |= {"impact": draft.impact, "urgency": draft.urgency}
    return known


def _form(request: PageRequest, form: NewIncident, status: int = 200) -> HttpResponse:
    return render(request, "incidents/new.html", {"form": form, "area": "new"}, status=status)
