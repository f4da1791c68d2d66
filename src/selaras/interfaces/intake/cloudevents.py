"""CloudEvents 1.0 over HTTP: binary, structured and batched. https://github.com/cloudevents/spec/tree/v1.0.2

What an event's data says of an alert is guessed as in the generic webhook; the attributes say what it is about.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

from selaras.domains.events.reading.guess import POINT, guess
from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, severity_labels
from selaras.domains.events.reading.split import ALERTS, TooMany
from selaras.domains.events.reading.words import Level, Saying, saying_of
from selaras.interfaces.intake.bodies import Unreadable, parsed, read_body
from selaras.interfaces.intake.callers import caller
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.fields import WrongField, a_list, an_object, needed_text
from selaras.interfaces.intake.http import Answer, Request, problem
from selaras.interfaces.intake.notices import take

WIRE = "cloudevents_1"
_NEEDED = ("id", "source", "type")
_BATCH, _STRUCTURED = "application/cloudevents-batch", "application/cloudevents"


async def post_events(core: Core, request: Request) -> Answer:
    """Take events in: 204 once all are committed, 400 naming what is wrong (then none is kept)."""
    source_id = await caller(core, request)
    body = await read_body(core, request)
    try:
        events = _events(request.headers, body)
        notices = await asyncio.to_thread(_all_notices, events)
    except (Unreadable, WrongField, TooMany) as error:
        return problem(400, str(error))
    kept = body if events and _mode(request.headers) else json.dumps(events, default=str).encode()
    if await take(core, source_id, WIRE, kept, notices):
        return problem(400, "an event cannot be stored")
    return Answer(204)


async def allow(core: Core, request: Request) -> Answer:
    """The handshake by which a sender asks whether it may post here: whoever has a token may."""
    origin = request.headers.get(b"webhook-request-origin", b"*")
    return Answer(200, b"", ((b"webhook-allowed-origin", origin), (b"allow", b"POST")))


def _mode(headers: Mapping[bytes, bytes]) -> str:
    """The content mode by its media type; "" is binary."""
    media = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    return next((mode for mode in (_BATCH, _STRUCTURED) if media.startswith(mode)), "")


def _events(headers: Mapping[bytes, bytes], body: bytes) -> list[dict[str, Any]]:
    mode = _mode(headers)
    if mode == _BATCH:
        return [_checked(an_object(event, f"event {n}")) for n, event in enumerate(a_list(parsed(body), "body"))]
    if mode == _STRUCTURED:
        return [_checked(an_object(parsed(body), "body"))]
    given = {
        name.decode("latin-1")[3:]: unquote(value.decode("latin-1"))
        for name, value in headers.items()
        if name.startswith(b"ce-")
    }
    if not given:
        raise WrongField("specversion", "no CloudEvent: neither its headers (ce-…) nor its media type are there")
    return [_checked({**given, "data": _data(body)})]


def _data(body: bytes) -> Any:
    # In binary mode the body is the data, of whatever kind; what is no JSON is a text.
    try:
        return parsed(body)
    except Unreadable:
        return body.decode("utf-8", errors="replace")


def _checked(event: dict[str, Any]) -> dict[str, Any]:
    if needed_text(event, "specversion") != "1.0":
        raise WrongField("specversion", "only 1.0 is understood")
    for name in _NEEDED:
        needed_text(event, name)
    return event


def _all_notices(events: list[dict[str, Any]]) -> list[Notice]:
    if len(events) > ALERTS:
        raise TooMany(f"more than {ALERTS} events in one batch")
    return [notice for event in events for notice in _notices(event)]


def _notices(event: dict[str, Any]) -> list[Notice]:
    data = event.get("data")
    guessed = guess(data) if isinstance(data, dict | list) else []
    said = saying_of(str(event["type"]))
    notices = guessed or [_bare(event, said)]
    about = {"ce_source": str(event["source"]), "ce_subject": str(event.get("subject") or "")}
    for notice in notices:
        if notice.lasts is not None and said is not None:
            notice.saying, notice.lasts = said, None
        _add_attributes(notice, event)
        # The type often ends in the state (`alert.resolved`), so it does not name the alert; the guess's words do.
        notice.identity = {**(notice.identity or {}), **about}
    return notices


def _bare(event: dict[str, Any], said: Saying | None) -> Notice:
    data = event.get("data")
    severity = severity_labels(event.get("severity") or Level.INFO.value)
    told = annotations_from({"summary": data if isinstance(data, str) else str(event["type"])})
    identity = {"type": _without_state(str(event["type"]))}
    return Notice(said or Saying.FIRING, severity, told, identity=identity, lasts=None if said else POINT)


def _without_state(kind: str) -> str:
    above, _, last = kind.rpartition(".")
    return above if above and saying_of(last) is not None else kind


def _add_attributes(notice: Notice, event: dict[str, Any]) -> None:
    labels, kind = notice.labels, str(event["type"])
    named = labels.get("alertname", "")
    own = {
        "alertname": named if named not in ("", "Event") else _without_state(kind),
        "instance": labels.get("instance") or event.get("subject") or event["source"],
        **({} if labels.get("severity") else severity_labels(event.get("severity"))),
        "event_type": kind,
        "event_source": event["source"],
    }
    notice.labels = {**labels, **labels_from(own)}
    notice.at = moment_of(event.get("time"))


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/webhooks/cloudevents": {"POST": post_events, "OPTIONS": allow},
}
