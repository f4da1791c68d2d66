"""Problems: what is proposed, with its evidence, and what becomes of it."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.agreements.queries.chain import chain_from
from selaras.domains.problems.actions.decide import move_problem
from selaras.domains.problems.contracts import INCIDENTS, PROPOSED, WITHIN
from selaras.domains.problems.queries import PROBLEM_WORDS, get_problem, list_problems
from selaras.interfaces.web.shell.moving import buttons, move_page
from selaras.interfaces.web.shell.page import PageRequest, page

ROWS = 50


@page(permission="problems.view")
def problems(request: PageRequest) -> HttpResponse:
    """Those proposed, unless others are asked for; newest first."""
    state = request.GET.get("state", PROPOSED)
    state = state if state in PROBLEM_WORDS else ""
    context = {
        "area": "problems",
        "page": list_problems(request.actor, state=state, after=request.GET.get("after", ""), limit=ROWS),
        "state_now": state,
        "words": PROBLEM_WORDS,
        "params": f"state={state or 'all'}&",
        "least": INCIDENTS,
        "days": WITHIN.days,
    }
    return render(request, "problems/problems.html", context)


@page(permission="problems.view")
def problem(request: PageRequest, problem_id: int) -> HttpResponse:
    """One: what speaks for it, whom it hits, and the decision."""
    detail = get_problem(request.actor, problem_id)
    item_id = detail.problem.item_id
    context = {
        "area": "problems",
        "detail": detail,
        "problem": detail.problem,
        "moves": buttons(detail.offers),
        "words": PROBLEM_WORDS,
        "chain": chain_from(request.actor, [item_id]) if item_id else [],
    }
    return render(request, "problems/problem.html", context)


@page(permission="problems.decide", methods=("GET", "POST"))
def move(request: PageRequest, problem_id: int, verb: str) -> HttpResponseBase:
    """Accept or dismiss it, with a reason."""
    detail, address = get_problem(request.actor, problem_id), reverse("web:problems:problem", args=[problem_id])

    def act(reason: str) -> str:
        move_problem(problem_id, verb, by=request.actor, reason=reason)
        return address

    title = detail.problem.title
    context = {"area": "problems", "heading": title, "crumb": title, "back": address}
    return move_page(request, detail.offers, verb, act, context=context)
