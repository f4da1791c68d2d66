"""The HTTP API: one OpenAPI document, tokens, and errors as problem details (RFC 9457) in the reader's language."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_token_actor
from selaras.interfaces.api import (
    agreements,
    calendars,
    channels,
    checks,
    clocks,
    duty,
    events,
    heartbeats,
    incident_settings,
    incidents,
    items,
    majors,
    organisations,
    people,
    policies,
    problems,
    records,
    replays,
    retention,
    rotas,
    rules,
    runbooks,
    services,
    shifts,
    silences,
    snmp_users,
    sources,
    streams,
    tables,
    teams,
    uses,
    windows,
)
from selaras.interfaces.api.operation import ChangeOut
from selaras.kernel.errors import Invalid, Refusal, Stale
from selaras.kernel.wording import spoken


class Token(HttpBearer):
    """`Authorization: Bearer sel_…`: a token made on one's profile page; it carries some of one's roles."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return get_token_actor(token)


class Api(NinjaAPI):
    """Tells in its document what errors are sent as."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        document = super().get_openapi_schema(*args, **kwargs)
        for path in document["paths"].values():
            for operation in path.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {PROBLEM: answer["content"].pop("application/json")}
        return document


PROBLEM = "application/problem+json"
api = Api(
    title="Selaras",
    version="1",
    description="Service operation and customer relationship: the same actions and the same rules as the pages.",
    auth=Token(),
    urls_namespace="api",
    docs_url=None,
)
api.add_router("", records.router, tags=["records"])
api.add_router("", incidents.router, tags=["incidents"])
api.add_router("", incident_settings.router, tags=["incidents"])
api.add_router("", majors.router, tags=["incidents"])
api.add_router("", services.router, tags=["services"])
api.add_router("", items.router, tags=["services"])
api.add_router("", uses.router, tags=["services"])
api.add_router("", agreements.router, tags=["agreements"])
api.add_router("", calendars.router, tags=["agreements"])
api.add_router("", clocks.router, tags=["agreements"])
api.add_router("", duty.router, tags=["duty"])
api.add_router("", rotas.router, tags=["duty"])
api.add_router("", policies.router, tags=["duty"])
api.add_router("", channels.router, tags=["duty"])
api.add_router("", shifts.router, tags=["duty"])
api.add_router("", events.router, tags=["events"])
api.add_router("", replays.router, tags=["events"])
api.add_router("", rules.router, tags=["events"])
api.add_router("", tables.router, tags=["events"])
api.add_router("", silences.router, tags=["events"])
api.add_router("", windows.router, tags=["events"])
api.add_router("", retention.router, tags=["events"])
api.add_router("", sources.router, tags=["events"])
api.add_router("", snmp_users.router, tags=["events"])
api.add_router("", streams.router, tags=["events"])
api.add_router("", checks.router, tags=["events"])
api.add_router("", heartbeats.router, tags=["events"])
api.add_router("", runbooks.router, tags=["operations"])
api.add_router("", problems.router, tags=["problems"])
api.add_router("", people.router, tags=["people"])
api.add_router("", organisations.router, tags=["people"])
api.add_router("", teams.router, tags=["people"])


def problem(status: int, detail: str, **more: Any) -> JsonResponse:
    """An error, as RFC 9457 writes it."""
    body = {"type": "about:blank", "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other address below /api/: an error a machine can read, not a page."""
    return problem(404, _("There is no such address in the API."))


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    more: dict[str, Any] = {"field": refusal.field} if refusal.field else {}
    if isinstance(refusal, Invalid):
        more["fields"] = {name: spoken(sentence) for name, sentence in refusal.fields.items()}
    if isinstance(refusal, Stale):
        more["changes"] = [ChangeOut.of(entry).model_dump(mode="json") for entry in refusal.changes]
    return problem(refusal.status, spoken(refusal.sentence), **more)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {_named(each["loc"]): each["msg"] for each in error.errors}
    return problem(422, _("Some fields cannot be taken as they are."), field=next(iter(fields)), fields=fields)


def _named(place: Sequence[str | int]) -> str:
    """As the sender calls it: without where it stands and, in a body, without what the operation calls all of it."""
    parts = place[2:] if place[0] == "body" else place[1:]
    return ".".join(str(part) for part in parts) or "body"


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    most = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return problem(413, _("The body is too large; up to %(most)s are taken.") % {"most": most})


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, _("Send a valid token: Authorization: Bearer …"))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))


@api.exception_handler(IntegrityError)
def _gone(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """What a number names may be gone between the look and the commit; PostgreSQL says which one it is."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.errors.ForeignKeyViolation):
        raise error
    said = _("What is named here does not exist.")
    name = (cause.diag.message_detail or "").partition("(")[2].partition(")")[0]
    return problem(422, said, **({"field": name, "fields": {name: said}} if name else {}))


@api.exception_handler(DataError)
def _unstorable(request: HttpRequest, error: DataError) -> HttpResponse:
    return problem(422, _("A value is outside what can be kept."))
