"""What opens by a secret address, without signing in: acknowledging from a message, and calendars."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from selaras.domains.duty.actions.page import acknowledge_by_link
from selaras.domains.duty.queries import PAGE_WORDS, link_page, read_feed
from selaras.domains.people.queries import get_actor
from selaras.interfaces.web.duty.calendar import written
from selaras.interfaces.web.shell.page import open_to_all
from selaras.kernel.errors import MoveRefused, NotFound

_WORKER = Path(__file__).with_name("push_worker.js")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows what it is about and a button; only a POST acknowledges, so that mail scanners do nothing."""
    try:
        call, person_id = link_page(token)
        reader = get_actor(person_id)
        translation.activate(reader.language)
        done = request.method == "POST"
        if done:
            acknowledge_by_link(token)
            call, _ = link_page(token)
    except MoveRefused:
        done = False
        call, _ = link_page(token)
    except NotFound:
        return render(request, "duty/link_gone.html", status=404)
    context = {"call": call, "reader": reader, "done": done, "words": PAGE_WORDS}
    return _private(render(request, "duty/link.html", context))


@open_to_all
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The shifts behind a calendar address, as RFC 5545 has it."""
    try:
        feed = read_feed(secret)
    except NotFound:
        return render(request, "duty/link_gone.html", status=404)
    return _private(HttpResponse(written(feed), content_type="text/calendar; charset=utf-8"))


@open_to_all
@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows a notification where no page of ours is open; a browser asks for it by itself."""
    answer = HttpResponse(_WORKER.read_text(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache, found by no search engine, told to nobody as where one came from."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
