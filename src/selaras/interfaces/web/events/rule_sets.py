"""The rule set as a file and as a history: out, in after a review, and back."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.replays import replay_file
from selaras.domains.events.actions.rule_sets import export_rules, restore_rules, review_rules, take_rules
from selaras.domains.events.contracts import CLASS_WORDS
from selaras.domains.events.queries.rules import (
    get_rule_version,
    list_rule_versions,
    list_rules,
    rule_changes,
    rule_set_number,
)
from selaras.domains.operations.queries import known_runbooks
from selaras.interfaces.web.events.rule_forms import RuleFileForm
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.text import whole_number


@page(permission="events.rules")
def export(request: PageRequest) -> HttpResponse:
    """The set as a file to keep."""
    name = f"selaras-rules-{rule_set_number()}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(export_rules(by=request.actor), content_type="application/yaml; charset=utf-8", headers=headers)


@page(permission="events.rules", methods=("GET", "POST"))
def file(request: PageRequest) -> HttpResponseBase:
    """Take a file: first what it would change, then, if that is wanted, all of it or nothing."""
    seen = rule_set_number()
    if request.method != "POST":
        present = export_rules(by=request.actor) if "draft" in request.GET else ""
        return _page(request, {"form": RuleFileForm(initial={"seen": seen, "file": present})})
    form = RuleFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form}, status=422)
    text, runbooks, days = form.text(), known_runbooks(), form.cleaned_data["days"]
    shown = RuleFileForm(initial={"file": text, "seen": seen, "days": days})
    try:
        if request.POST.get("do") == "take":
            take_rules(text, by=request.actor, seen=form.cleaned_data["seen"], runbooks=runbooks)
            messages.success(request, _("Taken. The rules of the file hold from now on."))
            return HttpResponseRedirect(reverse("web:events:rules"))
        if request.POST.get("do") == "replay":
            since = clock.now() - timedelta(days=days)
            replay_id = replay_file(text, by=request.actor, since=since, runbooks=runbooks)
            return HttpResponseRedirect(reverse("web:events:replay", args=[replay_id]))
        changes = review_rules(text, by=request.actor, runbooks=runbooks)
    except Invalid as refusal:
        faults = [spoken(sentence) for sentence in refusal.fields.values()]
        return _page(request, {"form": shown, "faults": faults}, status=422)
    except Stale:
        changes = review_rules(text, by=request.actor, runbooks=runbooks)
        context = {"form": shown, "changes": changes, "reviewed": True, "stale": True}
        return _page(request, context, status=409)
    return _page(request, {"form": shown, "changes": changes, "reviewed": True})


@page(permission="events.rules")
def history(request: PageRequest) -> HttpResponse:
    """The versions, newest first."""
    context = {"area": "rules", "versions": list_rule_versions(request.actor)}
    return render(request, "events/rule_history.html", context)


@page(permission="events.rules")
def version(request: PageRequest, number: int) -> HttpResponse:
    """One: what it changed, and what going back to it would change."""
    row, rules = get_rule_version(request.actor, number)
    try:
        former = get_rule_version(request.actor, number - 1)[1]
    except NotFound:
        former = rules
    seen = rule_set_number()
    context = {
        "area": "rules",
        "version": row,
        "changes": rule_changes(request.actor, former, rules),
        "back": rule_changes(request.actor, list_rules(request.actor), rules) if number != seen else [],
        "seen": seen,
    }
    return render(request, "events/rule_version.html", context)


@page(permission="events.rules", methods=("POST",))
def restore(request: PageRequest, number: int) -> HttpResponseBase:
    """Let a former version hold again."""
    try:
        restore_rules(number, by=request.actor, seen=whole_number(request.POST.get("seen")))
    except Stale:
        messages.error(request, _("Somebody else has just changed the rules. Look again before going back."))
        return HttpResponseRedirect(reverse("web:events:rule_version", args=[number]))
    messages.success(request, _("Version %(n)s holds again.") % {"n": number})
    return HttpResponseRedirect(reverse("web:events:rules"))


def _page(request: PageRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "events/rule_file.html", {"area": "rules", "classes": CLASS_WORDS, **context}, status=status)
