"""Around a record: being told of it, being there, and its files."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from selaras.domains.incidents.queries.family import suggest_parents
from selaras.domains.records.actions.watch import be_present
from selaras.domains.records.actions.watch import watch as set_watch
from selaras.domains.records.queries import get_attachment, get_record, list_presence
from selaras.interfaces.web.shell.page import PageRequest, page


@page(permission="records.view", methods=("POST",))
def watch(request: PageRequest, number: str) -> HttpResponseBase:
    """Be told what happens to it, or no more."""
    on = request.POST.get("on") == "1"
    set_watch(get_record(request.actor, number).id, by=request.actor, on=on)
    messages.success(request, _("You will be told what happens to it.") if on else _("You are no longer told of it."))
    return HttpResponseRedirect(reverse("web:records:record", args=[number]))


@page(permission="incidents.work")
def parents(request: PageRequest, number: str) -> HttpResponse:
    """What a person typing the number of a parent may mean, as options of the field."""
    text = request.GET.get("parent", "")[:200].replace("\x00", " ")
    rows = suggest_parents(request.actor, get_record(request.actor, number).number, text)
    return render(request, "incidents/parts/options.html", {"rows": rows})


@page(permission="records.queue", methods=("POST",))
def presence(request: PageRequest, number: str) -> HttpResponseBase:
    """Say that one is here; the answer says who else is."""
    card = get_record(request.actor, number)
    be_present(card.id, by=request.actor, typing=bool(request.POST.get("typing")))
    return render(request, "incidents/parts/presence.html", {"people": list_presence(request.actor, card.id)})


@page(permission="records.view")
def download(request: PageRequest, number: str, attachment_id: int) -> HttpResponseBase:
    """A file, always as a download: what somebody else uploaded is never shown as a page of ours."""
    row, content = get_attachment(request.actor, attachment_id)
    response = HttpResponse(content, content_type="application/octet-stream")
    disposition = content_disposition_header(as_attachment=True, filename=row.filename)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
