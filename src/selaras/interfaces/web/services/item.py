"""A configuration item as its owners keep it: made and changed."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.services.actions.items import create_item, edit_item
from selaras.domains.services.queries import get_item, list_items, list_names
from selaras.interfaces.web.services.forms import ItemForm
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.page import PageRequest, page


def address_of(slug: str) -> str:
    """An item's page."""
    return reverse("web:services:item", args=[slug])


@page(permission="items.edit", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """Make an item."""
    form = ItemForm(posted(request), item=None)

    def act() -> str:
        made = create_item(by=request.actor, **form.cleaned_data)
        messages.success(request, _("The item is made. Say below what it depends on."))
        return address_of(list_items(request.actor, ids=[made])[0].slug)

    context = {"area": "items", "heading": _("New item"), "submit": _("Make the item")}
    ways = {"back": reverse("web:services:items"), "crumb": _("Configuration items")}
    return form_page(request, form, act, context={**context, **ways})


@page(permission="items.edit", methods=("GET", "POST"))
def edit(request: PageRequest, slug: str) -> HttpResponseBase:
    """Change what it is, its attributes, and the names by which alerts find it."""
    row = get_item(request.actor, slug)
    form = ItemForm(posted(request), item=row, names=list_names(request.actor, row.id))

    def act() -> str:
        edit_item(row.id, by=request.actor, changes=form.changes(), seen=form.cleaned_data["seen"])
        return address_of(slug)

    heading = _("Change “%(name)s”") % {"name": row.name}
    context = {"area": "items", "heading": heading, "submit": _("Save"), "back": address_of(slug), "crumb": row.name}
    return form_page(request, form, act, context=context)
