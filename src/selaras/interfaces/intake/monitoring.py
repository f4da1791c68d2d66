"""Notifications of Nagios, Icinga and their kin, as contrib/selaras-notify posts them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.monitoring import KINDS, Notification, notice_of
from selaras.interfaces.intake.bodies import read_json
from selaras.interfaces.intake.callers import caller
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.fields import WrongField, a_text, an_object, needed_text
from selaras.interfaces.intake.http import Answer, Request, problem
from selaras.interfaces.intake.notices import take

WIRE = "monitoring"
_TEXTS = ("service", "output", "long_output", "address", "author", "comment", "tool")


async def post_notification(core: Core, request: Request) -> Answer:
    """Take a notification in: 202 once it is committed, 400 naming the field that is wrong."""
    source_id = await caller(core, request)
    body, value = await read_json(core, request)
    try:
        notice = notice_of(_notification(an_object(value, "body")))
    except WrongField as error:
        return problem(400, str(error))
    if await take(core, source_id, WIRE, body, [notice]):
        return problem(400, "the notification cannot be stored")
    return Answer(202)


def _notification(given: dict[str, Any]) -> Notification:
    host = needed_text(given, "host")
    texts = {name: a_text(given, name) for name in _TEXTS}
    kind = (a_text(given, "type") or "PROBLEM").upper().replace("_", "")
    if kind not in KINDS:
        raise WrongField("type", f"one of {', '.join(KINDS)} is expected, not {kind[:40]}")
    state = a_text(given, "state") or ("OK" if kind == "RECOVERY" else "")
    url = given.get("url")
    told = Notification(
        kind, host, state=state, at=moment_of(given.get("time")), url=url if isinstance(url, str) else "", **texts
    )
    if told.needs_state and not state:
        raise WrongField("state", "is required")
    return told


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/webhooks/monitoring": {"POST": post_notification},
}
