"""When a maintenance window is open, on the wall of its zone, exact where clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.recurring import Recurrence, current, fault_of, upcoming

BERLIN = "Europe/Berlin"  # forward on 29 March 2026 at 02:00, back on 25 October at 03:00
ZONES = ("Asia/Jakarta", BERLIN, "America/New_York", "Australia/Lord_Howe")  # the last turns by half an hour


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def times(recurrence: Recurrence, since: str, many: int) -> list[tuple[str, str]]:
    zone = ZoneInfo(recurrence.zone)
    found = islice(upcoming(recurrence, datetime.fromisoformat(since).replace(tzinfo=UTC)), many)
    return [(shown(one.starts_at, zone), shown(one.ends_at, zone)) for one in found]


def shown(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")


def test_it_keeps_to_the_wall_over_the_year() -> None:
    sundays = Recurrence(wall("2026-03-22T01:00"), 60, "FREQ=WEEKLY", BERLIN)
    assert times(sundays, "2026-03-20T00:00", 2) == [
        ("2026-03-22T01:00+01:00", "2026-03-22T02:00+01:00"),
        ("2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"),
    ]
    assert times(sundays, "2026-04-04T00:00", 1) == [("2026-04-05T01:00+02:00", "2026-04-05T02:00+02:00")]


def test_an_hour_that_is_left_out_is_not_waited_for() -> None:
    inside = Recurrence(wall("2026-03-22T02:15"), 30, "FREQ=WEEKLY", BERLIN)
    assert [begins for begins, _ in times(inside, "2026-03-20T00:00", 2)] == [
        "2026-03-22T02:15+01:00", "2026-04-05T02:15+02:00"
    ]  # fmt: skip
    over = Recurrence(wall("2026-03-22T02:30"), 60, "FREQ=WEEKLY", BERLIN)
    assert times(over, "2026-03-28T00:00", 1) == [("2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00")]


def test_an_hour_that_comes_twice_lies_within_it_twice() -> None:
    night = Recurrence(wall("2026-10-18T02:30"), 15, "FREQ=WEEKLY", BERLIN)
    assert times(night, "2026-10-24T00:00", 1) == [("2026-10-25T02:30+02:00", "2026-10-25T02:45+01:00")]


@pytest.mark.parametrize(
    ("rule", "starts", "expected"),
    [
        ("", "2026-11-01T01:00", ["2026-11-01"]),
        ("FREQ=DAILY;COUNT=2", "2026-11-01T01:00", ["2026-11-01", "2026-11-02"]),
        ("FREQ=DAILY;UNTIL=20261103T000000", "2026-11-01T01:00", ["2026-11-01", "2026-11-02"]),
        ("FREQ=MONTHLY;BYDAY=2SU", "2026-11-01T01:00", ["2026-11-08", "2026-12-13", "2027-01-10", "2027-02-14"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "2026-11-03T01:00", ["2026-11-03", "2026-11-05", "2026-11-17"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-01T01:00", ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
    ],
)  # fmt: skip
def test_rules_recur_as_the_standard_has_it(rule: str, starts: str, expected: list[str]) -> None:
    recurrence = Recurrence(wall(starts), 60, rule, "Asia/Jakarta")
    assert fault_of(recurrence) is None
    assert [begins[:10] for begins, _ in times(recurrence, "2026-10-01T00:00", len(expected))] == expected


@pytest.mark.parametrize(
    "rule",
    [
        "nonsense", "FREQ=HOURLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;BYHOUR=1,2",
        "FREQ=DAILY;UNTIL=20261231T000000Z", "FREQ=DAILY;UNTIL=soon", "FREQ=DAILY;FREQ=WEEKLY",
        "RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY", "FREQ=DAILY;" + "X" * 400, "FREQ=MONTHLY;BYSETPOS=9;BYDAY=SU",
        "FREQ=DAILY;UNTIL=20200101T000000",
    ],
)  # fmt: skip
def test_what_is_no_rule_or_never_comes_is_refused(rule: str) -> None:
    found = fault_of(Recurrence(wall("2026-11-01T01:00"), 60, rule, BERLIN))
    assert found is not None
    assert found[0] == "rrule"


@pytest.mark.parametrize(
    ("starts", "minutes", "field"),
    [("1999-01-01T00:00", 5, "starts"), ("2026-01-01T00:00", 0, "minutes"), ("2026-01-01T00:00", 10081, "minutes")],
)
def test_times_beyond_reason_are_refused(starts: str, minutes: int, field: str) -> None:
    found = fault_of(Recurrence(wall(starts), minutes, "", BERLIN))
    assert found is not None
    assert found[0] == field


STARTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 31)).map(lambda t: t.replace(second=0, microsecond=0))  # noqa: DTZ001  # on the wall
RULES = st.sampled_from(
    ["", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU,MO", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=DAILY;INTERVAL=3"]
)


@given(STARTS, st.integers(1, 2000), RULES, st.sampled_from(ZONES), st.integers(0, 400 * 1440))
def test_a_moment_whose_wall_shows_an_open_time_is_open(
    starts: datetime, minutes: int, rule: str, zone: str, later: int
) -> None:
    recurrence = Recurrence(starts, minutes, rule, zone)
    at = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=later)
    shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    held = current(recurrence, at)
    meets_its_start = not rule or rule.startswith("FREQ=DAILY")
    if meets_its_start and starts <= shown < starts + timedelta(minutes=minutes):
        assert held is not None
    if held is not None:
        assert held.starts_at <= at < held.ends_at
        assert held in list(islice(upcoming(recurrence, at), 50))
    if rule == "FREQ=DAILY" and starts <= shown:
        since_start = (shown - starts) % timedelta(days=1)
        if since_start < timedelta(minutes=minutes):
            assert held is not None


@given(STARTS, st.integers(1, 600), RULES, st.sampled_from(ZONES))
def test_occurrences_come_in_order_begin_on_the_wall_and_are_as_long_as_the_wall_says(
    starts: datetime, minutes: int, rule: str, zone: str
) -> None:
    place = ZoneInfo(zone)
    found = list(islice(upcoming(Recurrence(starts, minutes, rule, zone), datetime(2025, 11, 1, tzinfo=UTC)), 40))
    assert all(one.starts_at < one.ends_at for one in found)
    assert all(a.starts_at < b.starts_at for a, b in pairwise(found))
    for one in found:
        begins, ends = (t.astimezone(place) for t in (one.starts_at, one.ends_at))
        if (
            begins.utcoffset()
            == ends.utcoffset()
            == (begins - timedelta(hours=3)).astimezone(UTC).astimezone(place).utcoffset()
        ):
            assert one.ends_at - one.starts_at == timedelta(minutes=minutes)
            assert begins.replace(tzinfo=None).time() == starts.time()
