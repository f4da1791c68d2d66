"""Warnings and breaches are found by their time and announced once, however often and by how many asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.agreements.actions.note_breaches import note_breaches
from selaras.domains.agreements.actions.pause_clocks import pause_clocks, resume_clocks
from selaras.domains.agreements.actions.start_clocks import start_clocks
from selaras.domains.agreements.actions.stop_clock import stop_clock
from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.models import Clock, ClockNotice
from selaras.domains.agreements.queries.clocks import due_clocks
from selaras.domains.records.models import Entry
from selaras.kernel.models import Announcement
from tests.domains.agreements import build
from tests.domains.agreements.build import START, SYSTEM

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def record() -> int:
    """A record whose response is due after an hour."""
    world = build.world()
    made = build.record(world.customer, world.service)
    start_clocks(
        made,
        by=SYSTEM,
        metrics=[Metric.RESPOND],
        service_id=world.service,
        organisation_id=world.customer,
        priority=3,
        at=START,
    )
    return made


def told() -> list[str]:
    return list(Announcement.objects.filter(name__startswith="clock.").order_by("id").values_list("name", flat=True))


def test_a_warning_then_a_breach_each_once(record: int) -> None:
    assert note_breaches(by=SYSTEM, at=START + 44 * MINUTE) == 0
    assert note_breaches(by=SYSTEM, at=START + 45 * MINUTE) == 1
    assert note_breaches(by=SYSTEM, at=START + 46 * MINUTE) == 0
    assert told() == ["clock.warned"]
    assert note_breaches(by=SYSTEM, at=START + 61 * MINUTE) == 1
    assert note_breaches(by=SYSTEM, at=START + 62 * MINUTE) == 0
    assert told() == ["clock.warned", "clock.breached"]
    entries = Entry.objects.filter(record=record, verb__startswith="clock.").order_by("id")
    assert [(e.verb, e.public) for e in entries] == [("clock.warned", False), ("clock.breached", False)]


def test_a_breach_found_late_skips_the_warning(record: int) -> None:
    assert note_breaches(by=SYSTEM, at=START + 5 * HOUR) == 1
    assert told() == ["clock.breached"]
    assert Announcement.objects.get(name="clock.breached").payload["record_id"] == record


def test_a_clock_stopped_or_paused_in_time_says_nothing(record: int) -> None:
    pause_clocks(record, by=SYSTEM, reason="requester", at=START + 30 * MINUTE)
    assert note_breaches(by=SYSTEM, at=START + 3 * HOUR) == 0
    resume_clocks(record, by=SYSTEM, at=START + 3 * HOUR)
    assert note_breaches(by=SYSTEM, at=START + 3 * HOUR + 14 * MINUTE) == 0
    stop_clock(record, Metric.RESPOND, by=SYSTEM, at=START + 3 * HOUR + 20 * MINUTE)
    assert note_breaches(by=SYSTEM, at=START + 9 * HOUR) == 0
    assert told() == []


def test_a_wrong_cached_time_is_corrected_and_tells_nothing(record: int) -> None:
    Clock.objects.filter(record=record).update(notice_at=START)
    assert note_breaches(by=SYSTEM, at=START + MINUTE) == 0
    assert Clock.objects.get(record=record).notice_at == START + 45 * MINUTE
    assert not ClockNotice.objects.exists()


def test_due_clocks_are_those_whose_time_is_up_the_longest_first(record: int) -> None:
    assert due_clocks(START + 59 * MINUTE) == []
    found = due_clocks(START + 60 * MINUTE)
    assert [(clock.record_id, clock.metric, clock.due_at) for clock in found] == [
        (record, Metric.RESPOND, START + HOUR)
    ]
    stop_clock(record, Metric.RESPOND, by=SYSTEM, at=START + 61 * MINUTE)
    assert due_clocks(START + 2 * HOUR) == []


def test_what_is_due_is_found_by_the_partial_indexes(record: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        due_clocks(START + 2 * HOUR)
        note_breaches(by=SYSTEM, at=START)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        for query, index in zip(queries.captured_queries, ("clock_due", "clock_notice"), strict=True):
            cursor.execute("EXPLAIN " + query["sql"])
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert f"using {index}" in plan
            assert "Filter" not in plan
            assert "Sort" not in plan


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_tell_a_breach_once(record: int) -> None:
    """Both have found the clock before either has told of it; the record's lock makes them take turns."""
    ready = Barrier(2, timeout=30)

    def process() -> int:
        try:
            ready.wait()
            return note_breaches(by=SYSTEM, at=START + 2 * HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        noted = sum(future.result() for future in [pool.submit(process) for _ in range(2)])
    assert noted == 1
    assert told() == ["clock.breached"]
