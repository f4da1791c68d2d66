"""What an item or a service depends on: picked by typing, taken away again."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selaras.domains.services import contracts
from selaras.domains.services.actions.dependencies import link, unlink
from selaras.domains.services.contracts import End, NodeKind
from selaras.domains.services.queries import find_end, find_ends, get_item, get_service, list_dependencies
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.kernel.errors import Invalid
from selaras.kernel.text import whole_number

_LONGEST = 300  # characters typed


class DependencyForm(forms.Form):
    """What it depends on, as typed or as chosen from what was found."""

    lower = forms.CharField(label=gettext_lazy("It depends on"), max_length=_LONGEST)


def around(request: PageRequest, end: End, slug: str) -> dict[str, Any]:
    """What a page needs to show and change the dependencies of its thing."""
    return {"lower": list_dependencies(request.actor, end), "kind": end.kind.value, "slug": slug}


@page(permission="items.edit", methods=("GET", "POST"))
def of_item(request: PageRequest, slug: str) -> HttpResponseBase:
    """An item depends on another item."""
    row = get_item(request.actor, slug)
    return _add(request, contracts.item(row.id), row.name, reverse("web:services:item", args=[slug]))


@page(permission="services.edit", methods=("GET", "POST"))
def of_service(request: PageRequest, slug: str) -> HttpResponseBase:
    """A service depends on an item or a service."""
    row = get_service(request.actor, slug)
    return _add(request, contracts.service(row.id), named(row), reverse("web:services:service", args=[slug]))


def _add(request: PageRequest, upper: End, name: str, back: str) -> HttpResponseBase:
    """Take away what the button names, or add what was typed; what could be several is offered to choose from."""
    if request.method == "POST" and "remove" in request.POST:
        unlink(upper, _named(request.POST["remove"]), by=request.actor)
        return HttpResponseRedirect(back)
    form = DependencyForm(posted(request))

    def act() -> str:
        link(upper, find_end(request.actor, form.cleaned_data["lower"]), by=request.actor)
        return back

    typed = request.POST.get("lower", "")[:_LONGEST].replace("\x00", "").strip()
    context = {
        "area": "services" if upper.kind is NodeKind.SERVICE else "items",
        "heading": _("What “%(name)s” depends on") % {"name": name},
        "submit": _("Add"),
        "back": back,
        "crumb": name,
        "found": find_ends(request.actor, typed, kinds=_kinds(upper)),
    }
    return form_page(request, form, act, context=context, template="services/depend.html")


@page(permission="items.view")
def suggest(request: PageRequest) -> HttpResponse:
    """Options while one types: an item's name is no service's, so both are offered with their kind."""
    typed = request.GET.get("lower", "")[:_LONGEST].replace("\x00", "").strip()
    kinds = (NodeKind.ITEM,) if request.GET.get("kind") == NodeKind.ITEM else tuple(NodeKind)
    return render(request, "services/parts/options.html", {"found": find_ends(request.actor, typed, kinds=kinds)})


def _kinds(upper: End) -> tuple[NodeKind, ...]:
    return (NodeKind.ITEM,) if upper.kind is NodeKind.ITEM else tuple(NodeKind)


def _named(text: str) -> End:
    """`item:17` or `service:4`: what a button to take away names."""
    kind, _colon, number = text.partition(":")
    pk = whole_number(number)
    if kind not in set(NodeKind) or pk is None:
        raise Invalid({"remove": contracts.NOT_THERE})
    return End(NodeKind(kind), pk)
