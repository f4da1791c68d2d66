"""Runs: the list, one with its steps, and what people do about it."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.operations.actions.decide import move_run, move_step
from selaras.domains.operations.contracts import KIND_WORDS
from selaras.domains.operations.queries import RUN_WORDS, STEP_WORDS, get_run, list_runs
from selaras.domains.people.queries import may
from selaras.interfaces.web.operations.sayings import tell_entry
from selaras.interfaces.web.shell.moving import Given, buttons, move_page
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

ROWS = 50


@page(permission="operations.view")
def runs(request: PageRequest) -> HttpResponse:
    """All, newest first, narrowed by state."""
    state = request.GET.get("state", "")
    state = state if state in RUN_WORDS else ""
    context = {
        "area": "runbooks",
        "page": list_runs(request.actor, state=state, after=request.GET.get("after", ""), limit=ROWS),
        "state_now": state,
        "words": RUN_WORDS,
        "params": f"state={state}&" if state else "",
        "may_run": may(request.actor, "operations.run"),
    }
    return render(request, "operations/runs.html", context)


@page(permission="operations.view")
def run(request: PageRequest, run_id: int) -> HttpResponse:
    """One: whose turn it is, how each step went, who decided."""
    detail = get_run(request.actor, run_id)
    context = {
        "area": "runbooks",
        "detail": detail,
        "run": detail.run,
        "moves": buttons(detail.offers),
        "words": RUN_WORDS,
        "step_words": STEP_WORDS,
        "kinds": KIND_WORDS,
        "entries": [(entry, *tell_entry(entry)) for entry in detail.entries],
    }
    return render(request, "operations/run.html", context)


@page(permission="operations.view", methods=("GET", "POST"))
def move(request: PageRequest, run_id: int, verb: str) -> HttpResponseBase:
    """Approve, refuse, cancel: with a reason."""
    detail, address = get_run(request.actor, run_id), reverse("web:operations:run", args=[run_id])

    def act(reason: str) -> str:
        move_run(run_id, verb, by=request.actor, reason=reason)
        return address

    context = {"area": "runbooks", "heading": detail.run.runbook_name, "crumb": detail.run.runbook_name}
    return move_page(request, detail.offers, verb, act, context={**context, "back": address})


@page(permission="operations.run", methods=("POST",))
def step(request: PageRequest, run_id: int, step_id: int) -> HttpResponseBase:
    """Tick a step off, or say that it does not work; which one says the button."""
    form = Given(request.POST)
    if not form.is_valid():
        raise Invalid({"reason": say("Write up to 2,000 characters.")})
    verb = "give_up" if request.POST.get("do") == "give_up" else "tick"
    move_step(step_id, verb, by=request.actor, reason=form.cleaned_data["reason"])
    return HttpResponseRedirect(reverse("web:operations:run", args=[run_id]))
