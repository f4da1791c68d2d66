"""How much of what comes in is worth a person's while, by source, rule and service."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.queries.noise import get_noise
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.services.queries import list_services
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named

_RANGES = {"1": _("Day"), "7": _("Week"), "31": _("Month")}
_PARTS = (("source", _("Source")), ("rule", _("Rule")), ("service", _("Service")))


@page(permission="events.view")
def noise(request: PageRequest) -> HttpResponse:
    """One page for a day, a week or a month."""
    given = request.GET.get("days", "7")
    days = given if given in _RANGES else "7"
    found = get_noise(request.actor, days=int(days))
    named_by = {"source": _source, "rule": _rules(request.actor), "service": _services(request.actor)}
    parts = [
        (
            word,
            [
                (row, _behind(kind, row.id, days), *named_by[kind](row.id, found.names[kind].get(row.id or 0, "")))
                for row in found.by[kind]
            ],
        )
        for kind, word in _PARTS
    ]
    context = {"area": "noise", "noise": found, "parts": parts, "ranges": _RANGES.items(), "days": days}
    return render(request, "events/noise.html", context)


Named = tuple[str, str]
"""What a row is called, and the address behind it ("": none)."""


def _behind(kind: str, row_id: int | None, days: str) -> str:
    """The address of the alerts that a row counts; empty for those of none."""
    asked = urlencode({kind: row_id, "state": "all", "days": days})
    return f"{reverse('web:events:alerts')}?{asked}" if row_id else ""


def _source(source_id: int | None, name: str) -> Named:
    return name, ""


def _rules(actor: Actor) -> Callable[[int | None, str], Named]:
    """With an address for those who may read it there."""
    reads = may(actor, "events.rules")
    return lambda rule_id, name: (name, reverse("web:events:rule", args=[rule_id]) if rule_id and reads else "")


def _services(actor: Actor) -> Callable[[int | None, str], Named]:
    """In the reader's language."""
    known = {row.id: row for row in list_services(actor)}

    def service(service_id: int | None, slug: str) -> Named:
        row = known.get(service_id or 0)
        return (named(row), reverse("web:services:service", args=[row.slug])) if row else (slug, "")

    return service
