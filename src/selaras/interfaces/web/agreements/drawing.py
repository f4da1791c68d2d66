"""A clock's segments and a calendar's week as lines: numbers for SVG, no style."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from selaras.domains.agreements.contracts import ClockExplanation, SegmentRow
from selaras.interfaces.web.shell.words import short

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
    """A weekday of a calendar: its hours, drawn and said."""

    name: str
    parts: tuple[Part, ...]
    hours: str


def week_lines(week: Mapping[str, list[list[str]]]) -> list[Day]:
    """Monday to Sunday."""
    names = {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
    }
    return [_day(name, week.get(key, [])) for key, name in names.items()]


def _day(name: str, hours: list[list[str]]) -> Day:
    parts = tuple(
        Part(_of_day(a), round(_of_day(b) - _of_day(a), 2), "open", f"{a}–{b}")
        for a, b in ((h[0], h[1]) for h in hours)
    )
    return Day(name, parts, ", ".join(f"{h[0]}–{h[1]}" for h in hours) or _("closed"))


def _of_day(text: str) -> float:
    hour, minute = text.split(":")[:2]
    return round((int(hour) * 60 + int(minute)) / 1440 * WIDTH, 2)
