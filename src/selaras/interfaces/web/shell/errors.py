"""Error pages in the reader's language; JSON for machines under /api."""

import logging
import shutil
import sys
from http import HTTPStatus

import psycopg
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string

log = logging.getLogger("selaras.web")

_AGAIN_SECONDS = "5"
# PostgreSQL cannot go on with less on its disk: it writes ahead in files of 16 MB.
_LEAST_BYTES = 16 << 20
_FULL = "The disk of the database is full."


def _answer(request: HttpRequest, status: int, **words: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(status)
    return render(request, f"{status}.html", words, status=status)


def _problem(status: int, detail: str = "") -> HttpResponse:
    # As the API tells its own errors (interfaces/api/main.py), in English: what failed may be what translates.
    body = {"type": "about:blank", "status": status, "detail": detail or HTTPStatus(status).phrase}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent could not be read; 413 where it is too much."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, 413, most=filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    return _answer(request, 400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also where the thing is another customer's."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503, saying what is wrong, where the database cannot be had or its disk is full."""
    problem = sys.exc_info()[1]
    if isinstance(problem, OperationalError | InterfaceError):
        return _plain(request, 503, full=_is_full(problem))
    return _plain(request, 500)


def _plain(request: HttpRequest, status: int, *, full: bool = False) -> HttpResponse:
    """Drawn with as little as possible, since anything may be broken."""
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = _problem(status, _FULL if full else "")
    else:
        try:
            words = render_to_string(f"{status}.html", {"theme": "system", "full": full})
            answer = HttpResponse(words, status=status)
        except Exception:
            log.exception("the error page itself failed")
            answer = HttpResponse(str(status), status=status)
    if status == 503:
        answer.headers["Retry-After"] = _AGAIN_SECONDS
    return answer


def _is_full(problem: BaseException) -> bool:
    """Whether the disk is the reason: the database says so, or has ended because of it."""
    if isinstance(problem.__cause__, psycopg.errors.DiskFull):
        return True
    try:
        return shutil.disk_usage(settings.HOME).free < _LEAST_BYTES
    except OSError:
        return False


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its key: mostly a page that waited too long."""
    return _answer(request, 403)
