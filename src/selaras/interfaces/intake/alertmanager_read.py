"""The reading half of Alertmanager's API v2: alerts with filters, status, receivers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qs

import msgspec
import re2

from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.queries.open_alerts import OpenAlert, read_filters, read_open
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Request, as_json, streamed
from selaras.kernel import clock

_RECEIVER = "selaras"
# The version whose API this speaks, so that its tools do not warn; `branch` says what it really is.
_SPOKEN, _BRANCH = "0.25.0", f"selaras-{version('selaras')}"
_STARTED = datetime.now(UTC)
_encode = msgspec.json.encode
_CONFIG = f"route:\n  receiver: {_RECEIVER}\nreceivers:\n- name: {_RECEIVER}\n"
_PIECE = 100  # alerts sent at a time


async def get_alerts(core: Core, request: Request) -> Answer:
    """The firing alerts of the asker's own sources, filtered; streamed, so that memory does not grow with them."""
    source_id = await core.sources.identify(request.headers, request.client)
    asked = parse_qs(request.query.decode("latin-1"), keep_blank_values=True)
    try:
        matchers = read_filters(asked.get("filter", []))
        wanted = _is_receiver(asked.get("receiver", [""])[-1])
    except BadMatcher as error:
        return as_json(400, str(error))
    if not wanted or asked.get("active", ["true"])[-1] == "false":
        return as_json(200, [])
    pages = read_open(core.reading, source_id, matchers, clock.now().timestamp())
    return await streamed(_pieces(pages))


async def get_status(core: Core, request: Request) -> Answer:
    """What Alertmanager tells of itself; the configuration is one that its tools can read."""
    await core.sources.identify(request.headers, request.client)
    return as_json(
        200,
        {
            "cluster": {"peers": [], "status": "disabled"},
            "config": {"original": _CONFIG},
            "uptime": _time(_STARTED),
            "versionInfo": {
                "branch": _BRANCH, "buildDate": "", "buildUser": "", "goVersion": "", "revision": "",
                "version": _SPOKEN,
            },
        },
    )  # fmt: skip


async def get_receivers(core: Core, request: Request) -> Answer:
    """There is one receiver: Selaras, which decides by its own rules who hears of what."""
    await core.sources.identify(request.headers, request.client)
    return as_json(200, [{"name": _RECEIVER}])


def _is_receiver(pattern: str) -> bool:
    if not pattern:
        return True
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.fullmatch(f"(?:{pattern})", _RECEIVER, options) is not None
    except re2.error:
        raise BadMatcher(f"failed to parse receiver param: {pattern}") from None


async def _pieces(pages: AsyncIterator[list[OpenAlert]]) -> AsyncIterator[bytes]:
    before = b"["
    async for page in pages:
        for first in range(0, len(page), _PIECE):
            yield before + b",".join([_encode(_gettable(alert)) for alert in page[first : first + _PIECE]])
            before = b","
    yield b"[]\n" if before == b"[" else b"]\n"


def _gettable(alert: OpenAlert) -> dict[str, Any]:
    told = {
        "annotations": alert.annotations,
        "endsAt": _time(alert.ends_at),
        "fingerprint": alert.fingerprint,
        "receivers": [{"name": _RECEIVER}],
        "startsAt": _time(alert.starts_at),
        "status": {"inhibitedBy": [], "mutedBy": [], "silencedBy": [], "state": "active"},
        "updatedAt": _time(alert.updated_at),
        "labels": alert.labels,
    }
    return {**told, "generatorURL": alert.url} if alert.url else told


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
