"""What a storm says again is kept before its answer and folded into the alerts a little later, once and in order."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings

from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.fold_left import LEFT_AFTER, fold_left
from selaras.domains.events.contracts import FIRING, RESOLVED, Observation
from selaras.domains.events.models import Alert, Change, RawBatch, ResentBatch
from selaras.kernel import clock
from tests.domains.events import writing
from tests.domains.events.build import NOON, make_source, observation
from tests.domains.events.writing import T0, A, B, Process, Storm, as_by_rule, at, changes, in_thread, storms, weather
from tests.interfaces.intake.serving import database_url

run = partial(writing.run, few=1, many=100)  # every re-send waits, and nothing else


@pytest.fixture(autouse=True)
def at_noon(transactional_db: None) -> Iterator[None]:
    make_source()
    with clock.frozen(NOON):
        yield


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
        assert fold_left() == 0  # it may be alive
    with clock.frozen(NOON + LEFT_AFTER + timedelta(seconds=5)):
        assert fold_left() == 2
        assert fold_left() == 0
    assert set(Alert.objects.values_list("received", "last_seen", "ends_at")) == {(4, at(2), at(62))}


def test_a_process_that_was_taken_for_dead_counts_nothing_twice() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.open(A)
        await here.write(T0 + 1, observation(A, T0, T0 + 61))
        with clock.frozen(NOON + timedelta(minutes=1)):
            assert await asyncio.to_thread(in_thread, fold_left) == 1
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
            await here.memory.fold(broken, T0 + 2)
        assert here.memory
        await here.fold(T0 + 3)
        assert not here.memory

    run(play)
    assert (Alert.objects.get().received, ResentBatch.objects.count()) == (3, 0)


@given(storms())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_added_by_waiting(storm: Storm) -> None:
    """The alerts and their changes are those of the rule that folds each flush at once."""
    weather(storm, few=1, many=100)
    as_by_rule((now, seen) for now, seen in storm if seen is not None)
