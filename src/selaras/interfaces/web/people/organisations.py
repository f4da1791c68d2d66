"""Organisations as a tree: made, renamed, moved."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.people.actions.organisations import change_organisation, create_organisation
from selaras.domains.people.contracts import KIND_WORDS, OrganisationNode
from selaras.domains.people.queries.changes import last_change, list_changes
from selaras.domains.people.queries.directory import get_node, list_tree
from selaras.interfaces.web.people.history import Late, late_of, lines_of, typed_over
from selaras.interfaces.web.people.keeping_forms import NewOrganisation, OrganisationForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.text import whole_number

ROWS = 200


@page(permission="people.edit")
def organisations(request: PageRequest) -> HttpResponse:
    """The tree: customers, own units, suppliers, each with how many people it has."""
    text = request.GET.get("q", "")[:100].replace("\x00", "").strip()
    known = whole_number(request.GET.get("after"))
    rows = list_tree(request.actor, text=text, after=known, limit=ROWS + 1)
    context = {
        "area": "organisations",
        "rows": rows[:ROWS],
        "next": rows[ROWS - 1].id if len(rows) > ROWS else None,
        "after": known,
        "text": text,
        "kinds": KIND_WORDS,
    }
    return render(request, "people/organisations.html", context)


@page(permission="people.edit", methods=("GET", "POST"))
def new_organisation(request: PageRequest) -> HttpResponseBase:
    """The form of a new one, and what it sends."""
    if request.method != "POST":
        known = {name: request.GET[name] for name in ("kind", "parent_id") if name in request.GET}
        return _new(request, NewOrganisation(actor=request.actor, initial=known))
    form = NewOrganisation(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            made = create_organisation(by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("%(name)s is made.") % {"name": form.cleaned_data["name"]})
            return HttpResponseRedirect(reverse("web:people:organisation", args=[made]))
    return _new(request, form, status=422)


@page(permission="people.edit", methods=("GET", "POST"))
def organisation(request: PageRequest, organisation_id: int) -> HttpResponseBase:
    """One organisation: its name, its place, who changed what."""
    node = get_node(request.actor, organisation_id)
    if request.method != "POST":
        return _page(request, node)
    form = OrganisationForm(request.POST, actor=request.actor, node=node)
    if not form.is_valid():
        return _page(request, node, form, status=422)
    given = {name: form.cleaned_data[name] for name in ("name", "parent_id")}
    try:
        change_organisation(organisation_id, by=request.actor, changes=given, seen=form.cleaned_data["seen"])
    except Stale as stale:
        now = get_node(request.actor, organisation_id)
        again = _form(request, now, typed=typed_over(given, _fields(now), stale))
        return _page(request, now, again, late=late_of(stale), status=409)
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _page(request, node, form, status=422)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("web:people:organisation", args=[organisation_id]))


def _new(request: PageRequest, form: NewOrganisation, status: int = 200) -> HttpResponse:
    return render(request, "people/organisation_new.html", {"area": "organisations", "form": form}, status=status)


def _fields(node: OrganisationNode) -> dict[str, Any]:
    return {"name": node.name, "parent_id": node.parent_id}


def _form(request: PageRequest, node: OrganisationNode, *, typed: dict[str, Any] | None = None) -> OrganisationForm:
    seen = last_change(organisation_id=node.id)
    return OrganisationForm(actor=request.actor, node=node, initial={**(typed or _fields(node)), "seen": seen})


def _page(
    request: PageRequest,
    node: OrganisationNode,
    form: OrganisationForm | None = None,
    *,
    late: Late | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "area": "organisations",
        "organisation": node,
        "kind_word": KIND_WORDS[node.kind],
        "form": form or _form(request, node),
        "late": late,
        "history": lines_of(list_changes(request.actor, organisation_id=node.id)),
    }
    return render(request, "people/organisation.html", context, status=status)
