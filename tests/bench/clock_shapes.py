"""What `make bench-clock` measures with: calendars as customers have them, moments, and a
naive way to count.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from selaras.domains.agreements.actions.fill_holidays import public_holidays
from selaras.domains.agreements.rules import DAYS, Calendar, HolidayName, compile_calendar

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
YEARS = range(2024, 2030)
_OFFICE = [["08:00", "12:00"], ["13:00", "17:00"]]
_FRIDAY = [["08:00", "11:30"], ["13:30", "17:30"]]
_THREE_BREAKS = [["07:00", "09:30"], ["09:45", "12:00"], ["12:45", "15:00"], ["15:15", "19:00"]]
_EVENING = [["06:00", "11:00"], ["12:00", "18:00"], ["19:00", "24:00"]]


def calendars() -> list[Calendar]:
    """Twelve calendars with breaks and Indonesia's holidays and joint leave, some in zones with daylight
    saving.
    """
    names = {day: HolidayName(*both) for day, both in public_holidays(YEARS).items()}
    weeks = (
        {**dict.fromkeys(DAYS[:4], _OFFICE), "fri": _FRIDAY},
        {**dict.fromkeys(DAYS[:5], _THREE_BREAKS), "sat": [["08:00", "10:00"], ["10:30", "13:00"]]},
        dict.fromkeys(DAYS, _EVENING),
    )
    zones = ("Asia/Jakarta", "Asia/Makassar", "Europe/Berlin", "America/New_York")
    return [compile_calendar(zone, week, names) for zone in zones for week in weeks]


def asked(many: int, calendars: list[Calendar], seed: int = 20) -> list[tuple[Calendar, datetime, int]]:
    """Starts over three years, to the microsecond, each with a target from a quarter of
    an hour to ten days.
    """
    rng = Random(seed)
    targets = [minutes * 60 for minutes in (15, 30, 60, 240, 480, 960, 1440, 2400, 4800)]
    return [
        (
            rng.choice(calendars),
            FIRST + timedelta(microseconds=rng.randrange(94_608_000_000_000)),
            rng.choice(targets),
        )
        for _ in range(many)
    ]


def naive_add(calendar: Calendar, start: datetime, seconds: int) -> datetime:
    """The reference: go through the opening hours day by day until the seconds are used up."""
    left = timedelta(seconds=seconds)
    for opens, closes in _openings(calendar, start.astimezone(ZoneInfo(calendar.zone)).date()):
        begins = max(opens, start)
        if begins + left <= closes:
            return begins + left
        left -= max(closes - begins, timedelta())
    raise AssertionError("a calendar that is open some day uses up any time")


def _openings(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    zone, closed = ZoneInfo(calendar.zone), dict(calendar.holidays)
    while True:
        for start, end in () if day in closed else calendar.week[day.weekday()]:
            yield _moment(day, start, zone), _moment(day, end, zone)
        day += timedelta(days=1)


def _moment(day: date, second: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), zone)
    return (midnight + timedelta(seconds=second)).astimezone(UTC)
