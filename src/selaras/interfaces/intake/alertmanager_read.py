"""The reading half of Alertmanager's API v2: alerts with filters, status, receivers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qs

import msgspec
import re2

from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.queries.open_alerts import OpenAlert, Wanted, read_filters, read_open
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Refuse, Request, as_json, streamed
from selaras.kernel import clock

_RECEIVER = "selaras"
# The version whose API this speaks, so that its tools do not warn; `branch` says what it really is.
_SPOKEN, _BRANCH = "0.25.0", f"selaras-{version('selaras')}"
_STARTED = datetime.now(UTC)
_encode = msgspec.json.encode
_CONFIG = f"route:\n  receiver: {_RECEIVER}\nreceivers:\n- name: {_RECEIVER}\n"
# What Alertmanager takes for true; all else is false, and nothing given is true.
_TRUE = frozenset({"true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"})
_PIECE = 100  # alerts sent at a time


async def get_alerts(core: Core, request: Request) -> Answer:
    """The firing alerts of the asker's own sources, filtered; streamed, so that memory does not grow with them."""
    pages = await _asked_for(core, request)
    return as_json(200, []) if pages is None else await streamed(_pieces(pages, b"[", b"]\n", b"[]\n"))


async def get_groups(core: Core, request: Request) -> Answer:
    """The same in groups: one, as the configuration groups by nothing; none if there is no alert."""
    pages = await _asked_for(core, request)
    after = b'],"labels":{},"receiver":' + _encode({"name": _RECEIVER}) + b"}]\n"
    return as_json(200, []) if pages is None else await streamed(_pieces(pages, b'[{"alerts":[', after, b"[]\n"))


async def _asked_for(core: Core, request: Request) -> AsyncIterator[list[OpenAlert]] | None:
    """The alerts that the query asks for; None if it asks for those of a receiver that we do not have.

    Nothing is unprocessed here, so it makes no difference whether that is asked for.
    """
    source_id = await core.sources.identify(request.headers, request.client)
    asked = asked_of(request)
    try:
        flags = {name: _flag(asked, name) for name in ("silenced", "inhibited", "active")}
        wanted = Wanted(read_filters(asked.get("filter", [])), **flags)
        if not _is_receiver(asked.get("receiver", [""])[-1]):
            return None
    except BadMatcher as error:
        raise Refuse(as_json(400, str(error))) from None
    return read_open(core.reading, source_id, wanted, clock.now())


def asked_of(request: Request) -> dict[str, list[str]]:
    """The parameters of the query."""
    return parse_qs(request.query.decode("latin-1"), keep_blank_values=True)


def _flag(asked: dict[str, list[str]], name: str) -> bool:
    given = asked.get(name, [""])[-1]
    return not given or given.lower() in _TRUE


async def get_status(core: Core, request: Request) -> Answer:
    """What Alertmanager tells of itself; the configuration is one that its tools can read."""
    await core.sources.identify(request.headers, request.client)
    return as_json(
        200,
        {
            "cluster": {"peers": [], "status": "disabled"},
            "config": {"original": _CONFIG},
            "uptime": wire_time(_STARTED),
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


async def _pieces(
    pages: AsyncIterator[list[OpenAlert]], before: bytes, after: bytes, empty: bytes
) -> AsyncIterator[bytes]:
    between, lead = b",", before
    async for page in pages:
        for first in range(0, len(page), _PIECE):
            yield lead + b",".join([_encode(_gettable(alert)) for alert in page[first : first + _PIECE]])
            lead = between
    yield empty if lead is before else after


def _gettable(alert: OpenAlert) -> dict[str, Any]:
    told: dict[str, Any] = {
        "annotations": alert.annotations,
        "endsAt": wire_time(alert.ends_at),
        "fingerprint": alert.fingerprint,
        "receivers": [{"name": _RECEIVER}],
        "startsAt": wire_time(alert.starts_at),
        "status": {
            "inhibitedBy": alert.inhibited_by,
            "mutedBy": alert.muted_by,
            "silencedBy": alert.silenced_by,
            "state": "suppressed" if alert.silenced_by or alert.inhibited_by or alert.muted_by else "active",
        },
        "updatedAt": wire_time(alert.updated_at),
        "labels": alert.labels,
    }
    return {**told, "generatorURL": alert.url} if alert.url else told


def wire_time(at: datetime) -> str:
    """A time as Alertmanager writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
