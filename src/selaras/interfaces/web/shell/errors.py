"""Error pages in the reader's language; JSON for machines under /api."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger("selaras.web")


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(status)
    return render(request, f"{status}.html", status=status)


def _problem(status: int) -> HttpResponse:
    # As the API tells its own errors (interfaces/api/main.py), in English: what failed may be what translates.
    body = {"type": "about:blank", "status": status, "detail": HTTPStatus(status).phrase}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent could not be read."""
    return _answer(request, 400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also where the thing is another customer's."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn with as little as possible, since anything may be broken."""
    if request.path.startswith("/api/"):
        return _problem(500)
    try:
        return HttpResponseServerError(render_to_string("500.html", {"theme": "system"}))
    except Exception:
        log.exception("the error page itself failed")
        return HttpResponseServerError("500")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its key: mostly a page that waited too long."""
    return _answer(request, 403)
