"""The desk's queue: a dense list, its views, and the form that narrows it."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.incidents.queries.majors import list_majors
from selaras.domains.people.queries import list_organisations, list_teams, may
from selaras.domains.records.contracts import PRIORITIES, Kind, Sort, View
from selaras.domains.records.queries import count_views, list_records
from selaras.domains.services.queries import list_services
from selaras.interfaces.web.records import filters
from selaras.interfaces.web.records.views_column import view_words, views_column
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.vocabulary import states_of

ROWS = 50


@page(permission="records.view")
def queue(request: PageRequest) -> HttpResponseBase:
    """The queue of those who work it; a customer's people begin at their own page."""
    if not may(request.actor, "records.queue"):
        return HttpResponseRedirect(reverse("web:people:home"))
    asked = filters.read(request.GET, request.actor)
    found = list_records(request.actor, asked.wanted, after=asked.after, limit=ROWS)
    views = views_column(request.actor, count_views(request.actor), asked)
    context: dict[str, Any] = {
        "area": "queue",
        "view_now": True,
        "asked": asked,
        "page": found,
        "majors": list_majors(request.actor),
        "params": asked.params,
        "chips": filters.chips(asked, request.actor),
        "views": views,
        "kept": next((view for view in views if view.now and view.kept_id), None),
        "here": request.get_full_path(),
        "headline": view_words()[asked.view],
        "sorts": [(sort, asked.sorted_by(sort)) for sort in (Sort.DUE, Sort.PRIORITY, Sort.NEWEST)],
    }
    return render(request, "records/queue.html", context)


@page(permission="records.queue")
def narrow(request: PageRequest) -> HttpResponse:
    """The form that narrows the list: a part of the queue, or a page of its own without scripts."""
    asked = filters.read(request.GET, request.actor)
    context = {
        "area": "queue",
        "asked": asked,
        "wanted": asked.wanted,
        "views_": list(View),
        "priorities": PRIORITIES,
        "states": states_of(Kind.INCIDENT),
        "teams": list_teams(),
        "organisations": list_organisations(request.actor),
        "services": list_services(request.actor),
        "given": dict(asked.given),
    }
    template = "records/parts/narrow.html" if request.htmx else "records/narrow.html"
    return render(request, template, context)
