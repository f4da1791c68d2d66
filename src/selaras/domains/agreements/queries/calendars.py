"""Calendars as values: read from the database in one query, compiled once for each content."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from selaras.domains.agreements import rules
from selaras.domains.agreements.contracts.calendars import CalendarRow, DayCount, HolidayRow
from selaras.domains.agreements.contracts.clocks import SpanRow
from selaras.domains.agreements.models import Calendar, CalendarHoliday
from selaras.kernel import clock
from selaras.kernel.errors import NotFound

Week = Mapping[str, Sequence[Sequence[str]]]

_CONTENTS = """
SELECT c.id, c.timezone, c.week, (
    SELECT COALESCE(jsonb_agg(jsonb_build_array(h.date, h.name_id, h.name_en) ORDER BY h.date), '[]')
    FROM agreements_calendarholiday h WHERE h.calendar_id = c.id
)
FROM agreements_calendar c WHERE c.id = ANY(%s)
"""


def load_calendars(ids: Iterable[int]) -> dict[int, rules.Calendar]:
    """The compiled calendars of these ids, in one query. Equal contents share one compiled value."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CONTENTS, [wanted])
        return {pk: compiled(zone, week, holidays) for pk, zone, week, holidays in cursor.fetchall()}


@lru_cache(maxsize=256)
def compiled(zone: str, week: str, holidays: str) -> rules.Calendar:
    """A calendar from what the database holds: its week, and its holidays (date, two names) by date, as JSON."""
    names = {date.fromisoformat(day): rules.HolidayName(id_, en) for day, id_, en in json.loads(holidays)}
    return rules.compile_calendar(zone, json.loads(week), names)


def list_calendars() -> list[CalendarRow]:
    """All calendars by name, with the number of their holidays."""
    rows = Calendar.objects.annotate(days=Count("holidays")).order_by("name")
    return [CalendarRow(c.pk, c.slug, c.name, c.timezone, c.week, c.days, c.version) for c in rows]


def get_calendar(calendar_id: int) -> CalendarRow:
    """One calendar. Raises NotFound."""
    found = next((row for row in list_calendars() if row.id == calendar_id), None)
    if found is None:
        raise NotFound(str(calendar_id))
    return found


def list_holidays(calendar_id: int) -> list[HolidayRow]:
    """A calendar's holidays, by date."""
    rows = CalendarHoliday.objects.filter(calendar=calendar_id).order_by("date")
    return [HolidayRow(row.date, row.name_id, row.name_en) for row in rows]


def count_days(
    zone: str, week: Week, holidays: Iterable[HolidayRow], first: date | None = None, days: int = 7
) -> list[DayCount]:
    """What counts of each of these local days (from this week's Monday on), by hours that may not be saved yet.

    Raises Invalid for hours or a zone that cannot be.
    """
    named = {row.date: rules.HolidayName(row.name_id, row.name_en) for row in holidays}
    calendar = rules.compile_calendar(zone, week, named)
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    first = first or today - timedelta(days=today.weekday())
    midnights = [datetime.combine(first + timedelta(days=n), time(), ZoneInfo(zone)) for n in range(days + 1)]
    return [_day(calendar, began, ended) for began, ended in pairwise(midnights)]


def hours_of(calendar_id: int, began: datetime, ended: datetime) -> tuple[SpanRow, ...]:
    """All of the time between two moments in spans that count or do not, each with why; one query. Raises NotFound."""
    calendar = load_calendars([calendar_id]).get(calendar_id)
    if calendar is None:
        raise NotFound(str(calendar_id))
    return tuple(map(_span, rules.explain(calendar, began, ended)))


def _day(calendar: rules.Calendar, began: datetime, ended: datetime) -> DayCount:
    spans = rules.explain(calendar, began, ended)
    counted = sum((span.length for span in spans if span.counted), timedelta())
    return DayCount(began.date(), tuple(map(_span, spans)), counted)


def _span(span: rules.Span) -> SpanRow:
    return SpanRow(
        span.began,
        span.ended,
        span.counted,
        span.sentence,
        span.holiday.id if span.holiday else "",
        span.holiday.en if span.holiday else "",
    )
