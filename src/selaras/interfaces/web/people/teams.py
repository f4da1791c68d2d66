"""Teams by their function: made, changed, who belongs to them, who leads them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.people.actions.teams import add_member, change_team, create_team, remove_member, set_team_lead
from selaras.domains.people.contracts import FUNCTION_WORDS, TeamDetail
from selaras.domains.people.queries.changes import list_changes
from selaras.domains.people.queries.directory import get_team, list_candidates, list_team_cards
from selaras.interfaces.web.people.history import Late, late_of, lines_of, typed_over
from selaras.interfaces.web.people.keeping_forms import LeadForm, MemberForm, NewTeam, TeamForm
from selaras.interfaces.web.shell.choices import offer
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid, Stale

_OWN = ("name", "function")


@page(permission="people.edit")
def teams(request: PageRequest) -> HttpResponse:
    """All teams under the four functions."""
    cards = list_team_cards()
    groups = [(word, [card for card in cards if card.row.function is one]) for one, word in FUNCTION_WORDS.items()]
    return render(request, "people/teams.html", {"area": "teams", "groups": groups})


@page(permission="people.edit", methods=("GET", "POST"))
def new_team(request: PageRequest) -> HttpResponseBase:
    """The form of a new one, and what it sends."""
    form = NewTeam(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in (*_OWN, "slug")}
        try:
            made = create_team(by=request.actor, **given)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("%(name)s is made.") % {"name": given["name"]})
            return HttpResponseRedirect(reverse("web:people:team", args=[made]))
    return render(
        request, "people/team_new.html", {"area": "teams", "form": form}, status=422 if form.is_bound else 200
    )


@page(permission="people.edit", methods=("GET", "POST"))
def team(request: PageRequest, team_id: int) -> HttpResponseBase:
    """One team: its name and function, its people, who changed what."""
    found = get_team(request.actor, team_id)
    if request.method != "POST":
        return _page(request, found)
    form = TeamForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    given = {name: form.cleaned_data[name] for name in _OWN}
    try:
        change_team(team_id, by=request.actor, changes=given, seen=form.cleaned_data["seen"])
    except Stale as stale:
        now = get_team(request.actor, team_id)
        again = TeamForm(initial={**typed_over(given, _fields(now), stale), "seen": now.version})
        return _page(request, now, form=again, late=late_of(stale), status=409)
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _page(request, found, form=form, status=422)
    messages.success(request, _("Saved."))
    return _back(team_id)


@page(permission="people.edit", methods=("POST",))
def lead(request: PageRequest, team_id: int) -> HttpResponseBase:
    """Say who leads the team, or that nobody does."""
    form = _lead_form(get_team(request.actor, team_id), request.POST)
    return _take(request, team_id, form, lambda one: set_team_lead(team_id, by=request.actor, person_id=one))


@page(permission="people.edit", methods=("POST",))
def new_member(request: PageRequest, team_id: int) -> HttpResponseBase:
    """Let somebody belong to the team."""
    form = _member_form(request, team_id, request.POST)
    return _take(request, team_id, form, lambda one: add_member(team_id, by=request.actor, person_id=one))


@page(permission="people.edit", methods=("POST",))
def end_member(request: PageRequest, team_id: int, person_id: int) -> HttpResponseBase:
    """Let somebody no longer belong to the team."""
    remove_member(team_id, by=request.actor, person_id=person_id)
    return _back(team_id)


def _take(
    request: PageRequest, team_id: int, form: LeadForm | MemberForm, act: Callable[[Any], None]
) -> HttpResponseBase:
    """Act on the one person a form names; a refusal comes back beside its field."""
    if form.is_valid():
        try:
            act(next(iter(form.cleaned_data.values())))
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            return _back(team_id)
    return _page(request, get_team(request.actor, team_id), refused=form, status=422)


def _back(team_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:people:team", args=[team_id]))


def _fields(found: TeamDetail) -> dict[str, Any]:
    return {"name": found.row.name, "function": found.row.function.value}


def _lead_form(found: TeamDetail, data: Any = None) -> LeadForm:
    form = LeadForm(data, initial={"lead_id": found.row.lead_id or ""})
    members = [(str(row.id), row.name) for row in found.members if row.active]
    offer(form, "lead_id", members, _("Nobody"))
    return form


def _member_form(request: PageRequest, team_id: int, data: Any = None) -> MemberForm:
    form = MemberForm(data)
    rows = list_candidates(request.actor, team_id)
    offer(form, "person_id", rows, "–")
    return form


def _page(
    request: PageRequest,
    found: TeamDetail,
    *,
    form: TeamForm | None = None,
    refused: LeadForm | MemberForm | None = None,
    late: Late | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "area": "teams",
        "team": found,
        "form": form or TeamForm(initial={**_fields(found), "seen": found.version}),
        "lead_form": refused if isinstance(refused, LeadForm) else _lead_form(found),
        "member_form": refused if isinstance(refused, MemberForm) else _member_form(request, found.row.id),
        "late": late,
        "history": lines_of(list_changes(request.actor, team_id=found.row.id)),
    }
    return render(request, "people/team.html", context, status=status)
