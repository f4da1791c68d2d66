"""Customers, as the provider's people see them."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.agreements.queries.agreements import list_agreements
from selaras.domains.people.contracts import OrganisationKind
from selaras.domains.people.queries import get_organisation, list_organisations, list_people
from selaras.interfaces.web.people.portfolio import portfolio_of
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import NotFound


@page(permission="people.view")
def customers(request: PageRequest) -> HttpResponse:
    """Every customer."""
    rows = list_organisations(request.actor, OrganisationKind.CUSTOMER)
    return render(request, "people/customers.html", {"area": "customers", "customers": rows})


@page(permission="people.view")
def customer(request: PageRequest, slug: str) -> HttpResponse:
    """One customer: services and their health, open records, promises, agreements, people."""
    row = get_organisation(request.actor, slug)
    context = {
        "area": "customers",
        "customer": row,
        "portfolio": portfolio_of(request.actor, row.id),
        "agreements": list_agreements(request.actor, row.id),
        "people": list_people(request.actor, organisation_id=row.id, limit=50),
    }
    return render(request, "people/customer.html", context)


@page(permission="people.view")
def customer_by_id(request: PageRequest, organisation_id: int) -> HttpResponseBase:
    """From a row that knows only the id."""
    rows = list_organisations(request.actor)
    found = next((row for row in rows if row.id == organisation_id), None)
    if found is None:
        raise NotFound(str(organisation_id))
    return HttpResponseRedirect(reverse("web:people:customer", args=[found.slug]))
