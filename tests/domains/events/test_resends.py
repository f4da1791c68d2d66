"""What a storm says again is kept before its answer and folded into the alerts a little later, once and in order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selaras.domains.events.actions.accept import Known, Resends, Writer
from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.flood import Floods
from selaras.domains.events.actions.fold_left import LEFT_AFTER, fold_left_resends
from selaras.domains.events.contracts import FIRING, RESOLVED, Observation, Post
from selaras.domains.events.models import Alert, Change, RawBatch, ResentBatch
from selaras.domains.events.rules import fold, waves
from selaras.kernel import clock
from tests.domains.events.build import NOON, make_source, observation
from tests.interfaces.intake.serving import database_url

T0 = NOON.timestamp()
A, B = b"a" * 16, b"b" * 16


@pytest.fixture(autouse=True)
def at_noon(transactional_db: None) -> Iterator[None]:
    make_source()
    with clock.frozen(NOON):
        yield


class Process:
    """An intake process with one writer, which lets every re-send wait."""

    def __init__(self, link: Any) -> None:
        self.link, known = link, Known()
        self.resends = Resends(known, few=1)
        self.writer = Writer(link, known, Floods(), self.resends)

    async def write(self, now: float, *seen: Observation) -> int:
        return await self.writer.write([Post(1, "test", b"body", list(seen))], now)

    async def fold(self, now: float) -> int:
        return await self.resends.fold(self.link, now)

    async def open(self, *keys: bytes) -> None:
        """Have these fire from noon on, and know them."""
        for _ in range(2):
            await self.write(T0, *(observation(key, T0, T0 + 60) for key in keys))


def run(play: Callable[[Process, Process], Awaitable[None]]) -> None:
    """Let two processes play."""

    async def go() -> None:
        links = [await asyncpg.connect(database_url()) for _ in range(2)]
        try:
            await play(Process(links[0]), Process(links[1]))
        finally:
            for link in links:
                await link.close()

    asyncio.run(go())


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(T0 + seconds, UTC)


def changes() -> list[tuple[str, int, str]]:
    return list(Change.objects.order_by("id").values_list("state", "episode", "reason"))


def test_many_are_kept_at_once_and_written_as_one() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.open(A, B)
        for second in (1, 2, 3):
            await here.write(T0 + second, *(observation(key, T0, T0 + 60 + second) for key in (A, B)))

    run(play)
    assert ResentBatch.objects.count() == 3
    assert set(Alert.objects.values_list("received", "last_seen")) == {(2, NOON)}

    async def again(here: Process, _: Process) -> None:
        await here.open(A, B)
        for second in (4, 5, 6):
            await here.write(T0 + second, *(observation(key, T0, T0 + 60 + second) for key in (A, B)))
        await here.fold(T0 + 7)

    run(again)
    assert set(Alert.objects.values_list("received", "last_seen", "ends_at")) == {(7, at(6), at(66))}
    assert ResentBatch.objects.count() == 3  # what the first left behind
    assert changes() == [(FIRING, 1, "sent")] * 2


def test_what_a_dead_process_left_is_folded_once_by_the_schedule() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.open(A, B)
        for second in (1, 2):
            await here.write(T0 + second, *(observation(key, T0, T0 + 60 + second) for key in (A, B)))

    run(play)
    with clock.frozen(NOON + LEFT_AFTER):
        assert fold_left_resends() == 0  # it may be alive
    with clock.frozen(NOON + LEFT_AFTER + timedelta(seconds=5)):
        assert fold_left_resends() == 2
        assert fold_left_resends() == 0
    assert set(Alert.objects.values_list("received", "last_seen", "ends_at")) == {(4, at(2), at(62))}


def test_a_process_that_was_taken_for_dead_counts_nothing_twice() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.open(A)
        await here.write(T0 + 1, observation(A, T0, T0 + 61))
        with clock.frozen(NOON + timedelta(minutes=1)):
            assert await asyncio.to_thread(in_thread, fold_left_resends) == 1
        assert await here.fold(T0 + 60) == 0
        await here.write(T0 + 61, observation(A, T0, T0 + 120))
        await here.fold(T0 + 61)

    run(play)
    assert Alert.objects.get().received == 4


def test_an_alert_that_was_told_again_in_time_does_not_end() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.open(A, B)
        await here.write(T0 + 59, observation(A, T0, T0 + 120))

    run(play)
    with clock.frozen(NOON + timedelta(seconds=62)):
        assert expire_alerts() == 0  # A goes on, and who knows of B
    with clock.frozen(NOON + timedelta(seconds=70)):
        assert expire_alerts() == 1
    assert dict(Alert.objects.values_list("key", "state")) == {
        Alert.objects.get(received=3).key: FIRING,
        Alert.objects.get(received=2).key: RESOLVED,
    }


def test_an_end_that_comes_after_it_stays_the_end() -> None:
    async def play(here: Process, there: Process) -> None:
        for process, key in ((here, A), (there, B)):
            await here.open(key)
            await there.open(key)
            await here.write(T0 + 1, observation(key, T0, T0 + 90))
            await process.write(T0 + 2, observation(key, T0, T0 + 2))
            await here.fold(T0 + 3)

    run(play)
    assert set(Alert.objects.values_list("state", "received", "ends_at")) == {(RESOLVED, 6, at(2))}
    assert changes() == [(FIRING, 1, "sent"), (RESOLVED, 1, "sent")] * 2


def test_what_ended_silently_fires_again() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.open(A)
        with clock.frozen(NOON + timedelta(seconds=70)):
            assert await asyncio.to_thread(in_thread, expire_alerts) == 1
        assert await here.write(T0 + 80, observation(A, T0, T0 + 140)) == 0
        assert await here.fold(T0 + 81) == 1

    run(play)
    assert changes() == [(FIRING, 1, "sent"), (RESOLVED, 1, "expired"), (FIRING, 2, "sent")]
    assert RawBatch.objects.get(pk=Change.objects.latest("id").batch or 0).at == at(80)


def test_words_of_another_process_are_not_undone_but_said_again_they_count() -> None:
    def worded(second: float, text: str) -> Observation:
        said = observation(A, T0, T0 + 60 + second)
        said.annotations = f'{{"summary":"{text}"}}'
        return said

    async def play(here: Process, there: Process) -> None:
        for _ in range(2):
            await here.write(T0, worded(0, "10 %"))
        await here.write(T0 + 1, worded(1, "10 %"))
        await there.write(T0 + 2, worded(2, "5 %"))
        await here.fold(T0 + 3)
        await here.write(T0 + 4, worded(4, "10 %"))

    run(play)
    alert = Alert.objects.get()
    assert (alert.received, alert.annotations, alert.ends_at) == (5, {"summary": "10 %"}, at(64))


def test_what_cannot_be_folded_now_still_waits() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.open(A)
        await here.write(T0 + 1, observation(A, T0, T0 + 61))
        broken = await asyncpg.connect(database_url())
        await broken.close()
        with pytest.raises(asyncpg.InterfaceError):
            await here.resends.fold(broken, T0 + 2)
        assert here.resends
        await here.fold(T0 + 3)
        assert not here.resends

    run(play)
    assert (Alert.objects.get().received, ResentBatch.objects.count()) == (3, 0)


def in_thread(action: Callable[[], int]) -> int:
    """Django in a thread of its own, which lets go of its connection."""
    try:
        return action()
    finally:
        connection.close()


AGO = st.integers(0, 12)


@st.composite
def storms(draw: st.DrawFn) -> list[tuple[float, list[Observation] | None]]:
    """Flushes at growing times, and None where what waits is folded."""
    made: list[tuple[float, list[Observation] | None]] = []
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


@given(storms())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_added_by_waiting(storm: list[tuple[float, list[Observation] | None]]) -> None:
    """The alerts and their changes are those of the rule that folds each flush at once."""
    for model in (Alert, ResentBatch):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_change, events_rawbatch")
    alerts: dict[bytes, Observation] = {}
    ended: dict[bytes, bool] = {}
    logged = 0
    for now, seen in storm:
        for wave in waves(seen or [], now, 8):
            for key, one in wave.items():
                alerts[key] = fold(alerts[key], one, now) if key in alerts else one
                logged += ended.get(key) is not (one.ends <= now)
                ended[key] = one.ends <= now

    async def play(here: Process, _: Process) -> None:
        for now, seen in storm:
            await (here.fold(now) if seen is None else here.write(now, *copies(seen)))
        await here.fold(storm[-1][0] + 1)

    run(play)
    for alert in Alert.objects.all():
        mine = alerts[alert.key.bytes]
        assert (alert.starts_at.timestamp(), alert.ends_at.timestamp()) == (mine.starts, mine.ends)
        assert (alert.timed_out, alert.received) == (mine.timed_out, mine.count)
        assert (alert.state == RESOLVED) == ended[alert.key.bytes]
    assert (Alert.objects.count(), Change.objects.count()) == (len(alerts), logged)
    assert ResentBatch.objects.count() == 0
    assert Alert.objects.aggregate(n=Sum("received"))["n"] == RawBatch.objects.aggregate(n=Sum("observations"))["n"]


def copies(seen: list[Observation]) -> list[Observation]:
    return [observation(s.key, s.starts, s.ends, timed_out=s.timed_out) for s in seen]
