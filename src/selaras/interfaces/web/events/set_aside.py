"""Changes that could not be assessed: shown with what went wrong, and tried again on request."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.assess import retry_set_aside
from selaras.domains.events.queries.log import list_set_aside
from selaras.interfaces.web.shell.page import PageRequest, page


@page(permission="events.view")
def set_aside(request: PageRequest) -> HttpResponse:
    """Those that wait, oldest first."""
    return render(request, "events/set_aside.html", {"area": "alerts", "rows": list_set_aside(request.actor)})


@page(permission="events.respond", methods=("POST",))
def retry(request: PageRequest, set_aside_id: int) -> HttpResponseBase:
    """Assess one again."""
    if retry_set_aside(set_aside_id, by=request.actor):
        messages.success(request, _("Assessed."))
    else:
        messages.error(request, _("It failed again; the error stands beside it."))
    return HttpResponseRedirect(reverse("web:events:set_aside"))
