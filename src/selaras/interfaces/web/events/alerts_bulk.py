"""One thing done to several alerts: at once where nothing is to be said, else after a form."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from selaras.domains.events.actions.handle_alert import (
    acknowledge,
    add_alert_note,
    assign_alert,
    shelve,
    unacknowledge,
    unshelve,
)
from selaras.domains.people.queries import list_people, list_teams
from selaras.interfaces.web.events.forms import HandleForm
from selaras.interfaces.web.events.silence_form import MOST
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.views import back_to
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound, Refusal
from selaras.kernel.text import whole_number, whole_numbers

_AT_ONCE = ("acknowledge", "unacknowledge", "take", "unshelve")
_ASKING = ("assign", "shelve", "note")


@page(permission="events.respond", methods=("POST",))
def bulk(request: PageRequest) -> HttpResponseBase:
    """Do it to each, in a transaction of its own; those refused say why and the others stand."""
    do = request.POST.get("do", "")
    ids = whole_numbers(request.POST.getlist("id"))[:MOST]
    if do == "silence" and ids:
        asked = urlencode([("alert", pk) for pk in ids])
        return HttpResponseRedirect(f"{reverse('web:events:new_silence')}?{asked}")
    if do not in (*_AT_ONCE, *_ASKING, "silence"):
        raise NotFound(do[:20])
    form = HandleForm(request.POST if "sure" in request.POST else None)
    if not ids or (do in _ASKING and not form.is_valid()):
        return _asked(request, do, ids, form, 422 if form.is_bound else 200)
    done = 0
    for alert_id in ids:
        try:
            _do(request, do, alert_id, form)
            done += 1
        except Invalid as refusal:
            refuse_into(form, refusal)
            return _asked(request, do, ids, form, 422)
        except Refusal as refusal:
            messages.error(request, spoken(refusal.sentence))
    if done:
        messages.success(request, ngettext("%(n)s alert changed.", "%(n)s alerts changed.", done) % {"n": done})
    return back_to(request)


def _do(request: PageRequest, do: str, alert_id: int, form: HandleForm) -> None:
    by, given = request.actor, form.cleaned_data if do in _ASKING else {}
    match do:
        case "acknowledge":
            acknowledge(alert_id, by=by)
        case "unacknowledge":
            unacknowledge(alert_id, by=by)
        case "take":
            assign_alert(alert_id, by=by, person_id=by.id)
        case "unshelve":
            unshelve(alert_id, by=by)
        case "shelve":
            shelve(alert_id, by=by, until=given["until"] or clock.now(), note=given["note"])
        case "note":
            add_alert_note(alert_id, by=by, note=given["note"])
        case _:
            named = {name: whole_number(request.POST.get(name)) for name in ("person_id", "team_id")}
            whom = {name: pk for name, pk in named.items() if pk is not None}
            assign_alert(alert_id, by=by, note=given["note"], **whom)


def _asked(request: PageRequest, do: str, ids: list[int], form: HandleForm, status: int) -> HttpResponse:
    context = {
        "area": "alerts",
        "do": do,
        "ids": ids,
        "form": form,
        "next": request.POST.get("next", ""),
        "teams": list_teams(),
        "people": list_people(request.actor, limit=500) if do == "assign" else [],
    }
    return render(request, "events/alerts_bulk.html", context, status=status)
