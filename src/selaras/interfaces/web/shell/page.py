"""How a view says what it needs: `@page(permission=…)`. A house test finds every route that does not say it."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Refusal

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class PageRequest(HttpRequest):
    """A request of somebody who is signed in; set by PersonMiddleware."""

    actor: Actor
    htmx: HtmxDetails


PageView = Callable[Concatenate[PageRequest, P], HttpResponseBase]


def page(
    *, permission: str, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[PageView[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """The view is for people who hold `permission`; others sign in first, or are told why not.

    A refusal that the view lets through becomes a page (or, for htmx, a toast) with its sentence.
    """

    def declare(view: PageView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asked = cast(PageRequest, request)
            if not request.user.is_authenticated:
                return _sign_in_first(asked)
            if request.method not in methods:
                return _wrong_method(asked, methods)
            try:
                require(asked.actor, permission)
                return view(asked, *args, **kwargs)
            except Refusal as refusal:
                return refused(asked, refusal)

        cast(Any, answer).permission = permission
        return answer

    return declare


def open_to_all(view: V) -> V:
    """A page without a sign-in, for whoever has its address; the house test on routes asks that each says so."""
    cast(Any, view).open_to_all = True
    return view


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page for a refusal: what happened, what was kept, what to do next."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        response = HttpResponse(status=refusal.status)
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = json.dumps({"selaras:toast": {"text": spoken(refusal.sentence), "tone": "harm"}})
        return response
    context = {"status": refusal.status, "sentence": refusal.sentence}
    return render(request, "shell/refused.html", context, status=refusal.status)


def _sign_in_first(request: PageRequest) -> HttpResponse:
    answer = redirect_to_login(request.get_full_path())
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": answer["Location"]})
    return answer


def _wrong_method(request: PageRequest, methods: tuple[str, ...]) -> HttpResponse:
    response = render(request, "405.html", status=405)
    response["Allow"] = ", ".join(methods)
    return response
