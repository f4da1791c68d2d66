"""Report an incident: the desk for somebody, a customer's person for themselves."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.contracts import Source
from selaras.domains.people.queries import may
from selaras.interfaces.web.incidents.forms import NewIncident
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import NotAllowed, Refusal


@page(permission="incidents.report", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """The form, and what it sends."""
    if request.method != "POST":
        known = {name: request.GET[name] for name in ("service_id", "organisation_id", "title") if name in request.GET}
        return _form(request, NewIncident(actor=request.actor, initial=known))
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


def _form(request: PageRequest, form: NewIncident, status: int = 200) -> HttpResponse:
    return render(request, "incidents/new.html", {"form": form, "area": "new"}, status=status)
