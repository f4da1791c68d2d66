"""Calendars and their days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from selaras.domains.agreements.contracts.clocks import SpanRow
from selaras.kernel.sentences import Sentence, say

DAY_WORDS: dict[str, Sentence] = {
    "mon": say("Monday"),
    "tue": say("Tuesday"),
    "wed": say("Wednesday"),
    "thu": say("Thursday"),
    "fri": say("Friday"),
    "sat": say("Saturday"),
    "sun": say("Sunday"),
}


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar as lists show it."""

    id: int
    slug: str
    name: str
    timezone: str
    week: Mapping[str, list[list[str]]]
    holidays: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A local date on which nothing counts."""

    date: date
    name_id: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DayCount:
    """What counts of one local day: its spans from midnight to midnight, and the time that counts of it."""

    date: date
    spans: tuple["SpanRow", ...]
    counted: timedelta
