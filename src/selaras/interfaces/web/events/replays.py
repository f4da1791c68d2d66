"""Drafts that are replayed over history: how far each is, and what came of it next to today's rules."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.replays import drop_replay
from selaras.domains.events.contracts import CLASS_WORDS
from selaras.domains.events.queries.replays import get_replay, list_replays
from selaras.domains.events.queries.rules import rule_set_number
from selaras.interfaces.web.shell.page import PageRequest, page

_LOOK_AGAIN = "2"  # seconds


@page(permission="events.rules")
def replays(request: PageRequest) -> HttpResponse:
    """The last that were asked for."""
    return render(request, "events/replays.html", {"area": "rules", "replays": list_replays(request.actor)})


@page(permission="events.rules")
def replay(request: PageRequest, replay_id: int) -> HttpResponse:
    """One; while it runs the page is asked for again and again, also without JavaScript."""
    row = get_replay(request.actor, replay_id)
    context = {
        "area": "rules",
        "replay": row,
        "replayed": row.result,
        "classes": CLASS_WORDS,
        "seen": rule_set_number(),
    }
    answer = render(request, "events/replay.html", context)
    if row.ended_at is None:
        answer["Refresh"] = _LOOK_AGAIN
    return answer


@page(permission="events.rules", methods=("POST",))
def drop(request: PageRequest, replay_id: int) -> HttpResponseBase:
    """Forget it."""
    drop_replay(replay_id, by=request.actor)
    messages.success(request, _("Forgotten."))
    return HttpResponseRedirect(reverse("web:events:replays"))
