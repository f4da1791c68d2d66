"""How long events are kept: by class, dropped a day at a time, never what is still open, whatever dies in between."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.actions import _roll_over_sql as sql
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.forget_alerts import forget_alerts
from selaras.domains.events.actions.partition import make_partitions
from selaras.domains.events.actions.retention import set_retention
from selaras.domains.events.actions.roll_over import roll_over
from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.models import Alert, Assessment, Change, LogDay, RawBatch, Retention, Trace
from selaras.domains.events.queries.retention import get_retention, get_stock, list_days, list_retentions, missing_days
from selaras.domains.events.retention import classes_kept, goes_after, next_look
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.people.contracts import Role
from selaras.domains.records.models import Record
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, Stale
from tests.domains.events.build import clear, fire, make_source
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_person, make_provider

DAY = datetime(2031, 3, 1, 5, tzinfo=UTC)
INFO, WARNING, EXCEPTION = AlertClass.INFORMATIONAL, AlertClass.WARNING, AlertClass.EXCEPTION
NAMES = {"info": "I", "warning": "W", "critical": "E"}


def after(days: float) -> datetime:
    return DAY + timedelta(days=days)


def on(days: float) -> int:
    """All that is due so many days later; how many days were looked at."""
    looked = 0
    with clock.frozen(after(days)):
        while roll_over():
            looked += 1
        forget_alerts()
    return looked


def assess(at: datetime) -> None:
    with clock.frozen(at):
        while assess_pending():
            pass


def one_of_each(source: int, *, ends: bool = True) -> None:
    """On the first day an alert of each class fires, each in a batch of its own, and ends an hour later."""
    for severity, name in NAMES.items():
        labels = {"alertname": name, "severity": severity}
        fire(source, DAY, minutes=60 if not ends else 600, labels=labels)
        assess(DAY)
        if ends:
            clear(source, DAY + timedelta(hours=1), since=DAY, labels=labels)
        else:
            fire(source, DAY + timedelta(hours=1), minutes=60 * 24 * 800, labels=labels)
        assess(DAY + timedelta(hours=1))
    for record in Record.objects.all():
        Record.objects.filter(pk=record.pk).update(closed_at=DAY)


def logged() -> dict[str, int]:
    """Changes by the name of their alert."""
    rows = Change.objects.filter(at__date=DAY.date()).values_list("alert_id", flat=True)
    names = dict(Alert.objects.values_list("pk", "labels__alertname"))
    found: dict[str, int] = {}
    for pk in rows:
        found[names.get(pk, "")] = found.get(names.get(pk, ""), 0) + 1
    return found


@pytest.fixture
def estate(db: None) -> Estate:
    with clock.frozen(after(0)):
        make_partitions(since=DAY.date(), ahead=1)
        return make_estate()


@pytest.fixture
def source(estate: Estate) -> int:
    return make_source()


@pytest.mark.django_db
def test_each_class_is_kept_for_its_time_and_no_longer(source: int) -> None:
    one_of_each(source)
    assert logged() == {"I": 2, "W": 2, "E": 2}
    on(30)
    assert logged() == {"I": 2, "W": 2, "E": 2}
    assert on(31) > 0
    assert logged() == {"W": 2, "E": 2}
    assert RawBatch.objects.count() == 4
    assert set(Trace.objects.values_list("alert__labels__alertname", flat=True)) == {"W", "E"}
    assert (on(32), on(33)) == (0, 0)
    on(90)
    assert logged() == {"W": 2, "E": 2}
    on(91)
    assert logged() == {"E": 2}
    on(400)
    assert (logged(), RawBatch.objects.count()) == ({"E": 2}, 2)
    on(401)
    assert (Change.objects.count(), RawBatch.objects.count(), Trace.objects.count()) == (0, 0, 0)
    assert not LogDay.objects.filter(day=DAY.date()).exists()


@pytest.mark.django_db
def test_a_day_is_told_apart_by_class_as_soon_as_it_is_over(source: int) -> None:
    one_of_each(source)
    with clock.frozen(after(0)):
        (today, *_), _next = list_days(SYSTEM)
    assert (today.day, today.by_class) == (DAY.date(), None)
    on(1)
    with clock.frozen(after(1)):
        stock = get_stock(SYSTEM)
        days, _next = list_days(SYSTEM)
    kept = stock.by_class
    assert {one: kept[one].rows for one in (INFO, WARNING)} == {INFO: 5, WARNING: 5}
    assert all(kept[one].size > 0 for one in AlertClass)
    assert stock.oldest[EXCEPTION] == DAY.date()
    first = next(row for row in days if row.day == DAY.date())
    assert first.next_look == date(2031, 4, 1)
    assert first.size > 0


@pytest.mark.django_db
def test_what_fires_or_belongs_to_an_incident_that_is_not_closed_stays(source: int, estate: Estate) -> None:
    one_of_each(source, ends=False)
    Record.objects.update(closed_at=None)
    on(401)
    assert logged() == {"I": 1, "W": 1, "E": 1}
    assert LogDay.objects.get(day=DAY.date()).open_alerts == 3
    for severity, name in NAMES.items():
        clear(source, after(402), since=DAY, labels={"alertname": name, "severity": severity})
    assess(after(402))
    on(409)
    assert logged() == {"E": 1}  # its incident is not closed
    perform(Record.objects.get().pk, "cancel", by=estate.agent, given={"reason": "Test"})
    on(416)
    assert logged() == {}


@pytest.mark.django_db
def test_bodies_that_changed_nothing_go_first(source: int) -> None:
    labels = {"alertname": "E", "severity": "critical"}
    fire(source, DAY, minutes=60 * 24 * 800, labels=labels)
    fire(source, DAY, minutes=60 * 24 * 800, labels=labels)
    assess(DAY)
    on(1)
    assert LogDay.objects.get(day=DAY.date()).kept[""][0] == 1
    on(31)
    assert RawBatch.objects.count() == 1
    assert "" not in LogDay.objects.get(day=DAY.date()).kept


@pytest.mark.django_db
def test_what_was_not_assessed_yet_or_could_not_be_stays(source: int) -> None:
    fire(source, DAY, minutes=5, labels={"alertname": "I", "severity": "info"})
    on(401)
    assert logged() == {"I": 1}


@pytest.mark.django_db
def test_alerts_are_forgotten_with_what_was_made_of_them_and_fire_anew(source: int) -> None:
    one_of_each(source)
    on(31)
    assert Alert.objects.count() == 3  # the time begins when the day is over
    on(32)
    assert set(Alert.objects.values_list("labels__alertname", flat=True)) == {"W", "E"}
    assert Assessment.objects.count() == 2
    fire(source, after(33), labels={"alertname": "I", "severity": "info"})
    assess(after(33))
    fresh = Alert.objects.get(labels__alertname="I")
    assert (fresh.episode, fresh.assessment.alert_class) == (1, INFO)
    on(402)
    assert set(Alert.objects.values_list("labels__alertname", flat=True)) == {"I"}  # it fires


@pytest.mark.django_db
def test_an_alert_that_is_still_heard_or_of_an_open_incident_is_not_forgotten(source: int) -> None:
    one_of_each(source)
    Record.objects.update(closed_at=None)
    Alert.objects.filter(labels__alertname="W").update(last_seen=after(399))
    on(402)
    assert set(Alert.objects.values_list("labels__alertname", flat=True)) == {"W", "E"}


@pytest.mark.django_db
def test_other_times_hold_for_what_is_kept_already(source: int) -> None:
    one_of_each(source)
    on(10)
    with clock.frozen(after(10)):
        number = set_retention({INFO: 5, WARNING: 90, EXCEPTION: 400}, by=SYSTEM, seen=1)
        assert (number, get_retention().days[INFO]) == (2, 5)
        assert [row.number for row in list_retentions(SYSTEM)] == [2, 1]
    on(10)
    assert logged() == {"W": 2, "E": 2}
    with clock.frozen(after(10)):
        set_retention({INFO: 30, WARNING: 500, EXCEPTION: 3}, by=SYSTEM)
    on(10)
    assert logged() == {"W": 2}


@pytest.mark.django_db
def test_who_may_not_and_what_cannot_be() -> None:
    good = {INFO: 1, WARNING: 2, EXCEPTION: 3}
    with pytest.raises(NotAllowed):
        set_retention(good, by=make_person(make_provider(), Role.OPERATOR))
    for days in (0, 3651):
        with pytest.raises(Invalid) as refused:
            set_retention({**good, WARNING: days}, by=SYSTEM)
        assert list(refused.value.fields) == ["warning"]
    set_retention(good, by=SYSTEM, seen=1)
    with pytest.raises(Stale):
        set_retention({**good, INFO: 9}, by=SYSTEM, seen=1)
    assert set_retention(good, by=SYSTEM) == 2  # the same again is no version
    assert Retention.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_whatever_dies_in_between_the_day_is_as_it_was_and_the_next_look_does_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with clock.frozen(after(0)):
        make_partitions(since=DAY.date(), ahead=1)
        make_estate()
    one_of_each(make_source())
    swap = sql.swap
    for dies_at in range(5):

        def killed(part: sql.Partition, *, empty: bool, at: int = dies_at) -> list[str]:
            return [*swap(part, empty=empty)[:at], "SELECT pg_terminate_backend(pg_backend_pid())"]

        monkeypatch.setattr(sql, "swap", killed)
        with pytest.raises(OperationalError), clock.frozen(after(31)):
            roll_over()
        connection.close()
        assert logged() == {"I": 2, "W": 2, "E": 2}
    monkeypatch.setattr(sql, "swap", swap)
    on(31)
    assert logged() == {"W": 2, "E": 2}
    # The day takes rows as before, and is found by its bounds.
    fire(Alert.objects.all()[0].source_id, DAY, labels={"alertname": "Late"})
    assert logged()["Late"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_change_20310301")
        assert cursor.fetchone() == (5,)


@pytest.mark.django_db(transaction=True)
def test_it_gives_way_to_a_long_read_and_comes_again() -> None:
    with clock.frozen(after(0)):
        make_partitions(since=DAY.date(), ahead=1)
        make_estate()
    one_of_each(make_source())
    parameters = {**connection.get_connection_params()}
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    with psycopg.connect(**parameters) as reader:
        reader.execute("SELECT count(*) FROM events_change")
        with clock.frozen(after(31)):
            assert roll_over() == 0
        assert logged() == {"I": 2, "W": 2, "E": 2}
    on(31)
    assert logged() == {"W": 2, "E": 2}


@pytest.mark.django_db
def test_days_to_come_without_a_partition_are_told() -> None:
    with clock.frozen(after(500)):
        assert missing_days(ahead=1) == [after(500).date(), after(501).date()]
        make_partitions(ahead=1)
        assert missing_days(ahead=1) == []
        assert missing_days(ahead=2) == [after(502).date()]


@pytest.mark.django_db
def test_nobody_takes_a_row_away_by_hand(source: int) -> None:
    one_of_each(source)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Trace.objects.all().delete()


TIMES = st.fixed_dictionaries({one: st.integers(1, 3650) for one in AlertClass})


@given(TIMES, st.integers(0, 4000), st.sets(st.sampled_from([*AlertClass, None])), st.booleans())
def test_the_next_look_comes_when_something_may_go_and_not_before(
    days: Mapping[AlertClass, int], age: int, present: set[AlertClass | None], waits: bool
) -> None:
    day, today = date(2031, 3, 1), date(2031, 3, 1) + timedelta(days=age)
    look = next_look(day, today, days, present, waits=waits)
    assert look > today
    kept = classes_kept(day, today, days)
    if not waits and present & set(kept):
        gone = [one for one in present if one and one in kept and goes_after(day, days[one]) < look]
        no_class = None in present and goes_after(day, min(days.values())) < look
        assert gone or no_class
        before = look - timedelta(days=1)
        assert all(one in classes_kept(day, before, days) for one in present if one in kept)
    if waits:
        assert look <= today + timedelta(days=7)
