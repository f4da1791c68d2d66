"""What small posts from many say is kept before their answer and folded into the alerts a moment later, once and in
order."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial

import asyncpg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings

from selaras.domains.events.actions.accept import unpack
from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.fold_left import LEFT_AFTER, fold_left
from selaras.domains.events.actions.sources import change_source
from selaras.domains.events.contracts import FIRING, RESOLVED, Observation
from selaras.domains.events.models import Alert, Change, Opened, RawBatch, Source, UnfoldedBatch
from selaras.kernel import clock
from tests.domains.events import writing
from tests.domains.events.build import NOON, make_source, observation
from tests.domains.events.writing import T0, A, B, Process, Storm, as_by_rule, at, changes, in_thread, storms, weather
from tests.factories import SYSTEM
from tests.interfaces.intake.serving import database_url

run = partial(writing.run, few=1000, many=1)  # every small post waits, and nothing else

LATER = NOON + LEFT_AFTER + timedelta(seconds=10)


@pytest.fixture(autouse=True)
def at_noon(transactional_db: None) -> Iterator[None]:
    make_source()
    with clock.frozen(NOON):
        yield


def fires(key: bytes, since: float = 0, lasts: float = 60) -> Observation:
    return observation(key, T0, T0 + since + lasts)


def ended(key: bytes, at: float) -> Observation:
    return observation(key, T0, T0 + at)


def named(name: str, source_id: int = 1) -> Observation:
    made = fires(name.encode().ljust(16))
    made.labels, made.source_id = json.dumps({"alertname": name}), source_id
    return made


def test_many_are_kept_at_once_and_written_as_one_flush() -> None:
    async def play(here: Process, _: Process) -> None:
        for second in (1, 2, 3):
            assert await here.write(T0 + second, *(fires(key, second) for key in (A, B))) == 0
        assert not await asyncio.to_thread(in_thread, Alert.objects.count)
        assert await here.fold(T0 + 4) == 2
        assert await here.fold(T0 + 5) == 0

    run(play)
    assert UnfoldedBatch.objects.count() == 0
    assert set(Alert.objects.values_list("received", "last_seen", "ends_at")) == {(3, at(3), at(63))}
    batch = RawBatch.objects.get()
    assert (batch.posts, batch.observations, len(unpack(bytes(batch.body)))) == (6, 6, 6)
    assert changes() == [(FIRING, 1, "sent")] * 2
    assert set(Change.objects.values_list("batch", flat=True)) == {batch.pk}


def test_few_posts_and_large_ones_are_written_at_once() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.write(T0, *(fires(key) for key in (A, B)))
        assert not here.memory
        await here.write(T0, *(fires(b"%016d" % n) for n in range(200)))
        assert not here.memory

    writing.run(play, few=1000, many=3)
    assert Alert.objects.count() == 202


def test_what_a_dead_process_left_is_folded_once_by_the_schedule() -> None:
    async def play(here: Process, _: Process) -> None:
        for second in (1, 2):
            await here.write(T0 + second, *(fires(key, second) for key in (A, B)))

    run(play)
    with clock.frozen(NOON + LEFT_AFTER):
        assert fold_left() == 0  # it may be alive
    with clock.frozen(LATER):
        assert fold_left() == 2
        assert fold_left() == 0
    assert set(Alert.objects.values_list("received", "last_seen", "ends_at")) == {(2, at(2), at(62))}
    assert sorted(RawBatch.objects.values_list("posts", "at")) == [(2, at(1)), (2, at(2))]
    assert changes() == [(FIRING, 1, "sent")] * 2


def test_a_process_that_was_taken_for_dead_counts_nothing_twice() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.write(T0, fires(A))
        with clock.frozen(LATER):
            assert await asyncio.to_thread(in_thread, fold_left) == 1
        await here.write(T0 + 14, fires(A, 14))
        assert await here.fold(T0 + 15) == 0

    run(play)
    assert Alert.objects.get().received == 2
    assert RawBatch.objects.count() == 2


def test_whoever_is_asked_to_folds_what_others_kept_and_each_counts_once() -> None:
    async def play(here: Process, there: Process) -> None:
        await here.write(T0, fires(A))
        await there.write(T0 + 1, fires(A, 1), fires(B, 1))
        assert await there.memory.fold(there.link, T0 + 2, of_all=True) == 2
        assert await here.fold(T0 + 3) == 0
        assert await there.memory.fold(there.link, T0 + 4, of_all=True) == 0

    run(play)
    assert set(Alert.objects.values_list("received", "ends_at")) == {(2, at(61)), (1, at(61))}
    assert sum(RawBatch.objects.values_list("posts", flat=True)) == 3


def test_a_large_flush_after_it_is_written_after_it() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.write(T0, fires(A))
        many = [fires(b"%016d" % n) for n in range(200)]
        assert await here.write(T0 + 1, ended(A, 1), *many) == 202

    run(play)
    assert Alert.objects.get(received=2).state == RESOLVED
    assert changes()[0] == (FIRING, 1, "sent")
    assert changes().count((RESOLVED, 1, "sent")) == 1


def test_it_comes_after_the_re_sends_that_waited_before_it() -> None:
    async def play(here: Process, _: Process) -> None:
        many = [fires(A), *(fires(b"%016d" % n) for n in range(200))]
        for _again in range(2):
            await here.write(T0, *many)
        await here.write(T0 + 1, *(fires(seen.key, 30) for seen in many))
        await here.write(T0 + 2, fires(A, 10))
        await here.fold(T0 + 3)

    writing.run(play, few=100, many=1)
    alert = Alert.objects.get(last_seen=at(2))
    assert (alert.received, alert.ends_at) == (4, at(90))


def test_what_another_process_wrote_meanwhile_stands_and_this_is_only_counted() -> None:
    async def play(here: Process, there: Process) -> None:
        await here.write(T0 + 1, fires(A, 1))
        await there.write(T0 + 2, ended(A, 2))
        await there.fold(T0 + 3)
        assert await here.fold(T0 + 4) == 0

    run(play)
    alert = Alert.objects.get()
    assert (alert.state, alert.received, alert.last_seen, alert.ends_at) == (RESOLVED, 2, at(2), at(2))
    assert changes() == [(RESOLVED, 1, "sent")]


def test_an_alert_that_was_told_again_in_time_does_not_end() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.write(T0, fires(A))
        await here.fold(T0)
        await here.write(T0 + 59, fires(A, 59))

    run(play)
    with clock.frozen(NOON + timedelta(seconds=61)):
        assert expire_alerts() == 0
    with clock.frozen(NOON + timedelta(seconds=70)):
        assert expire_alerts() == 0
    assert Alert.objects.get().state == FIRING


def test_what_cannot_be_folded_now_still_waits() -> None:
    async def play(here: Process, _: Process) -> None:
        await here.write(T0, fires(A))
        broken = await asyncpg.connect(database_url())
        await broken.close()
        with pytest.raises(asyncpg.InterfaceError):
            await here.memory.fold(broken, T0 + 2)
        await here.write(T0 + 3, fires(A, 3))
        assert await here.fold(T0 + 4) == 1
        assert not here.memory

    run(play)
    assert (Alert.objects.get().received, UnfoldedBatch.objects.count()) == (2, 0)


def refuse_poison() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_alert ADD CHECK (labels->>'alertname' <> 'Poison')")


def names() -> Iterable[str]:
    return set(Alert.objects.values_list("labels__alertname", flat=True))


@pytest.mark.parametrize("dies", [False, True])
def test_what_the_database_refuses_is_kept_as_it_came_and_stops_nothing_else(dies: bool) -> None:
    refuse_poison()

    async def play(here: Process, _: Process) -> None:
        await here.write(T0, named("One"), named("Poison"), named("Two"))
        await here.write(T0, named("Three"))
        if not dies:
            assert await here.fold(T0) == 3

    run(play)
    with clock.frozen(LATER):
        assert fold_left() == (2 if dies else 0)
    assert names() == {"One", "Two", "Three"}
    assert sum(RawBatch.objects.values_list("posts", flat=True)) == 4
    assert len(changes()) == 3


def test_a_source_that_floods_is_bounded_here_too() -> None:
    source = Source.objects.get().pk
    change_source(source, by=SYSTEM, may_open=3)

    async def play(here: Process, _: Process) -> None:
        for second in range(3):
            await here.write(T0 + second, *(named(f"{second} {n}", source) for n in range(4)))
            await here.fold(T0 + second)
        await here.memory.floods.share(here.link, T0 + 3)

    run(play)
    assert names() == {*(f"0 {n}" for n in range(4)), "Too many new alerts"}
    assert Opened.objects.get().folded == 8


@given(storms())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_added_by_waiting(storm: Storm) -> None:
    """The alerts and their changes are those of one flush for all that came between two times of folding."""
    weather(storm, few=1000, many=1)
    as_by_rule(together(storm))


def together(storm: Storm) -> Iterator[tuple[float, list[Observation]]]:
    waiting: list[Observation] = []
    last = T0
    for now, seen in [*storm, (0.0, None)]:
        if seen is None:
            yield last, waiting
            waiting = []
        else:
            last = now
            waiting = waiting + seen
