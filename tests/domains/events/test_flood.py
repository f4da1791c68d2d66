"""A flood of alerts never seen before, from one source: bounded, told, and no harm to others or to what is known."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta

import asyncpg
import pytest
from django.db.models import Sum

from selaras.domains.events.actions.accept import Memory, Writer, unpack
from selaras.domains.events.actions.flood import FLOOD, Floods
from selaras.domains.events.actions.forget import forget_counts
from selaras.domains.events.actions.sources import change_source
from selaras.domains.events.contracts import FIRING, RESOLVED, Observation, Post, alert_key
from selaras.domains.events.models import Alert, Opened, RawBatch
from selaras.domains.events.queries.sources import get_source_life
from selaras.kernel import clock
from tests.domains.events.build import NOON, make_source
from tests.factories import SYSTEM
from tests.interfaces.intake.serving import database_url

T0 = NOON.timestamp()  # the beginning of a window
Write = tuple[float, Sequence[Observation]]


@pytest.fixture
def source(transactional_db: None) -> int:
    made = make_source()
    change_source(made, by=SYSTEM, may_open=10)
    return made


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def seen(source_id: int, n: int, now: float, *, ends: float = 3600) -> Observation:
    labels = {"alertname": "Job", "id": str(n)}
    text = f'{{"alertname":"Job","id":"{n}"}}'
    return Observation(alert_key(source_id, labels), source_id, now - 60, now + ends, False, "", "{}", text)


def run(source_id: int, *flushes: Write, floods: Floods | None = None) -> None:
    """Write the flushes in one process, which shares what it counted after each."""

    async def go() -> None:
        connection = await asyncpg.connect(database_url())
        memory = Memory()
        memory.floods = shared = floods or memory.floods
        writer = Writer(connection, memory)
        for now, observations in flushes:
            await writer.write([Post(source_id, "test", b"body", list(observations))], now)
            await shared.share(connection, now)
        await connection.close()

    asyncio.run(go())


def flood_alert() -> Alert:
    return Alert.objects.get(labels=FLOOD)


def jobs() -> set[str]:
    return set(Alert.objects.filter(labels__alertname="Job").values_list("labels__id", flat=True))


def test_what_is_over_folds_into_one_alert_and_is_kept(source: int) -> None:
    first, more = [[seen(source, n, T0) for n in numbers] for numbers in (range(10), range(10, 500))]
    run(source, (T0, first), (T0 + 1, more), (T0 + 2, [seen(source, 500, T0 + 2)]))
    assert jobs() == {str(n) for n in range(10)}
    told = flood_alert()
    assert (told.state, told.received) == (FIRING, 491)
    assert told.annotations["folded"] == "490"
    assert told.annotations["example_1"] == '{"alertname":"Job","id":"10"}'
    assert Alert.objects.aggregate(all=Sum("received"))["all"] == 501
    assert sum(len(unpack(bytes(batch.body))) for batch in RawBatch.objects.all()) == 3


def test_the_sources_page_tells_since_when_how_many_and_which(source: int) -> None:
    run(source, (T0, [seen(source, n, T0) for n in range(10)]), (T0 + 5, [seen(source, n, T0) for n in range(90, 99)]))
    flood = get_source_life(SYSTEM, source).flood
    assert flood is not None
    assert (flood.folded, flood.since.timestamp(), flood.now) == (9, T0 + 5, True)
    assert len(flood.examples) == 5
    assert '"id":"9' in flood.examples[0]


def test_counts_are_forgotten_after_a_week(source: int) -> None:
    run(source, (T0, [seen(source, 0, T0)]), (T0 + 86_400, [seen(source, 1, T0 + 86_400)]))
    with clock.frozen(NOON + timedelta(days=7, minutes=1)):
        assert forget_counts() == 1
    assert Opened.objects.get().begins == NOON + timedelta(days=1)


def test_what_is_known_goes_on_and_ends_as_ever(source: int) -> None:
    first = [seen(source, n, T0) for n in range(10)]
    run(source, (T0, first))
    # Another process: it knows none of them, and all have been opened.
    again = [seen(source, 0, T0 + 30), seen(source, 1, T0 + 30, ends=-5), seen(source, 99, T0 + 30)]
    run(source, (T0 + 30, again))
    states = dict(Alert.objects.filter(labels__alertname="Job").values_list("labels__id", "state"))
    assert (states["0"], states["1"], "99" in states) == (FIRING, RESOLVED, False)
    assert flood_alert().received == 1


def test_the_end_of_an_alert_that_was_folded_opens_nothing(source: int) -> None:
    run(source, (T0, [seen(source, n, T0) for n in range(10)]), (T0 + 5, [seen(source, 50, T0 + 5, ends=-1)]))
    assert len(jobs()) == 10


def test_both_sides_within_one_flush_are_folded(source: int) -> None:
    run(source, (T0, [seen(source, n, T0) for n in range(10)]))
    run(source, (T0 + 9, [seen(source, 50, T0 + 9), seen(source, 50, T0 + 9, ends=-1), seen(source, 0, T0 + 9)]))
    assert len(jobs()) == 10
    assert flood_alert().received == 2


def test_other_sources_open_alerts_meanwhile(source: int) -> None:
    other = make_source("Zabbix")
    run(source, (T0, [seen(source, n, T0) for n in range(20)]))
    run(source, (T0 + 1, [*(seen(source, n, T0) for n in range(30, 60)), *(seen(other, n, T0) for n in range(7))]))
    assert Alert.objects.filter(source_id=other).count() == 7
    assert Alert.objects.filter(source_id=source, labels__alertname="Job").count() == 20


def test_the_next_ten_minutes_open_anew_and_one_alert_tells_of_all(source: int) -> None:
    run(
        source,
        (T0 + 500, [seen(source, n, T0) for n in range(10)]),
        (T0 + 590, [seen(source, n, T0) for n in range(10, 20)]),
        (T0 + 610, [seen(source, n, T0) for n in range(20, 30)]),
        (T0 + 620, [seen(source, n, T0) for n in range(30, 40)]),
    )
    assert jobs() == {str(n) for n in (*range(10), *range(20, 30))}
    told = flood_alert()
    assert (told.episode, told.received, told.starts_at.timestamp()) == (1, 20, T0 + 590)
    assert Opened.objects.count() == 2


def test_two_processes_count_together(source: int) -> None:
    here, there = Floods(), Floods()
    run(source, (T0, [seen(source, n, T0) for n in range(6)]), floods=here)
    run(source, (T0, [seen(source, n, T0) for n in range(10, 16)]), floods=there)
    run(source, (T0 + 1, [seen(source, 16, T0)]), floods=there)
    assert len(jobs()) == 12
    assert Opened.objects.get().folded == 1
    run(source, (T0 + 2, [seen(source, 17, T0)]), (T0 + 3, [seen(source, 18, T0)]), floods=here)
    assert (len(jobs()), Opened.objects.get().folded) == (13, 2)  # over by what it opens before it reads


def test_a_raised_bound_ends_it(source: int) -> None:
    floods = Floods()
    run(source, (T0, [seen(source, n, T0) for n in range(10)]), floods=floods)
    change_source(source, by=SYSTEM, may_open=100)
    run(source, (T0 + 1, [seen(source, 20, T0)]), (T0 + 2, [seen(source, 21, T0)]), floods=floods)
    assert {"21"} <= jobs()


def test_what_cannot_be_shared_is_not_forgotten(source: int) -> None:
    floods = Floods()
    run(source, (T0, [seen(source, n, T0) for n in range(4)]), floods=floods)

    async def twice() -> None:
        connection = await asyncpg.connect(database_url())
        memory = Memory()
        memory.floods = floods
        writer = Writer(connection, memory)
        await writer.write([Post(source, "test", b"", [seen(source, 5, T0)])], T0 + 1)
        broken = await asyncpg.connect(database_url())
        await broken.close()
        with pytest.raises(asyncpg.InterfaceError):
            await floods.share(broken, T0 + 1)
        assert floods.news
        await floods.share(connection, T0 + 1)
        await connection.close()

    asyncio.run(twice())
    assert Opened.objects.get().opened == 5
