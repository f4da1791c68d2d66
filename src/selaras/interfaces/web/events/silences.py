"""Silences: what is silenced now, soon and was, and the end of one before its time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.silences import expire_silence
from selaras.domains.events.contracts.silences import ACTIVE, SILENCE_WORDS
from selaras.domains.events.queries.silences import list_silences
from selaras.domains.people.queries import list_organisations
from selaras.interfaces.web.shell.page import PageRequest, page


@page(permission="events.view")
def silences(request: PageRequest) -> HttpResponse:
    """The list: active ones unless the address says otherwise."""
    asked = request.GET.get("state", "")
    state = asked if asked in SILENCE_WORDS else ACTIVE
    context = {
        "area": "silences",
        "silences": list_silences(request.actor, state),
        "state_now": state,
        "states": SILENCE_WORDS,
        "names": {row.id: row.name for row in list_organisations(request.actor)},
    }
    return render(request, "events/silences.html", context)


@page(permission="events.respond", methods=("POST",))
def expire(request: PageRequest, silence_id: UUID) -> HttpResponseBase:
    """End it now."""
    expire_silence(str(silence_id), by=request.actor)
    messages.success(request, _("The silence has ended. What still fires is assessed again."))
    return HttpResponseRedirect(reverse("web:events:silence", args=[silence_id]))
