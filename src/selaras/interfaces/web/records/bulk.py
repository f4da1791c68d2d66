"""One change to many records: looked at first, done one by one, undone by one click."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from selaras.domains.incidents.actions.assign import assign
from selaras.domains.incidents.actions.classify import classify
from selaras.domains.incidents.contracts import LEVEL_WORDS, IncidentDetail
from selaras.domains.incidents.queries import get_incident
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams
from selaras.domains.records.queries import get_record, get_ref
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.views import back_to
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import NotFound, Refusal
from selaras.kernel.text import whole_number, whole_numbers

MOST = 100  # records at a time
_SALT = "selaras.bulk"
_UNDO_FOR = 600  # seconds

Before = tuple[int, int | None, int | None, int, int]  # id, team, assignee, impact, urgency


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done to each: `take`, `team` with its id, or `priority` with impact and urgency."""

    do: str
    team_id: int | None = None
    impact: int | None = None
    urgency: int | None = None

    def to(self, detail: IncidentDetail, by: Actor) -> None:
        """Do it to one."""
        card = detail.card
        if self.do == "take":
            assign(card.id, by=by, team_id=card.team_id, assignee_id=by.id)
        elif self.do == "team":
            assign(card.id, by=by, team_id=self.team_id, assignee_id=None)
        else:
            classify(card.id, by=by, impact=self.impact, urgency=self.urgency)


def _read(request: PageRequest) -> Change:
    def number(name: str) -> int | None:
        return whole_number(request.POST.get(name))

    do = request.POST.get("do", "")
    if do not in ("take", "team", "priority"):
        raise NotFound(do[:20])
    return Change(do, number("team_id"), number("impact"), number("urgency"))


def _chosen(request: PageRequest) -> list[IncidentDetail]:
    ids = whole_numbers(request.POST.getlist("id"))[:MOST]
    found = []
    for pk in dict.fromkeys(ids):
        try:
            found.append(get_incident(request.actor, get_record(request.actor, get_ref(pk).number).number))
        except Refusal:
            continue  # gone, or not theirs: neither is told apart
    return found


@page(permission="records.assign", methods=("POST",))
def preview(request: PageRequest) -> HttpResponse:
    """What would change, before it does."""
    context: dict[str, Any] = {
        "area": "queue",
        "change": _read(request),
        "chosen": _chosen(request),
        "teams": list_teams(),
        "levels": LEVEL_WORDS,
        "next": request.POST.get("next", ""),
    }
    return render(request, "records/bulk.html", context)


@page(permission="records.assign", methods=("POST",))
def carry_out(request: PageRequest) -> HttpResponseBase:
    """Do it, each in its own transaction; those refused say why and the others stand."""
    change = _read(request)
    before: list[Before] = []
    for detail in _chosen(request):
        card = detail.card
        try:
            change.to(detail, request.actor)
            before.append((card.id, card.team_id, card.assignee_id, detail.impact, detail.urgency))
        except Refusal as refusal:
            messages.error(request, f"{card.number}: {spoken(refusal.sentence)}")
    if before:
        token = signing.dumps({"do": change.do, "before": before}, salt=_SALT, compress=True)
        done = ngettext("%(n)s record changed.", "%(n)s records changed.", len(before)) % {"n": len(before)}
        messages.success(request, done, extra_tags=reverse("web:records:bulk_undo", args=[token]))
    return back_to(request)


@page(permission="records.assign", methods=("POST",))
def undo(request: PageRequest, token: str) -> HttpResponseBase:
    """Put back what the last change found; a new entry says so, nothing is erased."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=_UNDO_FOR)
    except signing.BadSignature:
        messages.error(request, _("It is too late to undo this. Change the records one by one."))
        return back_to(request)
    undone = 0
    for pk, team_id, assignee_id, impact, urgency in told["before"]:
        try:
            if told["do"] == "priority":
                classify(pk, by=request.actor, impact=impact, urgency=urgency)
            else:
                assign(pk, by=request.actor, team_id=team_id, assignee_id=assignee_id)
            undone += 1
        except Refusal as refusal:
            messages.error(request, spoken(refusal.sentence))
    if undone:
        messages.success(request, _("Put back as it was."))
    return back_to(request)
