"""A clock's segments and a calendar's week as lines: numbers for SVG, no style."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from selaras.domains.agreements.contracts.calendars import DAY_WORDS, DayCount
from selaras.domains.agreements.contracts.clocks import ClockExplanation, SegmentRow
from selaras.interfaces.web.shell.words import short, spoken

WIDTH = 1000.0  # of the drawing; it is stretched to its place


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the line."""

    x: float
    width: float
    kind: str  # ran, outside, paused, open
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """The whole line, with the due time on it if it falls there."""

    parts: tuple[Part, ...]
    due_x: float | None
    begin: datetime
    end: datetime


def clock_line(explained: ClockExplanation) -> Line:
    """From the start of the clock to now (or its end), or to the due time if that is later."""
    clock = explained.clock
    begin = clock.started_at
    end = max(clock.at, clock.due_at or clock.at, begin + timedelta(minutes=1))
    scale = WIDTH / (end - begin).total_seconds()

    def part(began: datetime, ended: datetime, kind: str, title: str) -> Part:
        x = (max(began, begin) - begin).total_seconds() * scale
        return Part(round(x, 2), round(max((ended - began).total_seconds() * scale, 0.5), 2), kind, title)

    drawn = [part(*one) for segment in explained.segments for one in _stretches(segment, clock.at)]
    due = (clock.due_at - begin).total_seconds() * scale if clock.due_at else None
    return Line(tuple(drawn), None if due is None else round(min(max(due, 1), WIDTH - 1), 2), begin, end)


def _stretches(segment: SegmentRow, now: datetime) -> list[tuple[datetime, datetime, str, str]]:
    ended = min(segment.ended or now, now)
    if segment.kind != "ran":
        return [(segment.began, ended, "paused", _said(_("Paused"), segment.began, ended))]
    if not segment.spans:
        return [(segment.began, ended, "ran", _said(_("Counts"), segment.began, ended))]
    return [
        (
            s.began,
            s.ended,
            "ran" if s.counted else "outside",
            _said(_("Counts") if s.counted else _("Does not count"), s.began, s.ended),
        )
        for s in segment.spans
    ]


def _said(what: str, began: datetime, ended: datetime) -> str:
    return f"{what}: {short(began)} – {short(ended)}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a calendar's week: what counts of it, drawn and said."""

    name: str
    date: date
    parts: tuple[Part, ...]
    hours: str
    holiday_id: str
    holiday_en: str
    counted: timedelta


def day_lines(days: Sequence[DayCount], zone: str) -> list[Day]:
    """A line a day, in the calendar's own zone."""
    names = list(DAY_WORDS.values())
    return [_day(spoken(names[day.date.weekday()]), day, ZoneInfo(zone)) for day in days]


def _day(name: str, day: DayCount, zone: ZoneInfo) -> Day:
    began, ended = day.spans[0].began, day.spans[-1].ended
    scale = WIDTH / (ended - began).total_seconds()
    spans = [span for span in day.spans if span.counted]
    parts = tuple(
        Part(
            round((span.began - began).total_seconds() * scale, 2),
            round((span.ended - span.began).total_seconds() * scale, 2),
            "open",
            "",
        )
        for span in spans
    )
    said = ", ".join(f"{_clock(span.began, zone)}–{_clock(span.ended, zone, ended)}" for span in spans)
    holiday = next((span for span in day.spans if span.holiday_id or span.holiday_en), None)
    names = (holiday.holiday_id, holiday.holiday_en) if holiday else ("", "")
    return Day(name, day.date, parts, said or _("closed"), *names, day.counted)


def _clock(moment: datetime, zone: ZoneInfo, midnight: datetime | None = None) -> str:
    return "24:00" if moment == midnight else moment.astimezone(zone).strftime("%H:%M")
