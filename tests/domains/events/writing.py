"""Two intake processes that write to one database in turn, and storms for them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import asyncpg
from django.db import connection
from django.db.models import Sum
from hypothesis import strategies as st

from selaras.domains.events.actions.accept import Memory, Writer
from selaras.domains.events.contracts import RESOLVED, Observation, Post
from selaras.domains.events.models import Alert, Change, RawBatch, ResentBatch, UnfoldedBatch
from selaras.domains.events.rules import fold, waves
from tests.domains.events.build import NOON, observation
from tests.interfaces.intake.serving import database_url

T0 = NOON.timestamp()
A, B = b"a" * 16, b"b" * 16

Storm = list[tuple[float, list[Observation] | None]]
"""Flushes at growing times, and None where what waits is folded."""


class Process:
    """An intake process with one writer; `few` and `many` are those of `Memory`."""

    def __init__(self, link: Any, few: int, many: int) -> None:
        self.link, self.memory = link, Memory(few, many)
        self.writer = Writer(link, self.memory)

    async def write(self, now: float, *seen: Observation) -> int:
        """What so many posts say, together."""
        return await self.writer.write([Post(1, "test", b"body", [one]) for one in seen], now)

    async def fold(self, now: float) -> int:
        return await self.memory.fold(self.link, now)

    async def open(self, *keys: bytes) -> None:
        """Have these fire from noon on, and know them."""
        for _ in range(2):
            await self.write(T0, *(observation(key, T0, T0 + 60) for key in keys))


def run(play: Callable[[Process, Process], Awaitable[None]], *, few: int, many: int) -> None:
    """Let two processes play."""

    async def go() -> None:
        links = [await asyncpg.connect(database_url()) for _ in range(2)]
        try:
            await play(Process(links[0], few, many), Process(links[1], few, many))
        finally:
            for link in links:
                await link.close()

    asyncio.run(go())


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(T0 + seconds, UTC)


def changes() -> list[tuple[str, int, str]]:
    return list(Change.objects.order_by("id").values_list("state", "episode", "reason"))


def in_thread(action: Callable[[], int]) -> int:
    """Django in a thread of its own, which lets go of its connection."""
    try:
        return action()
    finally:
        connection.close()


@st.composite
def storms(draw: st.DrawFn) -> Storm:
    made: Storm = []
    now = T0
    for _ in range(draw(st.integers(1, 10))):
        now += draw(st.integers(1, 6))
        seen = [
            observation(
                key, now - draw(st.integers(0, 9)), now + draw(st.integers(-1, 12)), timed_out=draw(st.booleans())
            )
            for key in draw(st.lists(st.sampled_from([A, B]), min_size=1, max_size=3))
        ]
        made.append((now, seen))
        if draw(st.booleans()):
            made.append((now + 0.5, None))
    return made


def copies(seen: list[Observation]) -> list[Observation]:
    return [observation(s.key, s.starts, s.ends, timed_out=s.timed_out) for s in seen]


def weather(storm: Storm, *, few: int, many: int) -> None:
    """Have it come upon one process, from an empty log on, and fold what waits at its end."""
    for model in (Alert, ResentBatch, UnfoldedBatch):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_change, events_rawbatch")

    async def play(here: Process, _: Process) -> None:
        for now, seen in storm:
            await (here.fold(now) if seen is None else here.write(now, *copies(seen)))
        await here.fold(storm[-1][0] + 1)

    run(play, few=few, many=many)


def as_by_rule(flushes: Iterable[tuple[float, list[Observation]]]) -> None:
    """The alerts and their changes are those of the rule that folds each of these flushes at once; nothing waits."""
    alerts: dict[bytes, Observation] = {}
    ended: dict[bytes, bool] = {}
    logged = 0
    for now, seen in flushes:
        for wave in waves(seen, now, 8):
            for key, one in wave.items():
                alerts[key] = fold(alerts[key], one, now) if key in alerts else one
                logged += ended.get(key) is not (one.ends <= now)
                ended[key] = one.ends <= now
    for alert in Alert.objects.all():
        mine = alerts[alert.key.bytes]
        assert (alert.starts_at.timestamp(), alert.ends_at.timestamp()) == (mine.starts, mine.ends)
        assert (alert.timed_out, alert.received) == (mine.timed_out, mine.count)
        assert (alert.state == RESOLVED) == ended[alert.key.bytes]
    assert (Alert.objects.count(), Change.objects.count()) == (len(alerts), logged)
    assert ResentBatch.objects.count() == UnfoldedBatch.objects.count() == 0
    assert Alert.objects.aggregate(n=Sum("received"))["n"] == RawBatch.objects.aggregate(n=Sum("observations"))["n"]
