"""One person as administrators keep them: fields, signing in, and who changed what."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.people.actions.activity import deactivate_person, reactivate_person
from selaras.domains.people.actions.passwords import make_password_link
from selaras.domains.people.actions.people import change_person
from selaras.domains.people.contracts import PasswordLink, PersonDetail
from selaras.domains.people.queries.changes import last_change, list_changes
from selaras.domains.people.queries.directory import get_person
from selaras.interfaces.web.people.history import Late, late_of, lines_of, typed_over
from selaras.interfaces.web.people.keeping_forms import PersonForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid, Stale


@page(permission="people.edit", methods=("GET", "POST"))
def person(request: PageRequest, person_id: int) -> HttpResponseBase:
    """The person as they are (GET), or as somebody wants them (POST)."""
    found = get_person(request.actor, person_id)
    if request.method != "POST":
        return _page(request, found)
    form = PersonForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        change_person(person_id, by=request.actor, changes=form.given(), seen=form.cleaned_data["seen"])
    except Stale as stale:
        now = get_person(request.actor, person_id)
        again = _form(request, now, typed=typed_over(form.given(), _fields(now), stale))
        return _page(request, now, again, late=late_of(stale), status=409)
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _page(request, found, form, status=422)
    messages.success(request, _("Saved."))
    return _back(person_id)


@page(permission="people.edit", methods=("POST",))
def deactivate(request: PageRequest, person_id: int) -> HttpResponseBase:
    """End their sessions and tokens; they sign in no more."""
    try:
        deactivate_person(person_id, by=request.actor)
    except Invalid as refusal:
        return _refused(request, person_id, refusal)
    messages.success(request, _("Deactivated: signed out everywhere, and every API token has ended."))
    return _back(person_id)


@page(permission="people.edit", methods=("POST",))
def reactivate(request: PageRequest, person_id: int) -> HttpResponseBase:
    """Let them sign in again."""
    reactivate_person(person_id, by=request.actor)
    messages.success(request, _("Active again, with the password they had."))
    return _back(person_id)


@page(permission="people.edit", methods=("POST",))
def password_link(request: PageRequest, person_id: int) -> HttpResponseBase:
    """Make a link to choose a password; it is on the answer, and nowhere else, ever."""
    try:
        link = make_password_link(person_id, by=request.actor)
    except Invalid as refusal:
        return _refused(request, person_id, refusal)
    answer = _page(request, get_person(request.actor, person_id), link=link)
    answer["Cache-Control"] = "no-store"
    return answer


def _back(person_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:people:person", args=[person_id]))


def _refused(request: PageRequest, person_id: int, refusal: Invalid) -> HttpResponse:
    return _page(request, get_person(request.actor, person_id), refusal=refusal, status=422)


def _fields(row: PersonDetail) -> dict[str, Any]:
    return {
        "name": row.name,
        "email": row.email,
        "organisation_id": row.organisation_id,
        "roles": [role.value for role in row.roles],
        "team_ids": list(row.team_ids),
        "language": row.language,
        "timezone": row.timezone,
    }


def _form(request: PageRequest, row: PersonDetail, *, typed: dict[str, Any] | None = None) -> PersonForm:
    seen = last_change(person_id=row.id)
    return PersonForm(actor=request.actor, initial={**(typed or _fields(row)), "seen": seen})


def _page(
    request: PageRequest,
    row: PersonDetail,
    form: PersonForm | None = None,
    *,
    late: Late | None = None,
    link: PasswordLink | None = None,
    refusal: Invalid | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "area": "people",
        "person": row,
        "form": form or _form(request, row),
        "late": late,
        "refusal": refusal,
        "history": lines_of(list_changes(request.actor, person_id=row.id)),
        "oneself": row.id == request.actor.id,
    }
    if link is not None:
        address = reverse("web:people:choose_password", args=[link.person_id, link.key])
        context |= {"link": request.build_absolute_uri(address), "valid_until": link.valid_until}
    return render(request, "people/person.html", context, status=status)
