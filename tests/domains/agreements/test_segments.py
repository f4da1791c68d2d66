"""A clock's segments: what is derived from them, and what no change may ever do to them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.agreements.rules import DAYS, Calendar, compile_calendar
from selaras.domains.agreements.segments import (
    PAUSED,
    RAN,
    Change,
    Segment,
    changed,
    read,
    restarted,
    segments_from,
    stopped,
    used,
    used_up_at,
)
from selaras.kernel.sentences import say
from tests.domains.agreements.strategies import calendars, histories

OFFICE = compile_calendar("Asia/Jakarta", {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]})
START = datetime(2026, 3, 16, 1, tzinfo=UTC)  # Monday 08:00 in Jakarta
HOUR = timedelta(hours=1)
targets = st.integers(1, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))


@given(calendars(), histories(), targets, st.data())
def test_changes_in_any_order_give_the_same_segments_and_due_time(
    calendar: Calendar, history: tuple[Change, ...], target: timedelta, data: st.DataObject
) -> None:
    first, *later = history
    told = segments_from(history)
    step_by_step = segments_from([first])
    for change in data.draw(st.permutations(later)):
        step_by_step = changed(step_by_step, change)
    assert step_by_step == told
    assert segments_from(data.draw(st.permutations(history))) == told
    assert used_up_at(calendar, step_by_step, target) == used_up_at(calendar, told, target)


@given(histories(), st.integers(0, 70 * 86_400), st.integers(1, 9 * 86_400))
def test_segments_never_overlap_nor_leave_a_gap(history: tuple[Change, ...], stop: int, rest: int) -> None:
    at = history[0].at + timedelta(seconds=stop)
    for segments in (
        segments_from(history),
        segments_from(history, at),
        stopped(segments_from(history), at),
        restarted(stopped(segments_from(history), at), at, at + timedelta(seconds=rest), say("resolved")),
    ):
        assert all(a.ended == b.began for a, b in pairwise(segments))
        assert all(s.ended is None or s.began < s.ended for s in segments)
        assert all(s.ended is not None for s in segments[:-1])


@given(calendars(), histories(), st.integers(1, 60 * 86_400), st.integers(1, 9 * 86_400), targets)
def test_a_pause_never_adds_counted_time_nor_makes_it_due_sooner(
    calendar: Calendar, history: tuple[Change, ...], offset: int, length: int, target: timedelta
) -> None:
    before = segments_from(history)
    began = history[0].at + timedelta(seconds=offset)
    ended = began + timedelta(seconds=length)
    kind_after = next((s.kind for s in before if s.began <= ended and (s.ended is None or ended < s.ended)), RAN)
    inside = [c for c in history if began < c.at <= ended]
    after = segments_from([*(c for c in history if c not in inside), Change(began, PAUSED), Change(ended, kind_after)])
    until = history[0].at + timedelta(days=90)
    assert used(calendar, after, until) <= used(calendar, before, until)
    due_before, due_after = used_up_at(calendar, before, target), used_up_at(calendar, after, target)
    assert due_after is None or (due_before is not None and due_before <= due_after)


@given(calendars(), histories(), targets, st.integers(0, 90 * 86_400))
def test_a_reading_agrees_with_itself(
    calendar: Calendar, history: tuple[Change, ...], target: timedelta, offset: int
) -> None:
    shown = read(calendar, target, 0.75, segments_from(history), history[0].at + timedelta(seconds=offset))
    assert shown.used + shown.remaining == target
    assert shown.remaining <= timedelta() or not shown.breached
    assert shown.breached or shown.remaining >= timedelta()
    assert shown.warn_at is None or shown.due_at is None or shown.warn_at <= shown.due_at


@given(calendars(), histories(), targets, st.integers(1, 9 * 86_400))
def test_reopening_loses_nothing(calendar: Calendar, history: tuple[Change, ...], target: timedelta, rest: int) -> None:
    solved = history[0].at + timedelta(days=61)
    before = stopped(segments_from(history), solved)
    again = solved + timedelta(seconds=rest)
    after = restarted(before, solved, again, say("resolved"))
    assert after[: len(before)] == before
    assert used(calendar, after, again) == used(calendar, before, again)


def test_a_pause_moves_the_due_time_by_its_counted_length() -> None:
    running = segments_from([Change(START, RAN)])
    assert used_up_at(OFFICE, running, 6 * HOUR) == START + 7 * HOUR  # the break does not count
    paused = changed(running, Change(START + HOUR, PAUSED, say("requester")))
    assert used_up_at(OFFICE, paused, 6 * HOUR) is None
    resumed = changed(paused, Change(START + 3 * HOUR, RAN))
    assert used_up_at(OFFICE, resumed, 6 * HOUR) == START + 9 * HOUR
    assert used_up_at(OFFICE, resumed, 8 * HOUR) == START + timedelta(days=1, hours=2)


def test_a_clock_used_up_before_its_pause_stays_due() -> None:
    segments = segments_from([Change(START, RAN), Change(START + 3 * HOUR, PAUSED, say("requester"))])
    shown = read(OFFICE, 2 * HOUR, 0.75, segments, START + 4 * HOUR)
    assert (shown.due_at, shown.breached, shown.remaining) == (START + 2 * HOUR, True, -HOUR)
    assert shown.warn_at == START + 1.5 * HOUR


def test_solved_on_the_last_moment_is_in_time() -> None:
    segments = stopped(segments_from([Change(START, RAN)]), START + 2 * HOUR)
    assert not read(OFFICE, 2 * HOUR, 0.75, segments, START + 9 * HOUR).breached
    late = stopped(segments_from([Change(START, RAN)]), START + 2 * HOUR + timedelta(microseconds=1))
    assert read(OFFICE, 2 * HOUR, 0.75, late, START + 9 * HOUR).breached


def test_paused_on_the_last_moment_is_not_late_until_it_runs_again() -> None:
    paused = segments_from([Change(START, RAN), Change(START + 2 * HOUR, PAUSED, say("requester"))])
    assert not read(OFFICE, 2 * HOUR, 0.75, paused, START + 9 * HOUR).breached
    resumed = changed(paused, Change(START + 3 * HOUR, RAN))
    assert read(OFFICE, 2 * HOUR, 0.75, resumed, START + 9 * HOUR).breached


def test_a_clock_stopped_in_time_shows_when_it_would_have_been_due() -> None:
    segments = stopped(segments_from([Change(START, RAN)]), START + HOUR)
    assert read(OFFICE, 2 * HOUR, 0.75, segments, START + 9 * HOUR).due_at == START + 2 * HOUR


def test_of_two_changes_at_one_moment_the_later_told_holds() -> None:
    running = segments_from([Change(START, RAN)])
    twice = changed(changed(running, Change(START + HOUR, PAUSED, say("a"))), Change(START + HOUR, PAUSED, say("b")))
    assert twice == (Segment(START, START + HOUR, RAN), Segment(START + HOUR, None, PAUSED, say("b")))
