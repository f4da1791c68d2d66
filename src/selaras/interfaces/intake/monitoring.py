"""Notifications of Nagios, Icinga and their kin, as contrib/selaras-notify posts them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, severity_labels, web_address
from selaras.domains.events.reading.words import Level, Saying, is_all_clear
from selaras.interfaces.intake.bodies import read_json
from selaras.interfaces.intake.callers import caller
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.fields import WrongField, a_text, an_object, needed_text
from selaras.interfaces.intake.http import Answer, Request, problem
from selaras.interfaces.intake.notices import take

WIRE = "monitoring"
_PROBLEM = {"PROBLEM": Saying.FIRING, "RECOVERY": Saying.RESOLVED, "ACKNOWLEDGEMENT": Saying.ACKNOWLEDGED}
# Conditions that are no problem of their own: informational, from their beginning to their end.
_CONDITIONS = {
    "FLAPPINGSTART": ("flapping", Saying.FIRING),
    "FLAPPINGSTOP": ("flapping", Saying.RESOLVED),
    "FLAPPINGEND": ("flapping", Saying.RESOLVED),
    "FLAPPINGDISABLED": ("flapping", Saying.RESOLVED),
    "DOWNTIMESTART": ("in downtime", Saying.FIRING),
    "DOWNTIMEEND": ("in downtime", Saying.RESOLVED),
    "DOWNTIMEREMOVED": ("in downtime", Saying.RESOLVED),
    "DOWNTIMECANCELLED": ("in downtime", Saying.RESOLVED),
}
_KINDS = (*_PROBLEM, *_CONDITIONS, "CUSTOM")


async def post_notification(core: Core, request: Request) -> Answer:
    """Take a notification in: 202 once it is committed, 400 naming the field that is wrong."""
    source_id = await caller(core, request)
    body, value = await read_json(core, request)
    try:
        notice = _notice(an_object(value, "body"))
    except WrongField as error:
        return problem(400, str(error))
    if await take(core, source_id, WIRE, body, [notice]):
        return problem(400, "the notification cannot be stored")
    return Answer(202)


def _notice(given: dict[str, Any]) -> Notice:
    host, service = needed_text(given, "host"), a_text(given, "service")
    kind = (a_text(given, "type") or "PROBLEM").upper().replace("_", "")
    if kind not in _KINDS:
        raise WrongField("type", f"one of {', '.join(_KINDS)} is expected, not {kind[:40]}")
    state = a_text(given, "state") or ("OK" if kind == "RECOVERY" else "")
    condition, saying = _CONDITIONS.get(kind, ("", _PROBLEM.get(kind, Saying.FIRING)))
    if not condition and saying == Saying.FIRING:
        if not state:
            raise WrongField("state", "is required")
        saying = Saying.RESOLVED if is_all_clear(state) else saying
    name = service or "Host check"
    labels = {
        "alertname": f"{name} {condition}".strip() if condition else name,
        "instance": host,
        "check": service,
        **severity_labels(Level.INFO.value if condition else state),
        "tool": a_text(given, "tool"),
    }
    at = moment_of(given.get("time"))
    return Notice(
        saying,
        labels_from(labels),
        annotations_from(_told(given, kind)),
        identity={"host": host, "check": service, "condition": condition},
        at=at,
        url=web_address(given.get("url")),
    )


def _told(given: dict[str, Any], kind: str) -> dict[str, Any]:
    told = {
        "summary": a_text(given, "output"),
        "description": a_text(given, "long_output"),
        "address": a_text(given, "address"),
        "state": a_text(given, "state"),
    }
    note = {"author": a_text(given, "author"), "comment": a_text(given, "comment")}
    if kind == "ACKNOWLEDGEMENT":
        # What was said of the trouble stays as it is.
        return {"acknowledged": "true", "acknowledged_by": note["author"], "acknowledged_comment": note["comment"]}
    return {**told, **note}


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/webhooks/monitoring": {"POST": post_notification},
}
