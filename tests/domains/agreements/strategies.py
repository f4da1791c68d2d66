"""Calendars, moments and changes for the property tests."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from selaras.domains.agreements.rules import DAYS, Calendar, HolidayName, compile_calendar
from selaras.domains.agreements.segments import PAUSED, RAN, Change
from selaras.kernel.sentences import Sentence

ZONES = (
    "Asia/Jakarta",
    "Asia/Jayapura",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",  # daylight saving of half an hour
    "Pacific/Apia",  # left out a whole day in 2011
    "Africa/Casablanca",  # changes four times a year
    "Asia/Tehran",
    "UTC",
)
FIRST, DAYS_LONG = datetime(2010, 6, 1, tzinfo=UTC), 3 * 365

moments = st.integers(0, DAYS_LONG * 86_400_000_000).map(lambda us: FIRST + timedelta(microseconds=us))
# Microseconds as whole numbers, so that a test can ask for exact equality.
amounts = st.integers(-40 * 86_400_000_000, 40 * 86_400_000_000).map(lambda us: us / 1_000_000)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def days(draw: st.DrawFn) -> list[list[str]]:
    """The opening hours of a day: none, one interval, or several with breaks, also until midnight."""
    edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    return [[_clock(a * 15), _clock(b * 15)] for a, b in zip(edges[::2], edges[1::2], strict=False)]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any calendar that is ever open, with holidays."""
    week = {day: draw(days()) for day in DAYS}
    if not any(week.values()):
        week["wed"] = [["09:00", "12:00"], ["13:00", "24:00"]]
    dates = draw(st.sets(st.dates(date(2010, 6, 1), date(2013, 6, 1)), max_size=20))
    return compile_calendar(draw(st.sampled_from(ZONES)), week, {d: HolidayName("libur", "off") for d in dates})


@st.composite
def histories(draw: st.DrawFn) -> tuple[Change, ...]:
    """A clock's start and some later changes, each at its own moment."""
    start = draw(moments)
    offsets = draw(st.lists(st.integers(1, 60 * 86_400), max_size=8, unique=True))
    later = [
        Change(
            start + timedelta(seconds=s), draw(st.sampled_from((RAN, PAUSED))), Sentence(draw(st.sampled_from("abc")))
        )
        for s in offsets
    ]
    return (Change(start, RAN), *later)
