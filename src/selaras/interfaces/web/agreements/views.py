"""Agreements, their calendars, and why a clock shows what it shows."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.agreements.contracts import KIND_WORDS, METRIC_WORDS, OUTCOME_WORDS, OWNER_WORDS
from selaras.domains.agreements.queries.agreements import get_agreement, list_agreements, offers_of
from selaras.domains.agreements.queries.clocks import get_clock_explanation
from selaras.domains.people.queries import may
from selaras.domains.records.queries import get_record, get_ref
from selaras.interfaces.web.agreements.drawing import clock_line
from selaras.interfaces.web.shell.moving import buttons
from selaras.interfaces.web.shell.page import PageRequest, page

_WORDS = {"kinds": KIND_WORDS, "metrics": METRIC_WORDS, "outcomes": OUTCOME_WORDS, "owners": OWNER_WORDS}


@page(permission="agreements.view")
def agreements(request: PageRequest) -> HttpResponse:
    """Every agreement this person may read, in force first."""
    rows = sorted(list_agreements(request.actor), key=lambda row: (row.state != "active", row.organisation_name))
    return render(request, "agreements/list.html", {"area": "agreements", "agreements": rows, **_WORDS})


@page(permission="agreements.view")
def agreement(request: PageRequest, agreement_id: int) -> HttpResponse:
    """One agreement: what is promised, in which hours, and what both sides owe."""
    detail = get_agreement(request.actor, agreement_id)
    keeps = may(request.actor, "agreements.edit")
    context = {
        "area": "agreements",
        "detail": detail,
        "row": detail.row,
        "keeps": keeps,
        "moves": buttons(offers_of(request.actor, detail.row)) if keeps else [],
        "base": reverse("web:agreements:move", args=[agreement_id, "x"])[:-1],
        **_WORDS,
    }
    return render(request, "agreements/agreement.html", context)


@page(permission="records.view")
def clock(request: PageRequest, clock_id: int) -> HttpResponse:
    """A clock that explains itself: its segments on a line, and the rule in words."""
    explained = get_clock_explanation(request.actor, clock_id)
    ref = get_ref(explained.clock.record_id)
    context = {
        "area": "queue",
        "explained": explained,
        "clock": explained.clock,
        "line": clock_line(explained),
        "card": get_record(request.actor, ref.number),
        **_WORDS,
    }
    return render(request, "agreements/clock.html", context)
