"""What a customer needs to reach, and which services they use for it."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.people.contracts import OrganisationRow
from selaras.domains.people.queries import list_organisations
from selaras.domains.services.actions.uses import edit_outcome, record_outcome
from selaras.domains.services.contracts import CRITICALITY_WORDS, DIRECTION_WORDS
from selaras.domains.services.queries import get_outcome, list_outcomes, list_services, list_uses
from selaras.interfaces.web.services.forms import OutcomeForm
from selaras.interfaces.web.shell.editing import form_page, posted
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.templatetags.selaras import named
from selaras.kernel.errors import NotFound


@page(permission="customers.view")
def needs(request: PageRequest, organisation_id: int) -> HttpResponse:
    """A customer's outcomes, each with the services used for it."""
    actor = request.actor
    customer = _customer(request, organisation_id)
    uses = list_uses(actor, organisation_ids=[organisation_id])
    services = {row.id: row for row in list_services(actor, ids={use.service_id for use in uses})}
    pairs = [(use, services[use.service_id]) for use in uses if use.service_id in services]
    context = {
        "area": "customers",
        "customer": customer,
        "outcomes": [
            (row, [pair for pair in pairs if pair[0].outcome_id == row.id])
            for row in list_outcomes(actor, organisation_id)
        ],
        "others": [pair for pair in pairs if pair[0].outcome_id is None],
        "directions": DIRECTION_WORDS,
        "criticality": CRITICALITY_WORDS,
    }
    return render(request, "services/needs.html", context)


@page(permission="services.edit", methods=("GET", "POST"))
def new(request: PageRequest, organisation_id: int) -> HttpResponseBase:
    """Record an outcome."""
    customer = _customer(request, organisation_id)
    form = OutcomeForm(posted(request), outcome=None)

    def act() -> str:
        record_outcome(by=request.actor, organisation_id=organisation_id, **form.cleaned_data)
        return _address(organisation_id)

    heading = _("What %(name)s needs to reach") % {"name": customer.name}
    context = {"area": "customers", "heading": heading, "submit": _("Record the outcome")}
    return form_page(request, form, act, context={**context, "back": _address(organisation_id), "crumb": customer.name})


@page(permission="services.edit", methods=("GET", "POST"))
def edit(request: PageRequest, outcome_id: int) -> HttpResponseBase:
    """Change an outcome."""
    row = get_outcome(request.actor, outcome_id)
    customer = _customer(request, row.organisation_id)
    form = OutcomeForm(posted(request), outcome=row)

    def act() -> str:
        edit_outcome(outcome_id, by=request.actor, changes=form.changes(), seen=form.cleaned_data["seen"])
        return _address(customer.id)

    heading = _("Change “%(name)s”") % {"name": named(row)}
    context = {"area": "customers", "heading": heading, "submit": _("Save")}
    return form_page(request, form, act, context={**context, "back": _address(customer.id), "crumb": customer.name})


def _customer(request: PageRequest, organisation_id: int) -> OrganisationRow:
    found = next((row for row in list_organisations(request.actor) if row.id == organisation_id), None)
    if found is None:
        raise NotFound(str(organisation_id))
    return found


def _address(organisation_id: int) -> str:
    return reverse("web:services:needs", args=[organisation_id])
