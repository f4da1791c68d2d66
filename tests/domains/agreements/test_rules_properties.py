"""What must hold for business time in any calendar, any zone, at any moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from selaras.domains.agreements.rules import Calendar, add, counted, difference, explain
from tests.domains.agreements.strategies import amounts, calendars, moments

near = st.integers(0, 20 * 86_400_000_000).map(lambda us: timedelta(microseconds=us))


@given(calendars(), moments, amounts)
def test_add_then_difference_gives_the_seconds_back(calendar: Calendar, start: datetime, seconds: float) -> None:
    assert difference(calendar, start, add(calendar, start, seconds)) == seconds


@given(calendars(), moments, amounts)
def test_add_and_add_back_differ_by_uncounted_time_only(calendar: Calendar, start: datetime, seconds: float) -> None:
    back = add(calendar, add(calendar, start, seconds), -seconds)
    assert difference(calendar, start, back) == 0


@given(calendars(), moments, near, amounts, amounts)
def test_add_is_monotone(calendar: Calendar, start: datetime, later: timedelta, a: float, b: float) -> None:
    less, more = sorted((a, b))
    assert add(calendar, start, less) <= add(calendar, start, more)
    assert add(calendar, start, a) <= add(calendar, start + later, a)


@given(calendars(), moments, moments, moments)
def test_difference_is_additive(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert counted(calendar, a, b) + counted(calendar, b, c) == counted(calendar, a, c)
    assert counted(calendar, a, b) == -counted(calendar, b, a)


@given(calendars(), moments, amounts)
def test_forward_is_the_first_moment_and_backward_the_last(calendar: Calendar, start: datetime, s: float) -> None:
    assume(s)
    end = add(calendar, start, s)
    nearer = end - timedelta(microseconds=1) if s > 0 else end + timedelta(microseconds=1)
    assert abs(difference(calendar, start, nearer)) < abs(s)


@given(calendars(), moments)
def test_zero_is_now_or_the_next_opening(calendar: Calendar, start: datetime) -> None:
    opening = add(calendar, start, 0)
    assert opening >= start
    assert counted(calendar, start, opening) == timedelta()
    assert counted(calendar, opening, opening + timedelta(microseconds=1)) > timedelta()


@given(calendars(), moments, near)
def test_explanation_covers_all_time_once_and_counts_the_same(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    end = start + length
    spans = explain(calendar, start, end)
    edges = [start, *(span.ended for span in spans)]
    assert [span.began for span in spans] == edges[:-1]
    assert edges[-1] == end
    assert sum((s.length for s in spans if s.counted), timedelta()) == counted(calendar, start, end)
    assert all((s.holiday is not None) == (s.why == "holiday") for s in spans)


@settings(max_examples=25)
@given(calendars(), moments.map(lambda at: at.replace(second=0, microsecond=0)))
def test_counts_what_the_clock_on_the_wall_says(calendar: Calendar, start: datetime) -> None:
    """The naive reference: look at the wall clock once a quarter of an hour for nine
    days, across any change.
    """
    zone, quarter = ZoneInfo(calendar.zone), timedelta(minutes=15)
    start = (start - timedelta(minutes=start.minute % 15)).astimezone(UTC)
    holidays, expected = dict(calendar.holidays), timedelta()
    for step in range(9 * 96):
        wall = (start + step * quarter).astimezone(zone)
        second = wall.hour * 3600 + wall.minute * 60
        intervals = () if wall.date() in holidays else calendar.week[wall.weekday()]
        expected += quarter if any(a <= second < b for a, b in intervals) else timedelta()
    assert counted(calendar, start, start + 9 * 96 * quarter) == expected
