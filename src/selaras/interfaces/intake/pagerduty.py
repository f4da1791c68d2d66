"""PagerDuty's Events API, version 2: whatever can page through PagerDuty can post here, with our token as routing key.

Answers are PagerDuty's: https://developer.pagerduty.com/docs/events-api-v2/overview
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import (
    Notice,
    annotations_from,
    labels_from,
    severity_labels,
    sound_name,
    text_of,
    web_address,
)
from selaras.domains.events.reading.words import Level, Saying
from selaras.interfaces.intake.bodies import Unreadable, parsed, read_body
from selaras.interfaces.intake.callers import by_token
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Refuse, Request, as_json
from selaras.interfaces.intake.notices import take

WIRE, CHANGE_WIRE = "pagerduty_v2", "pagerduty_change_v2"
_ACTIONS = {"trigger": Saying.FIRING, "acknowledge": Saying.ACKNOWLEDGED, "resolve": Saying.RESOLVED}
_SEVERITIES = tuple(level.value for level in Level)
_KEY_LIMIT = 255
_SUMMARY = 1024
_PARTS = ("component", "group", "class")


async def enqueue(core: Core, request: Request) -> Answer:
    """Take an event in: 202 with its dedup_key once it is committed, 400 with what is wrong with it."""
    body, event, source_id = await _event(core, request)
    errors = _faults(event)
    if errors:
        return _invalid(errors)
    dedup_key = event.get("dedup_key") or uuid4().hex
    if await take(core, source_id, WIRE, body, [_notice(event, dedup_key)]):
        return _invalid(["the event cannot be stored"])
    return as_json(202, {"status": "success", "message": "Event processed", "dedup_key": dedup_key})


async def change(core: Core, request: Request) -> Answer:
    """Take a change event in: kept as informational, over as soon as it is told."""
    body, event, source_id = await _event(core, request)
    payload = event.get("payload")
    errors = _payload_faults(payload, severity=False)
    if errors or not isinstance(payload, dict):
        return _invalid(errors)
    notice = _notice({**event, "event_action": "trigger"}, uuid4().hex)
    notice.saying = Saying.RESOLVED
    notice.labels |= severity_labels(Level.INFO.value)
    await take(core, source_id, CHANGE_WIRE, body, [notice])
    return as_json(202, {"status": "success", "message": "Change event processed"})


async def _event(core: Core, request: Request) -> tuple[bytes, dict[str, Any], int]:
    body = await read_body(core, request)
    try:
        event = parsed(body)
    except Unreadable as error:
        raise Refuse(_invalid([str(error)])) from None
    if not isinstance(event, dict):
        raise Refuse(_invalid(["the event must be a JSON object"]))
    # PagerDuty's clients also send the key as a header.
    key = event.get("routing_key") or request.headers.get(b"x-routing-key", b"").decode("latin-1")
    if not isinstance(key, str) or not key.strip():
        raise Refuse(_invalid(["'routing_key' is missing or blank"]))
    try:
        source_id = await by_token(core, request, key.strip().encode(errors="replace"))
    except Refuse:
        raise Refuse(_invalid(["'routing_key' is not the token of an event source"])) from None
    return body, event, source_id


def _invalid(errors: list[str]) -> Answer:
    return as_json(400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors})


def _faults(event: dict[str, Any]) -> list[str]:
    action, key = event.get("event_action"), event.get("dedup_key")
    errors = []
    if not isinstance(action, str) or action not in _ACTIONS:
        errors.append("'event_action' is missing or not one of trigger, acknowledge, resolve")
    if key is not None and (not isinstance(key, str) or len(key) > _KEY_LIMIT):
        errors.append(f"'dedup_key' must be a string of up to {_KEY_LIMIT} characters")
    if action in ("acknowledge", "resolve") and not key:
        errors.append("'dedup_key' is missing or blank")
    if action == "trigger":
        errors += _payload_faults(event.get("payload"), severity=True)
    return errors


def _payload_faults(payload: Any, *, severity: bool) -> list[str]:
    if not isinstance(payload, dict):
        return ["'payload' is missing or not an object"]
    errors = [
        f"'payload.{field}' is missing or blank"
        for field in (("summary", "source") if severity else ("summary",))
        if not isinstance(payload.get(field), str) or not payload[field].strip()
    ]
    if severity and payload.get("severity") not in _SEVERITIES:
        errors.append("'payload.severity' is missing or not one of " + ", ".join(_SEVERITIES))
    if payload.get("timestamp") is not None and moment_of(payload["timestamp"]) is None:
        errors.append("'payload.timestamp' is not a time by ISO 8601")
    return errors


def _notice(event: dict[str, Any], dedup_key: str) -> Notice:
    found = event.get("payload")
    payload = found if isinstance(found, dict) else {}
    summary = text_of(payload.get("summary"), _SUMMARY)
    labels = {
        "alertname": summary or text_of(dedup_key, 200),
        "instance": payload.get("source"),
        **severity_labels(payload.get("severity")),
        **{part: payload.get(part) for part in _PARTS},
        "client": event.get("client"),
        "dedup_key": dedup_key,
    }
    return Notice(
        _ACTIONS[event["event_action"]],
        labels_from(labels),
        annotations_from({"summary": summary, **_extras(event, payload)}),
        identity={"dedup_key": text_of(dedup_key, _KEY_LIMIT)},
        starts=moment_of(payload.get("timestamp")),
        url=web_address(event.get("client_url")),
    )


def _extras(event: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    """Links, images and custom details, as annotations; an acknowledgement says that it is one."""
    details = payload.get("custom_details")
    named = details if isinstance(details, dict) else {"details": details}
    told: dict[str, Any] = {f"details_{sound_name(name)}": value for name, value in named.items()}
    for field, address in (("links", "href"), ("images", "src")):
        listed = event.get(field)
        entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        texts = [" ".join(filter(None, (text_of(e.get("text") or e.get("alt"), 200), web_address(e.get(address)))))
                 for e in entries]  # fmt: skip
        told[field] = "\n".join(filter(None, texts))
    if event["event_action"] == "acknowledge":
        told["acknowledged"] = "true"
    return told


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/v2/enqueue": {"POST": enqueue},
    "/v2/change/enqueue": {"POST": change},
}
