"""Search: a page of results, and the few that the palette shows while one types."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.records.contracts import RecordRow
from selaras.domains.records.queries import search_records
from selaras.interfaces.web.shell.page import PageRequest, page

_SUGGESTED = 8
_FOUND = 50
_LONGEST = 200  # characters


def _find(request: PageRequest, limit: int) -> tuple[str, list[RecordRow]]:
    text = request.GET.get("q", "")[:_LONGEST].replace("\x00", " ").strip()
    return text, search_records(request.actor, text, limit=limit) if text else []


@page(permission="records.view")
def results(request: PageRequest) -> HttpResponseBase:
    """All that fits; a number that is whole opens its record at once."""
    text, rows = _find(request, _FOUND)
    if len(rows) == 1 and rows[0].number == text.upper():
        return HttpResponseRedirect(reverse("web:records:record", args=[rows[0].number]))
    return render(request, "shell/search.html", {"area": "search", "search_text": text, "rows": rows})


@page(permission="records.view")
def suggest(request: PageRequest) -> HttpResponse:
    """The palette's part: options of a listbox."""
    _text, rows = _find(request, _SUGGESTED)
    return render(request, "shell/parts/suggestions.html", {"rows": rows})
