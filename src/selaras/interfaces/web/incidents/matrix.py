"""The priority matrix of each organisation: how impact and urgency weigh there."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.incidents.actions.classify import set_matrix
from selaras.domains.incidents.contracts import LEVEL_WORDS
from selaras.domains.incidents.queries import get_default_matrix, get_matrix
from selaras.domains.people.queries import list_organisations
from selaras.domains.records.contracts import PRIORITIES
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import NotFound, Stale

Cells = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the table: what it says, and what it says by default."""

    name: str
    words: str
    now: int
    usual: int


@page(permission="incidents.models", methods=("GET", "POST"))
def matrix(request: PageRequest) -> HttpResponseBase:
    """The matrix of one organisation, and the choice of another."""
    rows = list_organisations(request.actor)
    asked = request.POST.get("organisation") or request.GET.get("organisation") or rows[0].slug
    organisation = next((row for row in rows if row.slug == asked), None)
    if organisation is None:
        raise NotFound(asked[:80])
    context: dict[str, Any] = {"area": "matrix", "organisations": rows, "organisation": organisation}
    if request.method != "POST":
        return _table(request, context, get_matrix(organisation.id))
    seen, wanted = _read(request, "seen"), _read(request, "cell")
    try:
        set_matrix(organisation.id, by=request.actor, cells=wanted, seen=seen)
    except Stale as stale:
        # Sent once more, it is meant: the form now holds what somebody else has set.
        return _table(request, {**context, "late": spoken(stale.sentence)}, wanted, seen=get_matrix(organisation.id))
    messages.success(request, _("Kept. New incidents get their priority by it."))
    return HttpResponseRedirect(f"{reverse('web:incidents:matrix')}?organisation={organisation.slug}")


def _read(request: PageRequest, name: str) -> Cells:
    """The nine fields as they were sent; one that is no priority becomes 0, which the action refuses."""
    cells: Cells = {}
    for impact, urgency in get_default_matrix():
        told = request.POST.get(f"{name}-{impact}-{urgency}", "")
        cells[impact, urgency] = int(told) if told in {str(level) for level in PRIORITIES} else 0
    return cells


def _table(request: PageRequest, context: dict[str, Any], shown: Cells, *, seen: Cells | None = None) -> HttpResponse:
    words = {level: spoken(word) for level, word in LEVEL_WORDS.items()}
    usual = get_default_matrix()

    def cell(impact: int, urgency: int) -> Cell:
        both = _("Impact %(impact)s, urgency %(urgency)s") % {"impact": words[impact], "urgency": words[urgency]}
        return Cell(f"{impact}-{urgency}", both, shown[impact, urgency], usual[impact, urgency])

    table = [(words[impact], [cell(impact, urgency) for urgency in words]) for impact in words]
    known = [(f"seen-{impact}-{urgency}", level) for (impact, urgency), level in (seen or shown).items()]
    more = {"table": table, "heads": list(words.values()), "seen": known, "priorities": PRIORITIES}
    return render(request, "incidents/matrix.html", {**context, **more}, status=409 if seen else 200)
