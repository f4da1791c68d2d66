"""Make a rule or change one, and try it on the last alerts before it holds."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.replays import replay_rule
from selaras.domains.events.actions.rules import save_rule
from selaras.domains.events.contracts import CLASS_WORDS
from selaras.domains.events.contracts.rules import RuleChange, RuleRow, Trial
from selaras.domains.events.queries.rules import changes_since, list_rules, rule_set_number
from selaras.domains.events.queries.trial import try_rule
from selaras.domains.operations.queries import known_runbooks
from selaras.interfaces.web.events.conditions import ConditionRows
from selaras.interfaces.web.events.rule_forms import RuleForm, as_lines
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound, Stale

_SHOWN = 50  # alerts of a trial


@page(permission="events.rules", methods=("GET", "POST"))
def new_rule(request: PageRequest) -> HttpResponseBase:
    """A new one."""
    return _answer(request, None)


@page(permission="events.rules", methods=("GET", "POST"))
def rule(request: PageRequest, rule_id: int) -> HttpResponseBase:
    """One that there is."""
    return _answer(request, rule_id)


def _answer(request: PageRequest, rule_id: int | None) -> HttpResponseBase:
    present, seen = list_rules(request.actor), rule_set_number()
    own = next((row for row in present if row.id == rule_id), None)
    if rule_id is not None and own is None:
        raise NotFound(str(rule_id))
    if request.method != "POST":
        known = {name: getattr(own, name) for name in RuleForm.base_fields if hasattr(own, name)} if own else {}
        known |= as_lines(own) if own else {}
        if not own and present:
            known["before_id"] = present[0].id
        form = RuleForm(initial={**known, "seen": seen}, present=present, own_id=rule_id)
        return _page(request, form, ConditionRows(own.conditions if own else (), empty=1 if own else 2), own)
    form, rows = RuleForm(request.POST, present=present, own_id=rule_id), ConditionRows.of(request.POST)
    do = request.POST.get("do", "")
    ready = do in ("save", "try", "replay") and form.is_valid() and not rows.errors
    if ready and do == "try":
        before_id = form.cleaned_data.get("before_id")
        trial = try_rule(request.actor, form.draft(rows.conditions), before_id=before_id)
        return _page(request, form, rows, own, trial=trial)
    if not ready:
        return _page(request, form, rows, own, status=422 if do in ("save", "try", "replay") else 200)
    try:
        if do == "replay":
            return _replayed(request, form, rows)
        save_rule(
            form.draft(rows.conditions),
            by=request.actor,
            before_id=form.cleaned_data.get("before_id"),
            seen=form.cleaned_data.get("seen"),
            runbooks=known_runbooks(),
        )
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _page(request, form, rows, own, status=422)
    except Stale:
        missed = changes_since(request.actor, form.cleaned_data["seen"])
        given = request.POST.copy()
        given["seen"] = str(seen)
        again = RuleForm(given, present=present, own_id=rule_id)
        return _page(request, again, rows, own, missed=missed, status=409)
    messages.success(request, _("Saved. It holds for what comes from now on."))
    return HttpResponseRedirect(reverse("web:events:rules"))


def _replayed(request: PageRequest, form: RuleForm, rows: ConditionRows) -> HttpResponseBase:
    given = form.cleaned_data
    since = clock.now() - timedelta(days=given["days"])
    draft, before_id = form.draft(rows.conditions), given.get("before_id")
    replay_id = replay_rule(draft, by=request.actor, before_id=before_id, since=since)
    return HttpResponseRedirect(reverse("web:events:replay", args=[replay_id]))


def _page(
    request: PageRequest,
    form: RuleForm,
    rows: ConditionRows,
    own: RuleRow | None,
    *,
    trial: Trial | None = None,
    missed: list[RuleChange] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "area": "rules",
        "form": form,
        "conditions": rows,
        "rule": own,
        "classes": CLASS_WORDS,
        "trial": trial,
        "tried": trial.rows[:_SHOWN] if trial else (),
        "missed": missed,
    }
    return render(request, "events/rule.html", context, status=status)
