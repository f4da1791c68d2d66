"""Where a customer's people begin: how their services are, what is open, what was promised and kept."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.people.queries import may
from selaras.domains.records.contracts import RecordFilter, Sort
from selaras.domains.records.queries import list_records
from selaras.interfaces.web.people.portfolio import portfolio_of
from selaras.interfaces.web.shell.page import PageRequest, page

_SHOWN = 10


@page(permission="services.view")
def home(request: PageRequest) -> HttpResponseBase:
    """A decision maker sees the whole organisation, a requester what is theirs."""
    actor = request.actor
    if may(actor, "records.queue"):
        return HttpResponseRedirect(reverse("web:records:queue"))
    if may(actor, "customers.view") and actor.organisation_id is not None:
        context = {"area": "home", "portfolio": portfolio_of(actor, actor.organisation_id), "own": True}
        return render(request, "people/home.html", context)
    return _requester(request)


def _requester(request: PageRequest) -> HttpResponse:
    wanted = RecordFilter(open=None, requester_id=request.actor.id, sort=Sort.NEWEST)
    rows = list_records(request.actor, wanted, limit=_SHOWN).rows
    context = {
        "area": "home",
        "to_confirm": [row for row in rows if row.state == "resolved"],
        "rows": [row for row in rows if row.state != "resolved"],
    }
    return render(request, "people/requester.html", context)
