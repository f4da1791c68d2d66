"""The rules that decide about alerts, in the order in which they are asked: move, switch, delete."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.events.actions.rules import move_rule, remove_rule, switch_rule
from selaras.domains.events.contracts import CLASS_WORDS
from selaras.domains.events.queries.log import get_backlog
from selaras.domains.events.queries.rules import list_rules, rule_set_number
from selaras.domains.people.queries import list_teams
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Stale
from selaras.kernel.text import whole_number


@page(permission="events.rules")
def rules(request: PageRequest) -> HttpResponse:
    """The list; after a move the button that was used has the focus again."""
    context = {
        "area": "rules",
        "rules": list_rules(request.actor),
        "seen": rule_set_number(),
        "classes": CLASS_WORDS,
        "teams": {team.id: team.name for team in list_teams()},
        "policies": {policy.id: policy.name for policy in list_policy_names()},
        "moved": request.GET.get("moved", ""),
        "moved_up": request.GET.get("way") == "up",
        "set_aside": get_backlog(request.actor).set_aside,
    }
    return render(request, "events/rules.html", context)


@page(permission="events.rules", methods=("POST",))
def move(request: PageRequest, rule_id: int) -> HttpResponseBase:
    """One place up or down."""
    way = "up" if request.POST.get("way") == "up" else "down"
    try:
        move_rule(rule_id, by=request.actor, up=way == "up", seen=_seen(request))
    except Stale:
        return _late(request)
    return HttpResponseRedirect(f"{reverse('web:events:rules')}?{urlencode({'moved': rule_id, 'way': way})}")


@page(permission="events.rules", methods=("POST",))
def switch(request: PageRequest, rule_id: int) -> HttpResponseBase:
    """Enable or disable it."""
    try:
        switch_rule(rule_id, by=request.actor, enabled=request.POST.get("enabled") == "1", seen=_seen(request))
    except Stale:
        return _late(request)
    return HttpResponseRedirect(reverse("web:events:rules"))


@page(permission="events.rules", methods=("POST",))
def remove(request: PageRequest, rule_id: int) -> HttpResponseBase:
    """Delete one that never decided anything."""
    try:
        remove_rule(rule_id, by=request.actor, seen=_seen(request))
    except Stale:
        return _late(request)
    messages.success(request, _("Deleted. The history holds it still."))
    return HttpResponseRedirect(reverse("web:events:rules"))


def _seen(request: PageRequest) -> int | None:
    return whole_number(request.POST.get("seen"))


def _late(request: PageRequest) -> HttpResponseBase:
    said = _("Somebody else has just changed the rules. Here they are now; nothing of yours was done.")
    messages.error(request, said)
    return HttpResponseRedirect(reverse("web:events:rules"))
