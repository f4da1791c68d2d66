"""What people do to an incident from its page: notes, moves, edits."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.incidents.actions.classify import classify
from selaras.domains.incidents.actions.family import reply_to_family
from selaras.domains.incidents.actions.major import ROLES
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.contracts import IncidentDetail
from selaras.domains.incidents.queries import get_incident
from selaras.domains.incidents.queries.majors import get_major
from selaras.domains.records.actions.attach import attach
from selaras.domains.records.actions.notes import add_note
from selaras.domains.records.queries import get_record
from selaras.interfaces.web.incidents.forms import Edit, MoveForm, Note
from selaras.interfaces.web.incidents.record import answer
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import MoveRefused, NotAllowed, NotFound, Refusal, Stale
from selaras.kernel.lifecycle import Offer
from selaras.kernel.sentences import Sentence


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:records:record", args=[number]))


def _offer(detail: IncidentDetail, verb: str) -> Offer:
    """The offer for a verb; one that is not offered asks nothing, and is refused when it is tried."""
    found = next((offer for offer in detail.offers if offer.verb == verb), None)
    return found or Offer(verb, Sentence(verb))


@page(permission="records.note", methods=("POST",))
def note(request: PageRequest, number: str) -> HttpResponseBase:
    """Write a note, and keep a file with it. A refused one comes back with all that was typed."""
    card = get_record(request.actor, number)
    form = Note(request.POST, request.FILES, auto_id="note_%s")
    if form.is_valid():
        public = form.cleaned_data["kind"] == "public"
        try:
            _write(request, card.id, form, public)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            return _back(number)
    return answer(request, get_incident(request.actor, number), note=form, status=422)


def _write(request: PageRequest, record_id: int, form: Note, public: bool) -> None:
    file = form.cleaned_data["file"]
    if form.cleaned_data["body"].strip() or not file:
        if public and form.cleaned_data["children"]:
            reply_to_family(record_id, by=request.actor, body=form.cleaned_data["body"])
        else:
            add_note(record_id, by=request.actor, body=form.cleaned_data["body"], public=public)
    if file:
        attach(
            record_id,
            by=request.actor,
            filename=file.name or "",
            content_type=file.content_type or "application/octet-stream",
            content=file.read(),
            public=public,
        )


@page(permission="records.view", methods=("GET", "POST"))
def move(request: PageRequest, number: str, verb: str) -> HttpResponseBase:
    """Make a move of the lifecycle (POST), or show the form of what it asks for (GET)."""
    detail = get_incident(request.actor, number)
    offer = _offer(detail, verb)
    if request.method != "POST":
        form = MoveForm(offer=offer, detail=detail, actor=request.actor, initial=_now(request, detail))
        template = "incidents/parts/move_form.html" if request.htmx else "incidents/move.html"
        return render(request, template, {"form": form, "offer": offer, "card": detail.card, "area": "queue"})
    form = MoveForm(request.POST, offer=offer, detail=detail, actor=request.actor)
    if not form.is_valid():
        return answer(request, detail, verb=(verb, form), status=422)
    seen = form.cleaned_data["seen"] if offer.asks else None

    def act() -> None:
        perform(detail.card.id, verb, by=request.actor, given=form.cleaned_data, seen=seen)

    return _try(request, number, act, form, lambda stale: {"verb": (verb, form), "stale": stale})


def _now(request: PageRequest, detail: IncidentDetail) -> dict[str, Any]:
    """What the fields of a move hold before anything is typed; `seen` is the version that the page showed."""
    card = detail.card
    known: dict[str, Any] = {"team_id": card.team_id or "", "assignee_id": card.assignee_id or ""}
    if detail.major and (major := get_major(request.actor, card.id)):
        known |= {role: getattr(major, role) for role in ROLES}
    else:
        known |= {"headline": card.title, "manager_id": request.actor.id}
    return {**known, "seen": request.GET.get("seen") or card.version}


@page(permission="records.edit", methods=("GET", "POST"))
def edit(request: PageRequest, number: str) -> HttpResponseBase:
    """Change title, impact, urgency or service in place."""
    detail = get_incident(request.actor, number)
    card = detail.card
    if request.method != "POST":
        known = {
            "title": card.title,
            "impact": detail.impact,
            "urgency": detail.urgency,
            "service_id": card.service_id or "",
        }
        form = Edit(actor=request.actor, initial={**known, "seen": card.version}, auto_id="edit_%s")
        template = "incidents/parts/edit_form.html" if request.htmx else "incidents/edit.html"
        return render(request, template, {"form": form, "card": card, "area": "queue"})
    form = Edit(request.POST, actor=request.actor, auto_id="edit_%s")
    if not form.is_valid():
        return answer(request, detail, edit=form, status=422)
    return _try(
        request,
        number,
        lambda: classify(card.id, by=request.actor, **form.cleaned_data),
        form,
        lambda stale: {"edit": form, "stale": stale},
    )


def _try(
    request: PageRequest,
    number: str,
    act: Callable[[], None],
    form: Any,
    again: Callable[[Stale | None], dict[str, Any]],
) -> HttpResponseBase:
    """Act, and go back to the record; a refusal comes back on the page, with the form as it was filled in."""
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except Stale as stale:
        detail = get_incident(request.actor, number)
        # Sent once more, it is meant: the form now holds the version that the person has been shown.
        form.data = form.data.copy()
        form.data["seen"] = str(detail.card.version)
        return answer(request, detail, status=409, **again(stale))
    except Refusal as refusal:
        refuse_into(form, refusal)
        status = 409 if isinstance(refusal, MoveRefused) and refusal.field == "verb" else 422
        return answer(request, get_incident(request.actor, number), status=status, **again(None))
    return _back(number)
