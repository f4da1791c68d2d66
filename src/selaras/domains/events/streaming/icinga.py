"""What we ask Icinga 2: its stream of events, and how its hosts and services stand."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from selaras.domains.events.contracts.streams import Target
from selaras.domains.events.reading.icinga import ATTRIBUTES, EVENTS, Thing, Unreadable
from selaras.domains.events.streaming.exchange import Exchange, exchange

_READING = 60.0  # seconds for one answer
_MOST = 64 << 20  # bytes of one: some ten thousand objects that are in trouble
_LINE = 4 << 20  # bytes of one event
_TOGETHER = 500  # things asked for at once
_IN_TROUBLE = "{0}.state != 0 || ({0}.flapping && {0}.enable_flapping) || {0}.downtime_depth > 0"

State = tuple[str, Mapping[str, Any]]
"""An object: host or service, and its attributes."""


class Lines:
    """The events as they come."""

    def __init__(self, answer: Exchange) -> None:
        self._answer, self._rest = answer, b""

    async def next(self) -> list[bytes]:
        """Those that have come, one at least; empty: the stream is over. May be cancelled without a loss."""
        while piece := await self._answer.piece():
            *whole, self._rest = (self._rest + piece).split(b"\n")
            if len(self._rest) > _LINE:
                raise Unreadable("a line without an end")
            if lines := [line for line in whole if line.strip()]:
                return lines
        return []


@asynccontextmanager
async def events(target: Target) -> AsyncIterator[Lines]:
    """Open the stream. Raises what `exchange` raises."""
    async with exchange(target, "/v1/events", {"queue": target.queue, "types": EVENTS}, reads=False) as answer:
        yield Lines(answer)


async def in_trouble(target: Target) -> list[State]:
    """Every host and service that is not simply well."""
    found = [await _objects(target, kind, {"filter": _IN_TROUBLE.format(kind)}) for kind in ("host", "service")]
    return [one for of_kind in found for one in of_kind]


async def look_at(target: Target, things: Collection[Thing]) -> list[State]:
    """How these stand; those that are gone are left out."""
    names = {
        "host": [one.host for one in things if not one.service],
        "service": [f"{one.host}!{one.service}" for one in things if one.service],
    }
    found: list[State] = []
    for kind, wanted in names.items():
        for at in range(0, len(wanted), _TOGETHER):
            asks = {"filter": f"{kind}.__name in names", "filter_vars": {"names": wanted[at : at + _TOGETHER]}}
            found += await _objects(target, kind, asks)
    return found


async def _objects(target: Target, kind: str, asks: Mapping[str, Any]) -> list[State]:
    async with (
        asyncio.timeout(_READING),
        exchange(target, f"/v1/objects/{kind}s", {"attrs": ATTRIBUTES[kind], **asks}, reads=True) as answer,
    ):
        body = await answer.whole(_MOST)
    try:
        return [(kind, row["attrs"]) for row in msgspec.json.decode(body)["results"]]
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise Unreadable(str(error)) from None
