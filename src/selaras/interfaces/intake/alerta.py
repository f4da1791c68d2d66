"""Alerta's API: alerts and heartbeats, as its client and the many that speak to it post them.

https://docs.alerta.io/api/reference.html
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from selaras.domains.events.actions.hear import hear_named
from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, severity_labels, text_of
from selaras.domains.events.reading.observing import alert_id
from selaras.domains.events.reading.words import Saying, is_all_clear, saying_of
from selaras.interfaces.intake.bodies import Unreadable, parsed, read_body
from selaras.interfaces.intake.callers import caller
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.fields import WrongField, a_list, a_text, an_object, an_object_or_none, needed_text
from selaras.interfaces.intake.http import Answer, Request, as_json
from selaras.interfaces.intake.notices import take
from selaras.kernel import clock

WIRE = "alerta"
_HEARTBEAT = 86_400.0  # seconds, where it names no timeout; as Alerta's server has it
_ECHOED = ("resource", "event", "environment", "severity", "group", "value", "text", "origin", "createTime")
_LONGEST = 10 * 365 * 86_400.0


async def post_alert(core: Core, request: Request) -> Answer:
    """Take an alert in: 201 with its id once it is committed."""
    source_id = await caller(core, request)
    body = await read_body(core, request)
    try:
        given = an_object(parsed(body), "body")
        notice = _notice(given)
    except (Unreadable, WrongField) as error:
        return _error(str(error))
    if await take(core, source_id, WIRE, body, [notice]):
        return _error("the alert cannot be stored")
    named = str(UUID(bytes=alert_id(source_id, notice)))
    return as_json(201, {"status": "ok", "id": named, "alert": _alert(given, notice, named)})


async def post_heartbeat(core: Core, request: Request) -> Answer:
    """A heartbeat of the source is heard; it appears with the first, and an alert opens when it is missed."""
    source_id = await caller(core, request)
    try:
        given = an_object(parsed(await read_body(core, request)), "body")
        origin = needed_text(given, "origin")[:120]
        lasts = _seconds(given, "timeout") or _HEARTBEAT
    except (Unreadable, WrongField) as error:
        return _error(str(error))
    name, interval = text_of(origin, 120), max(1, round(lasts))
    async with core.reading() as connection:
        if not await hear_named(connection, source_id, name, interval, clock.now(), address=request.client):
            return _error("origin: this source has too many heartbeats")
    beat = {"id": str(uuid4()), "origin": origin, "type": "Heartbeat", "status": "ok", "timeout": lasts}
    return as_json(201, {"status": "ok", "id": beat["id"], "heartbeat": {**beat, "receiveTime": _now()}})


def _notice(given: dict[str, Any]) -> Notice:
    resource, event = needed_text(given, "resource"), needed_text(given, "event")
    severity, status = a_text(given, "severity") or "indeterminate", a_text(given, "status")
    services = [str(name) for name in a_list(given.get("service") or [], "service")]
    attributes = an_object_or_none(given, "attributes")
    labels = {
        "alertname": event,
        "instance": resource,
        **severity_labels(severity),
        "environment": a_text(given, "environment"),
        "service": services[0] if services else "",
        "group": a_text(given, "group"),
        "origin": a_text(given, "origin"),
    }
    value, tags = a_text(given, "value"), a_list(given.get("tags") or [], "tags")
    told = {"summary": a_text(given, "text") or value or event, "value": value, "tags": tags, **attributes}
    if len(services) > 1:
        told["services"] = services
    return Notice(
        _saying(severity, status),
        labels_from(labels),
        annotations_from(told),
        identity=_identity(given, resource, event),
        at=_moment(given, "createTime"),
    )


def _identity(given: dict[str, Any], resource: str, event: str) -> dict[str, str]:
    """Environment and resource with the event, or with all events it correlates to: NodeDown is ended by NodeUp."""
    related = {str(name) for name in a_list(given.get("correlate") or [], "correlate")} | {event}
    return {"environment": a_text(given, "environment"), "resource": resource, "event": "\n".join(sorted(related))}


def _saying(severity: str, status: str) -> Saying:
    if is_all_clear(severity):
        return Saying.RESOLVED
    said = saying_of(status)
    return said if said in (Saying.RESOLVED, Saying.ACKNOWLEDGED) else Saying.FIRING


def _moment(given: dict[str, Any], field: str) -> float | None:
    text = a_text(given, field)
    found = moment_of(text)
    if text and found is None:
        raise WrongField(field, f"not a time by ISO 8601: {text[:80]}")
    return found


def _seconds(given: dict[str, Any], field: str) -> float:
    value = given.get(field) or 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST:
        raise WrongField(field, "a number of seconds is expected")
    return float(value)


def _alert(given: dict[str, Any], notice: Notice, named: str) -> dict[str, Any]:
    """The alert as Alerta gives it back: what was sent, and what was made of it."""
    status = {Saying.FIRING: "open", Saying.RESOLVED: "closed", Saying.ACKNOWLEDGED: "ack"}[notice.saying]
    texts = {name: a_text(given, name) for name in _ECHOED}
    lists = {name: [str(each) for each in given.get(name) or []] for name in ("service", "tags", "correlate")}
    times = {"createTime": texts["createTime"] or _now(), "receiveTime": _now(), "lastReceiveTime": _now()}
    fixed = {"type": "exceptionAlert", "attributes": {}, "history": [], "repeat": False, "duplicateCount": 0}
    return {**fixed, **texts, **lists, **times, "id": named, "status": status}


def _now() -> str:
    at: datetime = clock.now()
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(message: str) -> Answer:
    return as_json(400, {"status": "error", "code": 400, "message": message, "errors": [message]})


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/alert": {"POST": post_alert},
    "/api/alert": {"POST": post_alert},
    "/heartbeat": {"POST": post_heartbeat},
    "/api/heartbeat": {"POST": post_heartbeat},
}
