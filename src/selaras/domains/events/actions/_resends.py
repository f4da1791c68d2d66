"""Re-sends that change nothing but times: committed before their answer, folded into their alerts half a second later.

A storm mostly says again what it has said, and writing an alert for each time is most of what it costs the database.
So a flush keeps these in one small row (`events_resentbatch`) beside the bodies, and each alert is written once for all
that came meanwhile. That takes the row away, in one transaction: each counts once, whoever dies in between. What a dead
process left is folded by the schedule (`fold_left.py`).

Takes an asyncpg connection and imports no Django, as `accept.py`.
"""

import asyncio
from collections.abc import Container, Iterable, Sequence
from typing import Any

import msgspec
import zstandard

from selaras.domains.events.actions._accept_sql import COUNTED_STATEMENT, RESENT_STATEMENT
from selaras.domains.events.actions._known import Known
from selaras.domains.events.actions._parts import Part, array, facts
from selaras.domains.events.contracts import Observation
from selaras.domains.events.rules import fold

_TAKE = "DELETE FROM events_resentbatch WHERE id = ANY($1) RETURNING id"
# Of the eight numbers that a flush has, the one with which its re-sends mark what they change.
_MARK = 7
_zstd = zstandard.ZstdCompressor(level=1)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[list[int], list[int], list[int], list[float], list[float], list[bool]]).decode


class Resend(msgspec.Struct, gc=False):
    """One alert's re-sends as one: what they say together, what else is told of it, its number, when the last came."""

    seen: Observation
    told: int
    alert: int
    at: float


class _Taken(Exception):
    """Somebody else has folded some of it."""


class Resends:
    """Those of one process that are on disk and wait to be folded.

    `few`: alerts in a flush below which they had better be written at once.
    """

    def __init__(self, known: Known, few: int) -> None:
        self._known, self._few = known, few
        self._waiting: dict[bytes, Resend] = {}
        self._under_way: dict[bytes, Resend] = {}
        self._batches: list[int] = []
        self._lock = asyncio.Lock()

    def __bool__(self) -> bool:
        """Whether any wait, or are being folded."""
        return bool(self._batches or self._under_way)

    def worth_it(self, alerts: int) -> bool:
        """Whether what a flush of so many says again is to wait, as it is when others wait that it can join."""
        return bool(self) or alerts >= self._few

    def in_the_way(self, other: Iterable[Observation], resent: Iterable[Observation]) -> bool:
        """Whether what waits must be written first: something `other` is to be written of one of these alerts, or what
        is said again of one does not go on where the last ended. Then the two as one would not merge as one by one."""
        return bool(self) and (
            any(seen.key in self._waiting or seen.key in self._under_way for seen in other)
            or any(not self._goes_on(seen) for seen in resent)
        )

    def _goes_on(self, seen: Observation) -> bool:
        before = self._waiting.get(seen.key)
        return before is None or before.seen.starts <= seen.starts < before.seen.ends <= seen.ends

    def add(self, part: Part, batch: int, now: float) -> None:
        """These are committed, in the row of this number."""
        self._batches.append(batch)
        waiting = self._waiting
        for seen, told, alert in zip(part.seen, part.told, part.ids, strict=True):
            before = waiting.get(seen.key)
            if before is None:
                waiting[seen.key] = Resend(seen, told, alert, now)
            else:
                before.seen, before.told, before.at = fold(before.seen, seen, now), told, now

    async def fold(self, connection: Any, now: float) -> int:
        """Write what waits; how many alerts changed their state. If it fails, it still waits."""
        async with self._lock:
            if not self._batches:
                return 0
            self._under_way, self._waiting = self._waiting, {}
            batches, self._batches = self._batches, []
            try:
                return await self._write(connection, batches, now)
            except _Taken:  # after many seconds without a database; they are folded, or will be, each once
                self._known.forget(self._under_way)
                return 0
            except BaseException:
                self._back(batches)
                raise
            finally:
                self._under_way = {}

    async def _write(self, connection: Any, batches: list[int], now: float) -> int:
        ordered = [row for _, row in sorted(self._under_way.items())]
        async with connection.transaction():
            if len(await connection.fetch(_TAKE, batches)) != len(batches):
                raise _Taken
            changed, strange = await connection.fetchrow(RESENT_STATEMENT, *resent(ordered, batches[-1], now))
            if strange:
                await connection.execute(COUNTED_STATEMENT, *counted(ordered, set(strange)))
        if strange:
            self._known.forget(one.seen.key for one in ordered if one.alert in strange)
        return int(changed)

    def _back(self, batches: list[int]) -> None:
        self._batches = batches + self._batches
        for key, older in self._under_way.items():
            newer = self._waiting.get(key)
            if newer is None:
                self._waiting[key] = older
            else:
                newer.seen = fold(older.seen, newer.seen, newer.at)


def packed(part: Part) -> bytes:
    """What the row of a flush holds."""
    seen = part.seen
    times = [s.starts for s in seen], [s.ends for s in seen], [s.timed_out for s in seen]
    return _zstd.compress(_encode((part.ids, part.told, [s.count for s in seen], *times)))


def unpacked(body: bytes, at: float) -> list[Resend]:
    """What a row holds, in the order of the alerts' keys (which it does not hold)."""
    rows = zip(*_decode(zstandard.decompress(body)), strict=True)
    return [
        Resend(Observation(b"", 0, starts, ends, timed_out, "", "", "", count), told, alert, at)
        for alert, told, count, starts, ends, timed_out in rows
    ]


def resent(rows: Sequence[Resend], batch: int, now: float) -> tuple[Any, ...]:
    """The parameters of `RESENT_STATEMENT`; `batch` is the number of a flush that they came with."""
    part = Part([row.seen for row in rows], [row.told for row in rows], [row.alert for row in rows])
    return (batch + _MARK, now, array(part.ids), *facts(part), array([row.at for row in rows]))


def counted(rows: Sequence[Resend], strange: Container[int]) -> tuple[str, str]:
    """The parameters of `COUNTED_STATEMENT` for those that were `strange`."""
    some = [row for row in rows if row.alert in strange]
    return array([row.alert for row in some]), array([row.seen.count for row in some])
