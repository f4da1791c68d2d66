"""Business time in cases one can check by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from selaras.domains.agreements.rules import (
    DAYS,
    Calendar,
    HolidayName,
    add,
    compile_calendar,
    counted,
    difference,
    explain,
)
from selaras.kernel.errors import Invalid, Refusal

OFFICE = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
JOINT_LEAVE = {date(2026, 3, 20): HolidayName("Cuti Bersama Idulfitri", "Eid al-Fitr Joint Holiday")}


def jakarta() -> Calendar:
    return compile_calendar("Asia/Jakarta", OFFICE, JOINT_LEAVE)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # so many parts as are given


def test_a_break_and_a_weekend_are_skipped() -> None:
    # Friday 11:30 in Jakarta, four hours: 30 min, break, three and a half hours until 16:30
    assert add(jakarta(), utc(2026, 3, 13, 4, 30), 4 * 3600) == utc(2026, 3, 13, 9, 30)
    # five hours: half an hour is left for Monday 08:30
    assert add(jakarta(), utc(2026, 3, 13, 4, 30), 5 * 3600) == utc(2026, 3, 16, 1, 30)


def test_joint_leave_is_skipped() -> None:
    assert add(jakarta(), utc(2026, 3, 19, 9, 0), 2 * 3600) == utc(2026, 3, 23, 2, 0)


def test_a_due_time_at_the_close_stays_at_the_close() -> None:
    assert add(jakarta(), utc(2026, 3, 16, 9, 0), 3600) == utc(2026, 3, 16, 10, 0)
    assert add(jakarta(), utc(2026, 3, 16, 10, 0), 0) == utc(2026, 3, 17, 1, 0)
    assert add(jakarta(), utc(2026, 3, 17, 2, 0), -3600) == utc(2026, 3, 17, 1, 0)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", utc(2024, 10, 26, 22), 25),
        ("Europe/Berlin", utc(2024, 3, 30, 23), 23),
        ("Australia/Lord_Howe", utc(2024, 4, 6, 13), 24.5),
        ("Asia/Jakarta", utc(2024, 10, 26, 17), 24),
    ],
)
def test_a_day_counts_its_real_hours(zone: str, day: datetime, hours: float) -> None:
    calendar = compile_calendar(zone, {DAYS[(day + timedelta(hours=12)).weekday()]: [["00:00", "24:00"]]})
    assert difference(calendar, day - timedelta(days=2), day + timedelta(days=3)) == hours * 3600


def test_an_hour_that_does_not_exist_counts_nothing_and_a_repeated_one_counts_twice() -> None:
    calendar = compile_calendar("Europe/Berlin", {"sun": [["02:15", "02:45"]]})
    assert counted(calendar, utc(2024, 3, 30), utc(2024, 4, 1)) == timedelta()
    assert counted(calendar, utc(2024, 10, 26), utc(2024, 10, 28)) == timedelta(minutes=60)
    assert counted(calendar, utc(2024, 6, 1), utc(2024, 6, 3)) == timedelta(minutes=30)


def test_a_day_that_a_zone_left_out_counts_nothing() -> None:
    calendar = compile_calendar("Pacific/Apia", {"fri": [["00:00", "24:00"]]})
    assert counted(calendar, utc(2011, 12, 25), utc(2012, 1, 3)) == timedelta()


def test_midnight_joins_two_days() -> None:
    night = compile_calendar("UTC", {"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]})
    assert add(night, utc(2026, 3, 16, 21), 5 * 3600) == utc(2026, 3, 17, 3)
    assert len(explain(night, utc(2026, 3, 16, 22), utc(2026, 3, 17, 6))) == 1
    assert compile_calendar("UTC", {"mon": [["22:00", "00:00"]]}).week[0] == ((79_200, 86_400),)


def test_microseconds_are_exact() -> None:
    start = utc(2026, 3, 16, 9, 59, 59, 999_999)
    assert add(jakarta(), start, 0.000_002) == utc(2026, 3, 17, 1, 0, 0, 1)
    assert difference(jakarta(), start, utc(2026, 3, 17, 1, 0, 0, 1)) == 0.000_002


def test_the_explanation_names_each_reason() -> None:
    spans = explain(jakarta(), utc(2026, 3, 19, 4), utc(2026, 3, 23, 2))
    assert [(s.why, s.length / timedelta(hours=1)) for s in spans] == [
        ("open", 1), ("break", 1), ("open", 4), ("outside", 7),
        ("holiday", 24), ("day_off", 48), ("outside", 8), ("open", 1),
    ]  # fmt: skip
    assert spans[4].holiday == HolidayName("Cuti Bersama Idulfitri", "Eid al-Fitr Joint Holiday")
    assert [str(s.sentence) for s in spans][:2] == ["within opening hours", "break"]


def test_years_are_crossed_on_demand() -> None:
    calendar = compile_calendar("Asia/Jakarta", ALWAYS)
    assert add(calendar, utc(1999, 12, 31), 30 * 366 * 86_400) == utc(1999, 12, 31) + timedelta(days=30 * 366)
    assert add(calendar, utc(2030, 1, 1), -40 * 366 * 86_400) == utc(2030, 1, 1) - timedelta(days=40 * 366)


@pytest.mark.parametrize(
    ("zone", "week", "field"),
    [
        ("Asia/Jakarta", {}, "week"),
        ("Asia/Jakarta", {"mon": []}, "week"),
        ("Asia/Jakarta", {"monday": [["08:00", "09:00"]]}, "week"),
        ("Asia/Jakarta", {"mon": [["17:00", "08:00"]]}, "week.mon"),
        ("Asia/Jakarta", {"mon": [["08:00", "08:00"]]}, "week.mon"),
        ("Asia/Jakarta", {"mon": [["08:00", "25:00"]]}, "week.mon"),
        ("Asia/Jakarta", {"mon": [["08:60", "10:00"]]}, "week.mon"),
        ("Asia/Jakarta", {"mon": [["8", "10:00"]]}, "week.mon"),
        ("Asia/Jakarta", {"mon": [["08:00"]]}, "week.mon"),
        ("Asia/Jakarta", {"mon": [[8, 10]]}, "week.mon"),
        ("Asia/Jakarta", {"mon": [["08:00", "12:00"], ["11:00", "17:00"]]}, "week.mon"),
        ("Asia/Atlantis", OFFICE, "timezone"),
        ("", OFFICE, "timezone"),
        ("../etc/localtime", OFFICE, "timezone"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(zone: str, week: dict[str, list[list[str]]], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        compile_calendar(zone, week)
    assert list(refused.value.fields) == [field]


def test_times_no_zone_can_speak_for_are_refused_quickly() -> None:
    calendar = jakarta()
    for ask in (
        lambda: add(calendar, utc(9999, 12, 31), 60),
        lambda: add(calendar, utc(2026, 1, 1), 1e12),
        lambda: add(calendar, utc(2026, 1, 1), -1e12),
        lambda: add(calendar, utc(1, 1, 1), 0),
        lambda: difference(calendar, utc(2026, 1, 1), utc(9999, 1, 1)),
        lambda: explain(calendar, utc(2026, 1, 1), utc(9999, 1, 1)),
    ):
        with pytest.raises(Refusal):
            ask()


def test_equal_calendars_are_equal_values() -> None:
    calendar = jakarta()
    add(calendar, utc(2026, 3, 16), 60)
    assert calendar == jakarta()
    assert hash(calendar) == hash(jakarta())
