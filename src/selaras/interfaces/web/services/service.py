"""A service as its owner keeps it: made, changed, moved along its life."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.services.actions.services import create_service, edit_service, move_service
from selaras.domains.services.queries import get_service, list_services, offers_of
from selaras.interfaces.web.services.forms import ServiceForm
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.moving import move_page
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named


def address_of(slug: str) -> str:
    """A service's page."""
    return reverse("web:services:service", args=[slug])


@page(permission="services.edit", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """Make a service; it begins in the pipeline."""
    form = ServiceForm(posted(request), actor=request.actor, service=None)

    def act() -> str:
        made = create_service(by=request.actor, **form.cleaned_data)
        messages.success(request, _("The service is made. It is in the pipeline until it is chartered."))
        return address_of(list_services(request.actor, ids=[made])[0].slug)

    context = {
        "area": "services",
        "heading": _("New service"),
        "submit": _("Make the service"),
        "back": reverse("web:services:list"),
        "crumb": _("Services"),
    }
    return form_page(request, form, act, context=context)


@page(permission="services.edit", methods=("GET", "POST"))
def edit(request: PageRequest, slug: str) -> HttpResponseBase:
    """Change its names, description, owner and team."""
    row = get_service(request.actor, slug)
    form = ServiceForm(posted(request), actor=request.actor, service=row)

    def act() -> str:
        edit_service(row.id, by=request.actor, changes=form.changes(), seen=form.cleaned_data["seen"])
        return address_of(slug)

    heading = _("Change “%(name)s”") % {"name": named(row)}
    context = {"area": "services", "heading": heading, "submit": _("Save"), "back": address_of(slug)}
    return form_page(request, form, act, context={**context, "crumb": named(row)})


@page(permission="services.move", methods=("GET", "POST"))
def move(request: PageRequest, slug: str, verb: str) -> HttpResponseBase:
    """Move it along its life."""
    row = get_service(request.actor, slug)

    def act(reason: str) -> str:
        move_service(row.id, by=request.actor, verb=verb, reason=reason)
        return address_of(slug)

    context = {"area": "services", "heading": named(row), "back": address_of(slug), "crumb": named(row)}
    return move_page(request, offers_of(request.actor, row), verb, act, context=context)
