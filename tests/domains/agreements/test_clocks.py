"""The actions on a record's clocks, against the database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from selaras.domains.agreements.actions.pause_clocks import pause_clocks, resume_clocks
from selaras.domains.agreements.actions.rebuild_due import rebuild_due
from selaras.domains.agreements.actions.retarget import retarget
from selaras.domains.agreements.actions.set_target import set_target
from selaras.domains.agreements.actions.start_clocks import start_clocks
from selaras.domains.agreements.actions.stop_clock import renew_clock, restart_clocks, stop_clock, stop_clocks
from selaras.domains.agreements.contracts import Metric, NewTarget
from selaras.domains.agreements.contracts.clocks import ClocksChanged
from selaras.domains.agreements.models import Clock, ClockSegment
from selaras.domains.agreements.queries.clocks import list_clocks
from selaras.domains.people.contracts import Role
from selaras.domains.records.models import Entry
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say
from tests.domains.agreements import build
from tests.domains.agreements.build import BOTH, START, SYSTEM, World

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return build.world()


def start(world: World, record: int, at: datetime = START, **changed: Any) -> ClocksChanged:
    asked: dict[str, Any] = {"service_id": world.service, "organisation_id": world.customer, "priority": 3}
    return start_clocks(record, by=SYSTEM, metrics=BOTH, at=at, **(asked | changed))


def due(record: int) -> dict[str, datetime | None]:
    return dict(Clock.objects.filter(record=record).values_list("metric", "due_at"))


def segments(record: int, metric: Metric = Metric.RESOLVE) -> list[tuple[str, str, float | None]]:
    rows = ClockSegment.objects.filter(clock__record=record, clock__metric=metric).order_by("began_at")
    return [(s.kind, s.reason.get("text", ""), (s.ended_at - s.began_at) / HOUR if s.ended_at else None) for s in rows]


def test_clocks_start_with_the_targets_of_the_agreement_in_force(world: World) -> None:
    record = build.record(world.customer, world.service)
    changed = start(world, record)
    # eight counted hours from Monday 08:00 end with the day, 17:00 in Jakarta
    assert due(record) == {"respond": START + HOUR, "resolve": START + 9 * HOUR}
    assert changed.due_at == START + HOUR
    assert changed.reasons == ()
    entry = Entry.objects.filter(record=record).latest("id")
    assert (entry.verb, entry.data["metrics"]) == ("clocks.started", ["resolve", "respond"])


def test_a_target_for_the_priority_goes_before_one_for_any(world: World) -> None:
    record = build.record(world.customer, world.service, priority=1)
    start(world, record, priority=1)
    assert due(record)["resolve"] == START + 4 * HOUR


def test_starting_again_changes_nothing(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    again = start(world, record, at=START + HOUR)
    assert again.clock_ids == ()
    assert due(record)["respond"] == START + HOUR


@pytest.mark.parametrize(
    "what", ["other customer", "other service", "no service", "before it is valid", "after it has ended"]
)
def test_nothing_agreed_starts_no_clock_and_says_so(world: World, what: str) -> None:
    choices: dict[str, dict[str, Any]] = {
        "other customer": {"organisation_id": world.other},
        "other service": {"service_id": build.service()},
        "no service": {"service_id": None},
        "before it is valid": {"at": datetime.fromisoformat("2025-12-31T16:59:00+00:00")},
        "after it has ended": {"at": datetime.fromisoformat("2026-12-31T17:00:00+00:00")},
    }
    asked = choices[what]
    record = build.record(world.other if what == "other customer" else world.customer, world.service)
    changed = start(world, record, **asked)
    assert changed.due_at is None
    assert "no clock runs" in str(changed.reasons[0])
    assert not Clock.objects.filter(record=record).exists()


def test_a_metric_without_target_is_named(world: World) -> None:
    record = build.record(world.customer, world.service)
    changed = start_clocks(
        record,
        by=SYSTEM,
        metrics=(Metric.FULFIL, Metric.RESPOND),
        service_id=world.service,
        organisation_id=world.customer,
        priority=2,
        at=START,
    )
    assert len(changed.clock_ids) == 1
    assert "“Fulfilment” at priority 2" in str(changed.reasons[0])


def test_the_agreement_of_the_parent_organisation_covers_its_parts(world: World) -> None:
    part = build.organisation(parent=world.customer)
    record = build.record(part, world.service)
    start(world, record, organisation_id=part)
    assert due(record)["resolve"] == START + 9 * HOUR
    own = build.calendar({day: [["00:00", "24:00"]] for day in ("mon", "tue")})
    build.agreement(part, [world.service], own)
    second = build.record(part, world.service)
    start(world, second, organisation_id=part)
    assert due(second)["resolve"] == START + 8 * HOUR


def test_a_pause_stops_time_and_resuming_goes_on(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    paused = pause_clocks(record, by=SYSTEM, reason="requester", metrics=[Metric.RESOLVE], at=START + HOUR)
    assert due(record) == {"respond": START + HOUR, "resolve": None}
    assert paused.due_at == START + HOUR
    resumed = resume_clocks(record, by=SYSTEM, metrics=[Metric.RESOLVE], at=START + 3 * HOUR)
    assert due(record)["resolve"] == START + timedelta(days=1, hours=2)
    assert len(resumed.clock_ids) == 1
    assert segments(record) == [("ran", "", 1), ("paused", "requester", 2), ("ran", "", None)]
    assert segments(record, Metric.RESPOND) == [("ran", "", None)]


def test_pausing_twice_for_one_reason_is_one_pause_and_another_reason_is_kept(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    for hours, reason in ((1, "requester"), (2, "requester"), (3, "supplier")):
        pause_clocks(record, by=SYSTEM, reason=reason, at=START + hours * HOUR)
    assert segments(record) == [("ran", "", 1), ("paused", "requester", 2), ("paused", "supplier", None)]


def test_changes_told_late_give_the_same_as_changes_told_in_order(world: World) -> None:
    records = [build.record(world.customer, world.service) for _ in range(2)]
    for record in records:
        start(world, record)
    pause_clocks(records[0], by=SYSTEM, reason="a", at=START + HOUR)
    resume_clocks(records[0], by=SYSTEM, at=START + 2 * HOUR)
    pause_clocks(records[0], by=SYSTEM, reason="b", at=START + 3 * HOUR)
    pause_clocks(records[1], by=SYSTEM, reason="b", at=START + 3 * HOUR)
    pause_clocks(records[1], by=SYSTEM, reason="a", at=START + HOUR)
    resume_clocks(records[1], by=SYSTEM, at=START + 2 * HOUR)
    assert segments(records[0]) == segments(records[1])
    assert due(records[0]) == due(records[1])


def test_a_change_before_the_start_is_refused(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    with pytest.raises(Invalid, match="had not started"):
        pause_clocks(record, by=SYSTEM, reason="a", at=START - HOUR)
    with pytest.raises(Invalid, match="had not started"):
        stop_clock(record, Metric.RESPOND, by=SYSTEM, at=START - HOUR)


def test_stopping_one_clock_leaves_the_others_alone(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    changed = stop_clock(record, Metric.RESPOND, by=SYSTEM, at=START + 2 * HOUR)
    assert changed.due_at == START + 9 * HOUR
    assert segments(record) == [("ran", "", None)]
    rows = {row.metric: row for row in list_clocks(SYSTEM, record, at=START + 3 * HOUR)}
    assert rows[Metric.RESPOND].breached
    assert rows[Metric.RESPOND].used == 2 * HOUR
    assert rows[Metric.RESOLVE].used == 3 * HOUR
    assert rows[Metric.RESOLVE].remaining_seconds == 5 * 3600
    assert Entry.objects.filter(record=record).latest("id").data["late"] == ["respond"]


def test_reopening_makes_the_resolved_time_a_pause(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    stop_clocks(record, by=SYSTEM, at=START + 2 * HOUR)
    changed = restart_clocks(record, [Metric.RESOLVE], by=SYSTEM, at=START + 3 * HOUR)
    assert segments(record) == [("ran", "", 2), ("paused", "resolved", 1), ("ran", "", None)]
    assert changed.due_at == START + timedelta(days=1, hours=1)
    assert Clock.objects.get(record=record, metric="respond").stopped_at == START + 2 * HOUR


def test_changing_the_priority_keeps_every_pause(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    pause_clocks(record, by=SYSTEM, reason="requester", at=START + HOUR)
    resume_clocks(record, by=SYSTEM, at=START + 2 * HOUR)
    asked: dict[str, Any] = {"metrics": BOTH, "service_id": world.service, "organisation_id": world.customer}
    changed = retarget(record, by=SYSTEM, priority=1, at=START + 3 * HOUR, **asked)
    assert segments(record) == [("ran", "", 1), ("paused", "requester", 1), ("ran", "", None)]
    # one hour before the pause, two until the break at 12:00, the last one from 13:00
    assert due(record)["resolve"] == START + 6 * HOUR
    assert changed.due_at == START + HOUR
    back = retarget(record, by=SYSTEM, priority=3, at=START + 3 * HOUR, **asked)
    assert due(record)["resolve"] == START + timedelta(days=1, hours=1)
    assert len(back.clock_ids) == 1


def test_losing_and_regaining_the_agreement_loses_nothing(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    pause_clocks(record, by=SYSTEM, reason="requester", at=START + HOUR)
    resume_clocks(record, by=SYSTEM, at=START + 2 * HOUR)
    before = due(record)
    asked: dict[str, Any] = {"metrics": BOTH, "organisation_id": world.customer, "priority": 3}
    lost = retarget(record, by=SYSTEM, service_id=build.service(), at=START + 3 * HOUR, **asked)
    assert lost.due_at is None
    assert "no due time" in str(lost.reasons[0])
    assert due(record) == {"respond": None, "resolve": None}
    retarget(record, by=SYSTEM, service_id=world.service, at=START + 4 * HOUR, **asked)
    assert due(record) == before


def test_a_record_that_becomes_covered_gets_clocks_from_its_opening(world: World) -> None:
    record = build.record(world.customer, None)
    start(world, record, service_id=None)
    changed = retarget(
        record,
        by=SYSTEM,
        metrics=BOTH,
        service_id=world.service,
        organisation_id=world.customer,
        priority=3,
        started_at=START,
        at=START + HOUR,
    )
    assert len(changed.clock_ids) == 2
    assert due(record)["resolve"] == START + 9 * HOUR


def test_a_changed_target_moves_open_clocks_and_leaves_stopped_ones(world: World) -> None:
    done, open_ = (build.record(world.customer, world.service) for _ in range(2))
    start(world, done)
    start(world, open_)
    stop_clocks(done, by=SYSTEM, at=START + 2 * HOUR)
    assert set_target(world.agreement, NewTarget(Metric.RESOLVE, None, 60), by=SYSTEM) == 1
    assert due(open_)["resolve"] == START + HOUR
    assert due(done)["resolve"] == START + 9 * HOUR
    resolve = next(row for row in list_clocks(SYSTEM, done) if row.metric == Metric.RESOLVE)
    assert (resolve.target_minutes, resolve.breached) == (480, False)


def test_each_update_has_a_round_of_its_own(world: World) -> None:
    set_target(world.agreement, NewTarget(Metric.UPDATE, None, 120), by=SYSTEM)
    record = build.record(world.customer, world.service)
    start_clocks(
        record,
        by=SYSTEM,
        metrics=[Metric.UPDATE],
        service_id=world.service,
        organisation_id=world.customer,
        priority=3,
        at=START,
    )
    changed = renew_clock(record, Metric.UPDATE, by=SYSTEM, at=START + HOUR)
    assert changed.due_at == START + 3 * HOUR
    assert list(Clock.objects.filter(record=record).order_by("round").values_list("round", "stopped_at")) == [
        (1, START + HOUR),
        (2, None),
    ]


def test_due_times_rebuilt_are_the_same(world: World) -> None:
    for hours in range(3):
        record = build.record(world.customer, world.service)
        start(world, record)
        pause_clocks(record, by=SYSTEM, reason="a", at=START + (hours + 1) * HOUR)
        resume_clocks(record, by=SYSTEM, at=START + (hours + 2) * HOUR)
    before = list(Clock.objects.order_by("pk").values_list("due_at", "notice_at"))
    assert rebuild_due(by=SYSTEM) == 0
    Clock.objects.update(due_at=None, notice_at=None)
    assert rebuild_due(by=SYSTEM) == 6
    assert list(Clock.objects.order_by("pk").values_list("due_at", "notice_at")) == before


def test_the_database_refuses_overlapping_and_second_open_segments(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    pause_clocks(record, by=SYSTEM, reason="a", at=START + HOUR)
    clock = Clock.objects.get(record=record, metric="resolve")
    for began, ended in ((START, START + HOUR), (START + 2 * HOUR, None), (START - HOUR, START - 2 * HOUR)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClockSegment.objects.create(clock=clock, began_at=began, ended_at=ended, kind="ran")


def test_another_customers_record_is_not_found(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    stranger = build.actor(Role.DECISION_MAKER, organisation_id=world.other)
    acts: tuple[Callable[[], ClocksChanged], ...] = (
        lambda: pause_clocks(record, by=stranger, reason="a", at=START + HOUR),
        lambda: resume_clocks(record, by=stranger, at=START + HOUR),
        lambda: stop_clocks(record, by=stranger, at=START + HOUR),
        lambda: restart_clocks(record, BOTH, by=stranger, at=START + HOUR),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert list_clocks(stranger, record) == []


def test_a_reason_keeps_its_parts_for_wording_in_any_language(world: World) -> None:
    record = build.record(world.customer, world.service)
    start(world, record)
    why = say("waiting for %(whom)s", whom=say("the supplier"))
    pause_clocks(record, by=SYSTEM, reason=why, at=START + HOUR / 2)
    for row in list_clocks(SYSTEM, record, at=START + HOUR):
        assert row.paused_because == why
        assert row.paused_reason == "waiting for the supplier"
