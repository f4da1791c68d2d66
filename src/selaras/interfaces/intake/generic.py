"""The webhook of every other tool: what it says is guessed, or read as the source's mapping says.

`/webhooks/generic/<source>` names the source by its name or number, for the eye and for sources that share an address;
who posts is proved as everywhere else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from selaras.domains.events.reading.guess import guess
from selaras.domains.events.reading.mapping import BadMapping, read_mapped
from selaras.domains.events.reading.notice import Notice
from selaras.domains.events.reading.split import TooMany
from selaras.interfaces.intake.bodies import Unreadable, parsed, read_body
from selaras.interfaces.intake.callers import caller
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Request, as_json, problem, too_large
from selaras.interfaces.intake.labels import kind
from selaras.interfaces.intake.notices import take
from selaras.interfaces.intake.settings import MB

WIRE = "generic"
LIMIT = 2 * MB  # of a body: what is guessed or mapped costs more than what is known
_FORM = b"application/x-www-form-urlencoded"


async def post_generic(core: Core, request: Request) -> Answer:
    """Take a payload in: 202 with the alerts found in it once they are committed, 400 with why there are none."""
    source_id = await caller(core, request)
    named = unquote(request.path.removeprefix("/webhooks/generic").strip("/"))
    if named and not core.sources.is_called(source_id, named):
        return problem(404, f'the source that posts is not called "{named[:120]}"')
    body = await read_body(core, request)
    if len(body) > LIMIT:
        return too_large(LIMIT)
    try:
        value = _value(body, request.headers.get(b"content-type", b""))
        # In a thread, so that a large payload keeps no other sender waiting.
        notices = await asyncio.to_thread(_read, value, core.sources.mapping_of(source_id))
    except (Unreadable, TooMany, BadMapping) as error:
        return problem(400, str(error))
    if not notices:
        return problem(400, "body: an object or a list of objects is expected; nothing in it tells of an alert")
    failed = await take(core, source_id, WIRE, body, notices)
    if failed:
        return problem(400, "; ".join(f"alert {number}: the database refuses it" for number in failed[:100]))
    told = [{"name": n.labels.get("alertname", ""), "state": n.saying.value} for n in notices[:100]]
    return as_json(202, {"alerts": len(notices), "read_as": told})


def _read(value: Any, mapping: Mapping[str, str]) -> list[Notice]:
    if not isinstance(value, dict | list):
        raise Unreadable(f"body: an object or a list of objects is expected, not {kind(value)}")
    return read_mapped(value, mapping) if mapping else guess(value)


def _value(body: bytes, media: bytes) -> Any:
    if not media.lower().startswith(_FORM) or body[:1] in (b"{", b"["):
        return parsed(body)
    # As forms send it: one JSON document under `payload`, else the fields themselves.
    fields = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", errors="replace")).items()}
    return parsed(fields["payload"].encode()) if "payload" in fields else fields


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/webhooks/generic": {"POST": post_generic},
    "/webhooks/generic/{id}": {"POST": post_generic},
}
