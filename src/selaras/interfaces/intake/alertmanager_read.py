"""The reading half of Alertmanager's API v2: alerts with filters, in groups, status, receivers."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qs

import msgspec
import re2

from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.queries.open_alerts import OpenAlert, Reading, Wanted, read_filters
from selaras.domains.events.queries.open_groups import GroupPart, read_groups
from selaras.domains.events.queries.routes import Receivers, read_config, read_receivers
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Refuse, Request, as_json, streamed
from selaras.kernel import clock

# The version whose API this speaks, so that its tools do not warn; `branch` says what it really is.
_SPOKEN, _BRANCH = "0.25.0", f"selaras-{version('selaras')}"
_STARTED = datetime.now(UTC)
_encode = msgspec.json.encode
# What Alertmanager takes for true; all else is false, and nothing given is true.
_TRUE = frozenset({"true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"})
_PIECE = 100  # alerts sent at a time


async def get_alerts(core: Core, request: Request) -> Answer:
    """The firing alerts of the asker's own sources, filtered; streamed, so that memory does not grow with them."""
    reading, _receivers = await _asked_for(core, request)
    return await streamed(_listed(reading.pages()))


async def get_groups(core: Core, request: Request) -> Answer:
    """The same in the groups in which people are told of them, by the rules that decided them."""
    reading, receivers = await _asked_for(core, request)
    return await streamed(_grouped(read_groups(reading, receivers, muted=_flag(asked_of(request), "muted"))))


async def _asked_for(core: Core, request: Request) -> tuple[Reading, Receivers]:
    """The reading that the query asks for, and the receivers it is about.

    Nothing is unprocessed here, so it makes no difference whether that is asked for; and receivers have no labels.
    """
    source_id = await core.sources.identify(request.headers, request.client)
    asked = asked_of(request)
    await core.settle()
    async with core.reading() as connection:
        receivers = await read_receivers(connection, source_id)
    try:
        flags = {name: _flag(asked, name) for name in ("silenced", "inhibited", "active")}
        chosen = _named(receivers, asked.get("receiver", [""])[-1])
        wanted = Wanted(read_filters(asked.get("filter", [])), receivers=frozenset(chosen.values()), **flags)
    except BadMatcher as error:
        raise Refuse(as_json(400, str(error))) from None
    reading = Reading(core.reading, source_id, wanted, receivers, clock.now())
    await reading.prepare()
    return reading, chosen


def asked_of(request: Request) -> dict[str, list[str]]:
    """The parameters of the query."""
    return parse_qs(request.query.decode("latin-1"), keep_blank_values=True)


def _flag(asked: dict[str, list[str]], name: str) -> bool:
    given = asked.get(name, [""])[-1]
    return not given or given.lower() in _TRUE


async def get_status(core: Core, request: Request) -> Answer:
    """What Alertmanager tells of itself; the configuration is one that its tools can read."""
    source_id = await core.sources.identify(request.headers, request.client)
    async with core.reading() as connection:
        config = await read_config(connection, source_id)
    return as_json(
        200,
        {
            "cluster": {"peers": [], "status": "disabled"},
            "config": {"original": config},
            "uptime": wire_time(_STARTED),
            "versionInfo": {
                "branch": _BRANCH, "buildDate": "", "buildUser": "", "goVersion": "", "revision": "",
                "version": _SPOKEN,
            },
        },
    )  # fmt: skip


async def get_receivers(core: Core, request: Request) -> Answer:
    """The escalation policies that the source may know, and the house for all else."""
    source_id = await core.sources.identify(request.headers, request.client)
    async with core.reading() as connection:
        receivers = await read_receivers(connection, source_id)
    return as_json(200, [{"name": name} for name in dict.fromkeys(receivers.values())])


def _named(receivers: Receivers, pattern: str) -> Receivers:
    if not pattern:
        return receivers
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(f"(?:{pattern})", options)
    except re2.error:
        raise BadMatcher(f"failed to parse receiver param: {pattern}") from None
    return {policy_id: name for policy_id, name in receivers.items() if compiled.fullmatch(name)}


async def _listed(pages: AsyncIterator[list[OpenAlert]]) -> AsyncIterator[bytes]:
    lead = b"["
    async for page in pages:
        for piece in _pieces(page):
            yield lead + piece
            lead = b","
    yield b"[]\n" if lead == b"[" else b"]\n"


async def _grouped(parts: AsyncIterator[GroupPart]) -> AsyncIterator[bytes]:
    key, lead = None, b"["
    async for part in parts:
        between = b","
        if part.key != key:
            head = _encode({"labels": part.labels, "receiver": {"name": part.receiver}})
            key, between, lead = part.key, lead + head[:-1] + b',"alerts":[', b"]},"
        for piece in _pieces(part.alerts):
            yield between + piece
            between = b","
    yield b"[]\n" if key is None else b"]}]\n"


def _pieces(alerts: Sequence[OpenAlert]) -> Iterator[bytes]:
    for first in range(0, len(alerts), _PIECE):
        yield b",".join([_encode(_gettable(alert)) for alert in alerts[first : first + _PIECE]])


def _gettable(alert: OpenAlert) -> dict[str, Any]:
    told: dict[str, Any] = {
        "annotations": alert.annotations,
        "endsAt": wire_time(alert.ends_at),
        "fingerprint": alert.fingerprint,
        "receivers": [{"name": alert.receiver}],
        "startsAt": wire_time(alert.starts_at),
        "status": {
            "inhibitedBy": alert.inhibited_by,
            "mutedBy": alert.muted_by,
            "silencedBy": alert.silenced_by,
            "state": "suppressed" if alert.suppressed else "active",
        },
        "updatedAt": wire_time(alert.updated_at),
        "labels": alert.labels,
    }
    return {**told, "generatorURL": alert.url} if alert.url else told


def wire_time(at: datetime) -> str:
    """A time as Alertmanager writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
