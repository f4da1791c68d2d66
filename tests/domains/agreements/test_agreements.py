"""Agreements, calendars and obligations: drafted, put in force, changed, read by whom they concern."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from selaras.domains.agreements.actions.activate_agreement import (
    activate_agreement,
    expire_agreement,
    expire_agreements,
    withdraw_agreement,
)
from selaras.domains.agreements.actions.calendars import create_calendar, edit_calendar, remove_holiday
from selaras.domains.agreements.actions.draft_agreement import draft_agreement
from selaras.domains.agreements.actions.fill_holidays import fill_holidays
from selaras.domains.agreements.actions.record_obligation_event import record_obligation_event
from selaras.domains.agreements.actions.set_target import set_target
from selaras.domains.agreements.actions.start_clocks import start_clocks
from selaras.domains.agreements.contracts import AgreementKind, Metric, NewTarget, ObligationOutcome
from selaras.domains.agreements.lifecycle import AGREEMENT
from selaras.domains.agreements.models import Agreement, CalendarHoliday, Clock, Obligation, ObligationEvent
from selaras.domains.agreements.queries.agreements import get_agreement, list_agreements
from selaras.domains.agreements.queries.calendars import list_calendars, load_calendars
from selaras.domains.agreements.rules import HolidayName
from selaras.domains.people.contracts import OrganisationKind, Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound
from selaras.kernel.lifecycle_guard import guarded_pairs
from tests.domains.agreements import build
from tests.domains.agreements.build import OFFICE, START, SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build.world()


def draft(world: World, **changed: Any) -> int:
    asked: dict[str, Any] = {
        "name": "Silver",
        "kind": AgreementKind.SLA,
        "organisation_id": world.other,
        "calendar_id": world.calendar,
        "valid_from": date(2026, 1, 1),
        "service_ids": [world.service],
        "targets": [NewTarget(Metric.RESPOND, None, 60)],
    }
    return draft_agreement(by=SYSTEM, **(asked | changed))


def test_holidays_hold_joint_leave_in_both_languages(world: World) -> None:
    assert fill_holidays(world.calendar, [2026], by=SYSTEM) == CalendarHoliday.objects.count() > 15
    assert fill_holidays(world.calendar, [2026], by=SYSTEM) == CalendarHoliday.objects.count()
    names = dict(load_calendars([world.calendar])[world.calendar].holidays)
    assert names[date(2026, 8, 17)] == HolidayName("Hari Kemerdekaan Republik Indonesia", "Independence Day")
    joint = [name for name in names.values() if "Cuti Bersama" in name.id]
    assert joint
    assert all("Joint Holiday" in name.en for name in joint)


def test_a_holiday_moves_the_clocks_counted_in_its_calendar(world: World) -> None:
    record = build.record(world.customer, world.service, at=datetime(2026, 8, 14, 9, 30, tzinfo=UTC))
    start_clocks(
        record,
        by=SYSTEM,
        metrics=[Metric.RESPOND],
        service_id=world.service,
        organisation_id=world.customer,
        priority=3,
        at=datetime(2026, 8, 14, 9, 30, tzinfo=UTC),  # Friday 16:30; half an hour is left for Monday
    )
    due = Clock.objects.filter(record=record)
    assert due.get().due_at == datetime(2026, 8, 17, 1, 30, tzinfo=UTC)
    fill_holidays(world.calendar, [2026], by=SYSTEM)
    assert due.get().due_at == datetime(2026, 8, 18, 1, 30, tzinfo=UTC)
    assert remove_holiday(world.calendar, date(2026, 8, 17), by=SYSTEM) == 1
    assert due.get().due_at == datetime(2026, 8, 17, 1, 30, tzinfo=UTC)
    late = {"mon": [["10:00", "16:00"]], "fri": [["08:00", "17:00"]]}
    assert edit_calendar(world.calendar, by=SYSTEM, changes={"week": late}) == 1
    assert due.get().due_at == datetime(2026, 8, 17, 3, 30, tzinfo=UTC)


def test_a_calendar_that_never_opens_is_refused_and_not_written(world: World) -> None:
    with pytest.raises(Invalid, match="never counts"):
        create_calendar(by=SYSTEM, slug="never", name="Never", timezone="UTC", week={})
    with pytest.raises(Invalid, match="exists"):
        create_calendar(by=SYSTEM, slug=list_calendars()[0].slug, name="Again", timezone="UTC", week=OFFICE)
    assert len(list_calendars()) == 1


def test_a_draft_promises_nothing_until_it_is_in_force(world: World) -> None:
    made = draft(world)
    assert Agreement.objects.get(pk=made).number.startswith("AGR")
    record = build.record(world.other, world.service)
    asked: dict[str, Any] = {
        "by": SYSTEM,
        "metrics": [Metric.RESPOND],
        "service_id": world.service,
        "organisation_id": world.other,
        "priority": 3,
        "at": START,
    }
    assert start_clocks(record, **asked).due_at is None
    activate_agreement(made, by=SYSTEM)
    assert start_clocks(record, **asked).due_at == START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"service_ids": []}, "covers no service"),
        ({"targets": []}, "no targets"),
        ({"organisation_id": "customer"}, "at the same time"),
    ],
)
def test_a_draft_that_cannot_stand_is_not_put_in_force(world: World, changed: dict[str, Any], why: str) -> None:
    if changed.get("organisation_id") == "customer":
        changed = {"organisation_id": world.customer}
    made = draft(world, **changed)
    with pytest.raises(MoveRefused, match=why):
        activate_agreement(made, by=SYSTEM)
    assert Agreement.objects.get(pk=made).state == "draft"


def test_the_next_agreement_may_follow_the_last(world: World) -> None:
    made = draft(world, organisation_id=world.customer, valid_from=date(2027, 1, 1))
    activate_agreement(made, by=SYSTEM)
    assert Agreement.objects.get(pk=made).state == "active"


def test_ending_an_agreement(world: World) -> None:
    with clock.frozen(START):
        expire_agreement(world.agreement, by=SYSTEM)
    ended = Agreement.objects.get(pk=world.agreement)
    assert (ended.state, ended.valid_until) == ("expired", date(2026, 3, 16))
    with pytest.raises(MoveRefused):
        activate_agreement(world.agreement, by=SYSTEM)
    with pytest.raises(MoveRefused, match="expired agreement"):
        set_target(world.agreement, NewTarget(Metric.RESPOND, None, 30), by=SYSTEM)
    withdraw_agreement(draft(world), by=SYSTEM)


def test_agreements_end_by_themselves_after_their_last_day_in_their_zone(world: World) -> None:
    with clock.frozen(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)):
        assert expire_agreements(by=SYSTEM) == 0
    with clock.frozen(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):
        assert expire_agreements(by=SYSTEM) == 1
        assert expire_agreements(by=SYSTEM) == 0
    assert Agreement.objects.get(pk=world.agreement).valid_until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"valid_until": date(2025, 1, 1)}, "valid_until"),
        ({"kind": AgreementKind.OLA}, "team_id"),
        ({"kind": AgreementKind.UNDERPINNING}, "supplier_id"),
        ({"targets": [NewTarget(Metric.RESPOND, None, 0)]}, "targets"),
        ({"targets": [NewTarget(Metric.RESPOND, 6, 10)]}, "targets"),
        ({"targets": [NewTarget(Metric.RESPOND, 1, 10, warn_percent=0)]}, "targets"),
    ],
)
def test_a_draft_with_a_fault_names_it_and_writes_nothing(world: World, changed: dict[str, Any], field: str) -> None:
    before = Agreement.objects.count()
    with pytest.raises(Invalid) as refused:
        draft(world, **changed)
    assert list(refused.value.fields) == [field]
    assert Agreement.objects.count() == before


def test_the_database_refuses_moves_the_table_does_not_hold(world: World) -> None:
    with connection.cursor() as cursor:
        assert guarded_pairs(cursor, "agreement") == AGREEMENT.pairs()
    with pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.filter(pk=world.agreement).update(state="draft")
    with pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.filter(pk=world.agreement).update(state="gone")


def test_agreements_are_read_by_whom_they_concern(world: World) -> None:
    supplier = build.organisation(OrganisationKind.SUPPLIER)
    contract = draft(world, organisation_id=world.customer, kind=AgreementKind.UNDERPINNING, supplier_id=supplier)
    theirs = build.actor(Role.DECISION_MAKER, organisation_id=world.customer)
    assert [row.id for row in list_agreements(theirs)] == [world.agreement]
    assert {row.id for row in list_agreements(build.actor(Role.AGENT))} == {world.agreement, contract}
    detail = get_agreement(theirs, world.agreement)
    assert [(t.metric, t.priority, t.minutes) for t in detail.targets] == [
        (Metric.RESPOND, None, 60),
        (Metric.RESOLVE, 1, 240),
        (Metric.RESOLVE, None, 480),
    ]
    assert [s.id for s in detail.services] == [world.service]
    assert [o.text_en for o in detail.obligations] == ["Monthly report", "Access to the site"]
    stranger = build.actor(Role.DECISION_MAKER, organisation_id=world.other)
    for actor, asked in ((stranger, world.agreement), (theirs, contract), (theirs, 999_999)):
        with pytest.raises(NotFound):
            get_agreement(actor, asked)
    with pytest.raises(NotAllowed):
        list_agreements(build.actor(Role.REQUESTER, organisation_id=world.customer))
    assert list_agreements(theirs, world.other) == []
    assert list_agreements(theirs, state="active", on=date(2026, 5, 1), service_id=world.service)
    assert not list_agreements(theirs, on=date(2027, 5, 1))


def test_only_those_with_the_duty_change_agreements(world: World) -> None:
    agent = build.actor(Role.AGENT)
    for act in (
        lambda: create_calendar(by=agent, slug="x", name="X", timezone="UTC", week=OFFICE),
        lambda: fill_holidays(world.calendar, [2026], by=agent),
        lambda: expire_agreement(world.agreement, by=agent),
        lambda: set_target(world.agreement, NewTarget(Metric.RESPOND, None, 30), by=agent),
        lambda: record_obligation_event(1, ObligationOutcome.MET, by=build.actor(Role.REQUESTER)),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            act()


def test_obligation_events_are_checked_and_never_rewritten(world: World) -> None:
    owed = Obligation.objects.filter(agreement=world.agreement).first()
    assert owed is not None
    for outcome, minutes, note, field in (
        (ObligationOutcome.MET, 5, "", "minutes_excused"),
        (ObligationOutcome.LATE, -1, "", "minutes_excused"),
        (ObligationOutcome.LATE, 1, "a\x00b", "note"),
    ):
        with pytest.raises(Invalid) as refused:
            record_obligation_event(owed.pk, outcome, by=SYSTEM, minutes_excused=minutes, note=note)
        assert list(refused.value.fields) == [field]
    event = record_obligation_event(owed.pk, ObligationOutcome.FAILED, by=SYSTEM, minutes_excused=30, note="locked")
    shown = get_agreement(SYSTEM, world.agreement).obligations[0].events[0]
    assert (shown.outcome, shown.minutes_excused, shown.note) == (ObligationOutcome.FAILED, 30, "locked")
    with pytest.raises(DatabaseError), transaction.atomic():
        ObligationEvent.objects.filter(pk=event).update(minutes_excused=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        ObligationEvent.objects.filter(pk=event).delete()
