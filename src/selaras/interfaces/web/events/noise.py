"""How much of what comes in is worth a person's while, by source, rule and service."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.queries.noise import get_noise
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock

_RANGES = {"1": _("Day"), "7": _("Week"), "31": _("Month")}
_PARTS = (("source", _("Source")), ("rule", _("Rule")), ("service", _("Service")))


@page(permission="events.view")
def noise(request: PageRequest) -> HttpResponse:
    """One page for a day, a week or a month."""
    given = request.GET.get("days", "7")
    days = given if given in _RANGES else "7"
    found = get_noise(request.actor, since=clock.now() - timedelta(days=int(days)))
    parts = [
        (kind, word, [(row, found.names[kind].get(row.id or 0, "")) for row in found.by[kind]]) for kind, word in _PARTS
    ]
    context = {"area": "noise", "noise": found, "parts": parts, "ranges": _RANGES.items(), "days": days}
    return render(request, "events/noise.html", context)
