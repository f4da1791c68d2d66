"""Who is on duty: exact across daylight saving, without overlap or hole, the same by the moment and by the shift."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.duty.contracts.rotas import Cover, Every, Hours, Layer, Plan
from selaras.domains.duty.rules import doubled, gaps, moment, on_duty, shifts

ZONES = ("Asia/Jakarta", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia")
BERLIN = "Europe/Berlin"
MONDAY = date(2026, 3, 23)  # clocks in Berlin go forward on Sunday, 29 March 2026 at 02:00


def weekly(*people: int, **more: object) -> Layer:
    given_ = {"every": Every.WEEKS, "length": 1, "starts_on": MONDAY, "handover": time(9), **more}
    return Layer(people, **given_)  # type: ignore[arg-type]  # the fields by name


def at(wall: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


hours = st.builds(Hours, days=st.frozensets(st.integers(0, 6), min_size=1), start=st.times(), end=st.times())
layers = st.builds(
    Layer,
    participants=st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple),
    every=st.sampled_from(Every),
    length=st.integers(1, 9),
    starts_on=st.dates(date(2026, 2, 1), date(2026, 11, 15)),
    handover=st.times(),
    until=st.none() | st.dates(date(2026, 3, 1), date(2026, 12, 1)),
    hours=st.none() | hours,
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda d: d.replace(tzinfo=UTC))  # noqa: DTZ001  # the zone follows


@st.composite
def covers(draw: st.DrawFn) -> Cover:
    starts = draw(moments)
    person, instead = draw(st.sampled_from([(1, None), (2, 1), (None, 1), (None, 2), (3, None)]))
    return Cover(starts, starts + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=9))), person, instead, id=1)


plans = st.builds(
    Plan,
    timezone=st.sampled_from(ZONES),
    layers=st.lists(layers, min_size=1, max_size=3).map(tuple),
    covers=st.lists(covers(), max_size=3).map(tuple),
)


@given(plans, moments, st.timedeltas(timedelta(hours=1), timedelta(days=20)), st.floats(0, 0.999))
def test_a_moment_and_its_shift_agree(plan: Plan, begin: datetime, length: timedelta, share: float) -> None:
    end = begin + length
    found = shifts(plan, begin, end)
    assert all(one.starts_at < one.ends_at for one in found)
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(found))
    look = begin + length * share
    holding = [one.person_id for one in found if one.starts_at <= look < one.ends_at]
    assert holding == [who for who in [on_duty(plan, look)] if who is not None]
    edges = {edge for one in found for edge in (one.starts_at, one.ends_at - timedelta(microseconds=1))}
    for edge in edges:
        assert on_duty(plan, edge) == next(s.person_id for s in found if s.starts_at <= edge < s.ends_at)


@given(plans, moments, st.timedeltas(timedelta(hours=1), timedelta(days=20)))
def test_shifts_and_gaps_are_the_whole_time(plan: Plan, begin: datetime, length: timedelta) -> None:
    end = begin + length
    found = shifts(plan, begin, end)
    every = sorted(
        [(s.starts_at, s.ends_at) for s in found] + [(g.starts_at, g.ends_at) for g in gaps(found, begin, end)]
    )
    assert every[0][0] == begin
    assert every[-1][1] == end
    assert all(a[1] == b[0] for a, b in pairwise(every))


@given(plans, moments, st.timedeltas(timedelta(hours=2), timedelta(days=9)), st.floats(0.1, 0.9))
def test_looking_in_two_parts_is_looking_once(plan: Plan, begin: datetime, length: timedelta, share: float) -> None:
    middle, end = begin + length * share, begin + length

    def told(*spans: tuple[datetime, datetime]) -> list[tuple[int, datetime, datetime]]:
        joined: list[tuple[int, datetime, datetime]] = []
        for one in (shift for span in spans for shift in shifts(plan, *span)):
            if joined and joined[-1][0] == one.person_id and joined[-1][2] == one.starts_at:
                joined[-1] = (one.person_id, joined[-1][1], one.ends_at)
            else:
                joined.append((one.person_id, one.starts_at, one.ends_at))
        return joined

    assert told((begin, middle), (middle, end)) == told((begin, end))


@given(st.sampled_from(ZONES), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.integers(1, 200))  # noqa: DTZ001  # on the wall
def test_later_on_the_wall_is_never_earlier(zone: str, wall: datetime, minutes: int) -> None:
    assert moment(wall, ZoneInfo(zone)) <= moment(wall + timedelta(minutes=minutes), ZoneInfo(zone))


def test_a_hand_over_keeps_its_wall_time_across_the_change_of_clocks() -> None:
    plan = Plan(BERLIN, (weekly(1, 2),))
    found = shifts(plan, at("2026-03-23T09:00"), at("2026-04-13T09:00"))
    assert [(s.person_id, s.starts_at) for s in found] == [
        (1, at("2026-03-23T09:00")),
        (2, at("2026-03-30T09:00")),
        (1, at("2026-04-06T09:00")),
    ]
    assert found[0].ends_at - found[0].starts_at == timedelta(days=7, hours=-1)


def test_a_hand_over_that_the_clocks_skip_is_the_moment_of_the_change() -> None:
    plan = Plan(BERLIN, (weekly(1, 2, every=Every.DAYS, handover=time(2, 30)),))
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    found = shifts(plan, at("2026-03-28T12:00"), at("2026-03-29T12:00"))
    assert next(s.ends_at for s in found) == change
    assert on_duty(plan, change - timedelta(seconds=1)) != on_duty(plan, change)


def test_a_hand_over_that_comes_twice_is_the_first_of_the_two() -> None:
    plan = Plan(BERLIN, (weekly(1, 2, every=Every.DAYS, handover=time(2, 30)),))
    found = shifts(plan, at("2026-10-24T12:00"), at("2026-10-26T12:00"))  # back on Sunday, 25 October, at 03:00
    assert found[0].ends_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found[1].ends_at - found[1].starts_at == timedelta(hours=25)


@given(st.sampled_from(ZONES), st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.sampled_from((1, 2, 7)))
def test_hand_overs_keep_their_wall_time_across_both_changes_of_the_year(zone: str, clock: time, days: int) -> None:
    layer = Layer((1, 2), Every.DAYS, days, date(2026, 1, 1), clock)
    found = shifts(Plan(zone, (layer,)), at("2026-01-05T00:00", zone), at("2026-12-28T00:00", zone))
    walls = [one.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in found[1:]]
    odd = [wall for wall in walls if wall.time() != clock]  # only a time that the clocks skip, once a year
    assert len(odd) <= 1
    assert all(wall.hour <= 3 for wall in odd)
    assert {(b.date() - a.date()).days for a, b in pairwise(walls)} == {days}
    assert [one.person_id for one in found[1:3]] != [one.person_id for one in found[2:4]]


def test_a_later_layer_wins_in_its_hours_alone() -> None:
    office = Hours(frozenset({0, 1, 2, 3, 4}), time(8), time(17))
    plan = Plan("Asia/Jakarta", (weekly(1), weekly(2, hours=office)))
    assert on_duty(plan, at("2026-03-25T08:00", "Asia/Jakarta")) == 2
    assert on_duty(plan, at("2026-03-25T17:00", "Asia/Jakarta")) == 1
    assert on_duty(plan, at("2026-03-28T10:00", "Asia/Jakarta")) == 1


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    night = Hours(frozenset({4}), time(22), time(6))
    plan = Plan("Asia/Jakarta", (weekly(1, hours=night),))
    assert on_duty(plan, at("2026-03-28T05:59", "Asia/Jakarta")) == 1
    assert on_duty(plan, at("2026-03-28T06:00", "Asia/Jakarta")) is None
    assert on_duty(plan, at("2026-03-27T05:00", "Asia/Jakarta")) is None


def test_covers_in_their_order_and_absence_lets_the_lower_layer_in() -> None:
    begin, end = at("2026-03-24T00:00"), at("2026-03-25T00:00")
    noon = at("2026-03-24T12:00")
    base = (weekly(1), weekly(2))
    assert on_duty(Plan(BERLIN, base, (Cover(begin, end, 3),)), noon) == 3
    assert on_duty(Plan(BERLIN, base, (Cover(begin, end, None, 2),)), noon) == 1
    assert on_duty(Plan(BERLIN, base[1:], (Cover(begin, end, None, 2),)), noon) is None
    assert on_duty(Plan(BERLIN, base, (Cover(begin, end, 3, 2), Cover(begin, end, 4, 3))), noon) == 4
    assert on_duty(Plan(BERLIN, base, (Cover(begin, end, 3, 1),)), noon) == 2
    assert on_duty(Plan(BERLIN, base, (Cover(begin, end, 3),)), end) == 2


def test_nobody_before_the_first_hand_over_and_after_the_last() -> None:
    plan = Plan(BERLIN, (weekly(1, until=date(2026, 4, 6)),))
    assert on_duty(plan, at("2026-03-23T08:59")) is None
    assert on_duty(plan, at("2026-04-06T08:59")) == 1
    assert on_duty(plan, at("2026-04-06T09:00")) is None


def test_double_duty_is_found_in_two_rotas_only() -> None:
    begin, end = at("2026-03-23T09:00"), at("2026-04-06T09:00")
    first = shifts(Plan(BERLIN, (weekly(1, 2),)), begin, end)
    second = shifts(Plan(BERLIN, (weekly(3, 2),)), begin, end)
    assert [(d.person_id, d.starts_at, d.ends_at) for d in doubled({7: first, 8: second})] == [
        (2, at("2026-03-30T09:00"), end)
    ]
    assert doubled({7: first}) == []
