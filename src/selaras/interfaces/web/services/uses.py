"""Which customer uses a service, for what, how critical: added, changed, ended."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.people.contracts import OrganisationKind
from selaras.domains.people.queries import list_organisations
from selaras.domains.services.actions.uses import edit_use, end_use, record_use
from selaras.domains.services.contracts import ServiceRow
from selaras.domains.services.queries import get_service, get_use, list_outcomes, list_services
from selaras.interfaces.web.services.forms import UseForm
from selaras.interfaces.web.shell.choices import Choices
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.kernel.errors import NotFound


@page(permission="services.edit", methods=("GET", "POST"))
def new(request: PageRequest, slug: str) -> HttpResponseBase:
    """A customer uses the service; towards which outcome is said where the customer is known."""
    row = get_service(request.actor, slug)
    kinds = (OrganisationKind.CUSTOMER, OrganisationKind.PROVIDER_UNIT)
    customers = [(one.id, one.name) for one in list_organisations(request.actor) if one.kind in kinds]
    form = UseForm(posted(request), use=None, customers=customers, outcomes=[])
    del form.fields["outcome_id"]

    def act() -> str:
        made = record_use(by=request.actor, service_id=row.id, **form.cleaned_data)
        if list_outcomes(request.actor, form.cleaned_data["organisation_id"]):
            messages.success(request, _("The use is recorded. Say here towards which outcome."))
            return reverse("web:services:edit-use", args=[made])
        return _address(row)

    context = {"area": "services", "heading": _("A customer uses “%(name)s”") % {"name": named(row)}}
    ways = {"submit": _("Record the use"), "back": _address(row), "crumb": named(row)}
    return form_page(request, form, act, context={**context, **ways})


@page(permission="services.edit", methods=("GET", "POST"))
def edit(request: PageRequest, use_id: int) -> HttpResponseBase:
    """Change for which process, towards which outcome, how critical."""
    use = get_use(request.actor, use_id)
    row = _service(request, use.service_id)
    outcomes: Choices = [(str(one.id), named(one)) for one in list_outcomes(request.actor, use.organisation_id)]
    form = UseForm(posted(request), use=use, customers=[], outcomes=outcomes)

    def act() -> str:
        edit_use(use_id, by=request.actor, changes=form.changes(), seen=form.cleaned_data["seen"])
        return _address(row)

    heading = _("%(customer)s uses “%(name)s”") % {"customer": use.organisation_name, "name": named(row)}
    context = {"area": "services", "heading": heading, "submit": _("Save"), "back": _address(row), "crumb": named(row)}
    needs = reverse("web:services:needs", args=[use.organisation_id])
    told = {"use": use, "needs": needs, **context}
    return form_page(request, form, act, context=told, template="services/use.html")


@page(permission="services.edit", methods=("POST",))
def end(request: PageRequest, use_id: int) -> HttpResponseBase:
    """The customer no longer uses the service for this."""
    use = get_use(request.actor, use_id)
    end_use(use_id, by=request.actor)
    return HttpResponseRedirect(_address(_service(request, use.service_id)))


def _service(request: PageRequest, service_id: int) -> ServiceRow:
    found = list_services(request.actor, ids=[service_id])
    if not found:
        raise NotFound(str(service_id))
    return found[0]


def _address(row: ServiceRow) -> str:
    return reverse("web:services:service", args=[row.slug])
