"""A requester's own records."""

from django.http import HttpResponse
from django.shortcuts import render

from selaras.domains.people.queries import may
from selaras.domains.records.contracts import RecordFilter, Sort
from selaras.domains.records.queries import list_records
from selaras.interfaces.web.shell.page import PageRequest, page


@page(permission="records.view")
def mine(request: PageRequest) -> HttpResponse:
    """What I asked for, newest first; a decision maker sees all of their organisation's."""
    actor = request.actor
    whole = may(actor, "customers.view") and not may(actor, "records.queue")
    wanted = RecordFilter(open=None, sort=Sort.NEWEST, requester_id=None if whole else actor.id)
    found = list_records(actor, wanted, after=request.GET.get("after") or None, limit=50)
    context = {"area": "mine", "page": found, "whole": whole, "params": ""}
    return render(request, "records/mine.html", context)
