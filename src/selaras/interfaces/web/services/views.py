"""Services and configuration items: what depends on what, and who uses it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.agreements.queries.agreements import list_agreements
from selaras.domains.people.queries import may
from selaras.domains.records.contracts import RecordFilter, Sort
from selaras.domains.records.queries import list_records
from selaras.domains.services import contracts
from selaras.domains.services.contracts import (
    CRITICALITY_WORDS,
    ENVIRONMENT_WORDS,
    ITEM_CLASS_WORDS,
    ItemClass,
    UseRow,
)
from selaras.domains.services.queries import (
    get_item,
    get_service,
    graph_around,
    impact_of,
    list_items,
    list_names,
    list_services,
    list_uses,
    offers_of,
)
from selaras.interfaces.web.services import dependencies
from selaras.interfaces.web.services.drawing import draw
from selaras.interfaces.web.shell.moving import buttons
from selaras.interfaces.web.shell.page import PageRequest, page

ROWS = 50
_OPEN = 10
_WORDS: dict[str, Any] = {
    "classes": ITEM_CLASS_WORDS,
    "environments": ENVIRONMENT_WORDS,
    "criticality": CRITICALITY_WORDS,
}


@page(permission="services.view")
def services(request: PageRequest) -> HttpResponse:
    """Every service this person may know of, with who uses it."""
    rows = list_services(request.actor)
    used: dict[int, list[UseRow]] = {}
    for use in list_uses(request.actor):
        used.setdefault(use.service_id, []).append(use)
    context = {"area": "services", "services": [(row, used.get(row.id, [])) for row in rows], **_WORDS}
    return render(request, "services/list.html", context)


@page(permission="services.view")
def service(request: PageRequest, slug: str) -> HttpResponse:
    """One service: its users, what it stands on, what is open on it."""
    actor = request.actor
    row = get_service(actor, slug)
    inside = may(actor, "items.view")
    around = graph_around(actor, contracts.service(row.id)) if inside else None
    context = {
        "area": "services",
        "service": row,
        "moves": buttons(offers_of(actor, row)) if may(actor, "services.move") else [],
        "base": reverse("web:services:move", args=[slug, "x"])[:-1],
        "uses": list_uses(actor, service_ids=[row.id]),
        "drawing": draw(around) if around else None,
        "around": around,
        **(dependencies.around(request, contracts.service(row.id), slug) if inside else {}),
        "agreements": list_agreements(actor, service_id=row.id) if may(actor, "agreements.view") else [],
        "open": list_records(actor, RecordFilter(service_id=row.id, sort=Sort.NEWEST), limit=_OPEN).rows,
        **_WORDS,
    }
    return render(request, "services/service.html", context)


@page(permission="items.view")
def items(request: PageRequest) -> HttpResponse:
    """Configuration items by name, narrowed by class and words."""
    asked = request.GET.get("class", "")
    item_class = ItemClass(asked) if asked in list(ItemClass) else None
    text = request.GET.get("q", "")[:100].replace("\x00", "")
    rows = list_items(
        request.actor, item_class=item_class, text=text, after=request.GET.get("after", "")[:80], limit=ROWS + 1
    )
    context = {
        "area": "items",
        "items": rows[:ROWS],
        "next": rows[ROWS - 1].slug if len(rows) > ROWS else None,
        "class_now": item_class,
        "text": text,
        **_WORDS,
    }
    return render(request, "services/items.html", context)


@page(permission="items.view")
def item(request: PageRequest, slug: str) -> HttpResponse:
    """One item: what it is, what fails with it, and the graph around it."""
    row = get_item(request.actor, slug)
    around = graph_around(request.actor, contracts.item(row.id))
    context = {
        "area": "items",
        "item": row,
        "attributes": list(row.attributes.items()),  # not `.items` in the template: an attribute may be called so
        "names": list_names(request.actor, row.id),
        "impact": impact_of([row.id], actor=request.actor),
        "drawing": draw(around),
        "around": around,
        **dependencies.around(request, contracts.item(row.id), slug),
        **_WORDS,
    }
    return render(request, "services/item.html", context)
