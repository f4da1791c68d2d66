"""Clocks that say why, and what was promised against what happened."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.agreements.actions.calendars import add_holidays
from selaras.domains.agreements.actions.pause_clocks import pause_clocks, resume_clocks
from selaras.domains.agreements.actions.record_obligation_event import record_obligation_event
from selaras.domains.agreements.actions.start_clocks import start_clocks
from selaras.domains.agreements.actions.stop_clock import stop_clocks
from selaras.domains.agreements.contracts import Metric, ObligationOutcome, Owner
from selaras.domains.agreements.contracts.clocks import Period
from selaras.domains.agreements.models import Clock, Obligation
from selaras.domains.agreements.queries.clocks import get_clock_explanation, list_clocks, list_clocks_of
from selaras.domains.agreements.queries.minutes import minutes_against_agreement
from selaras.domains.people.contracts import Role
from selaras.kernel.errors import NotFound
from tests.domains.agreements import build
from tests.domains.agreements.build import BOTH, START, SYSTEM, World

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return build.world()


def started(world: World) -> int:
    record = build.record(world.customer, world.service)
    start_clocks(
        record,
        by=SYSTEM,
        metrics=BOTH,
        service_id=world.service,
        organisation_id=world.customer,
        priority=3,
        at=START,
    )
    return record


def resolve_of(record: int) -> int:
    return Clock.objects.get(record=record, metric=Metric.RESOLVE).pk


def test_every_segment_says_what_counts_and_by_which_rule(world: World) -> None:
    add_holidays(world.calendar, {date(2026, 3, 17): ("Hari Raya", "Holy day")}, by=SYSTEM)
    record = started(world)
    pause_clocks(record, by=SYSTEM, reason="requester", at=START + 2 * HOUR)
    resume_clocks(record, by=SYSTEM, at=START + 3 * HOUR)
    told = get_clock_explanation(SYSTEM, resolve_of(record), at=START + 50 * HOUR)
    assert [(s.kind, s.counted / HOUR) for s in told.segments] == [("ran", 2), ("paused", 0), ("ran", 7)]
    assert str(told.segments[1].rule) == "Paused (requester): nothing counts."
    assert str(told.segments[0].rule) == "It ran, all of it within opening hours: 120 minutes count."
    assert str(told.segments[2].rule) == ("It ran for 2820 minutes, of which 420 lie within opening hours and count.")
    whys = [(str(span.why), span.holiday_id, span.holiday_en) for span in told.segments[2].spans]
    assert ("holiday", "Hari Raya", "Holy day") in whys
    assert ("break", "", "") in whys
    assert sum((s.ended - s.began for s in told.segments[2].spans), timedelta()) == 47 * HOUR
    assert [str(sentence) for sentence in told.sentences] == [
        f"Resolution within 480 minutes of calendar “{told.clock.calendar_name}” (Asia/Jakarta),"
        f" by agreement {told.clock.agreement_number}.",
        "540 minutes are used.",
        "Its time is up; it is 60 counted minutes over.",
    ]
    assert told.clock.breached
    assert told.clock.remaining == -HOUR


def test_a_long_segment_shows_its_newest_spans_and_counts_the_rest(world: World) -> None:
    told = get_clock_explanation(SYSTEM, resolve_of(started(world)), at=START + timedelta(days=90))
    assert len(told.segments[0].spans) == 60
    assert told.segments[0].spans_left_out > 100
    assert told.segments[0].spans[-1].ended == START + timedelta(days=90)


def test_each_state_of_a_clock_has_its_sentence(world: World) -> None:
    record = started(world)

    def last() -> str:
        return str(get_clock_explanation(SYSTEM, resolve_of(record), at=START + 3 * HOUR).sentences[-1])

    assert last() == "300 counted minutes are left."
    pause_clocks(record, by=SYSTEM, reason="supplier", at=START + HOUR)
    assert last() == "It is paused with 420 minutes left; it is due when it runs again."
    stop_clocks(record, by=SYSTEM, at=START + 2 * HOUR)
    assert last() == "It stopped in time."


def test_excused_minutes_are_shown_apart_and_taken_off_nothing(world: World) -> None:
    record = started(world)
    before = get_clock_explanation(SYSTEM, resolve_of(record), at=START + HOUR)
    for owner, minutes in ((Owner.CUSTOMER, 45), (Owner.PROVIDER, 30)):
        owed = Obligation.objects.get(agreement=world.agreement, owner=owner)
        record_obligation_event(owed.pk, ObligationOutcome.LATE, by=SYSTEM, minutes_excused=minutes, record_id=record)
    after = get_clock_explanation(SYSTEM, resolve_of(record), at=START + HOUR)
    assert after.clock == before.clock
    assert (after.excused_minutes, after.excuses[0].text_en) == (45, "Access to the site")


def test_customers_read_their_own_clocks_only(world: World) -> None:
    record = started(world)
    theirs = build.actor(Role.DECISION_MAKER, organisation_id=world.customer)
    stranger = build.actor(Role.DECISION_MAKER, organisation_id=world.other)
    assert len(list_clocks(theirs, record)) == 2
    assert list_clocks(stranger, record) == []
    assert get_clock_explanation(theirs, resolve_of(record)).clock.record_id == record
    for asked in (resolve_of(record), 999_999):
        with pytest.raises(NotFound):
            get_clock_explanation(stranger, asked)


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    counts = []
    for many in (1, 3):
        records = [started(world) for _ in range(many)]
        with CaptureQueriesContext(connection) as queries:
            rows = list_clocks_of(SYSTEM, records, at=START + HOUR)
        assert sum(map(len, rows.values())) == 2 * many
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_minutes_against_the_agreement(world: World) -> None:
    in_time, late, waiting = (started(world) for _ in range(3))
    pause_clocks(waiting, by=SYSTEM, reason="requester", at=START + 30 * MINUTE)
    stop_clocks(in_time, by=SYSTEM, at=START + HOUR)
    stop_clocks(late, by=SYSTEM, at=START + timedelta(days=1, hours=2))
    owed = Obligation.objects.get(agreement=world.agreement, owner=Owner.CUSTOMER)
    record_obligation_event(owed.pk, ObligationOutcome.FAILED, by=SYSTEM, minutes_excused=15, record_id=late)
    month = Period(START - timedelta(days=15), START + timedelta(days=15))
    theirs = build.actor(Role.DECISION_MAKER, organisation_id=world.customer)
    rows = minutes_against_agreement(theirs, world.customer, world.service, month, at=START + 30 * HOUR)
    resolve = next(row for row in rows if row.metric == Metric.RESOLVE)
    assert (resolve.clocks, resolve.met, resolve.breached, resolve.running) == (3, 1, 1, 1)
    assert (resolve.longest, resolve.over) == (10 * HOUR, 2 * HOUR)
    assert resolve.used == 11 * HOUR + 30 * MINUTE
    assert (resolve.excused_minutes, resolve.share_met) == (15, 0.5)
    with pytest.raises(NotFound):
        minutes_against_agreement(theirs, world.other, world.service, month)
    with CaptureQueriesContext(connection) as queries:
        minutes_against_agreement(SYSTEM, world.customer, None, month)
    assert len(queries) <= 5
