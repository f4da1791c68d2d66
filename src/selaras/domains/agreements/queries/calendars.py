"""Calendars as values: read from the database in one query, compiled once for each content."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, Q
from django.db.models.functions import JSONObject

from selaras.domains.agreements import rules
from selaras.domains.agreements.contracts import CalendarRow
from selaras.domains.agreements.models import Calendar

Holidays = tuple[tuple[str, str, str], ...]  # ISO date, Indonesian and English name


def load_calendars(ids: Iterable[int]) -> dict[int, rules.Calendar]:
    """The compiled calendars of these ids, in one query. Equal contents share one compiled value."""
    named = JSONBAgg(
        JSONObject(date="holidays__date", id="holidays__name_id", en="holidays__name_en"),
        filter=Q(holidays__isnull=False),
        default=[],
    )
    rows = Calendar.objects.filter(pk__in=set(ids)).annotate(named=named).values_list("pk", "timezone", "week", "named")
    return {pk: compiled(zone, week, named) for pk, zone, week, named in rows}


def compiled(zone: str, week: Any, named: Iterable[dict[str, str]]) -> rules.Calendar:
    """A calendar from what the database holds: `named` as dicts of date, id and en."""
    holidays = tuple(sorted((h["date"], h["id"], h["en"]) for h in named))
    return _compiled(zone, json.dumps(week, sort_keys=True), holidays)


def list_calendars() -> list[CalendarRow]:
    """All calendars by name, with the number of their holidays."""
    rows = Calendar.objects.annotate(days=Count("holidays")).order_by("name")
    return [CalendarRow(c.pk, c.slug, c.name, c.timezone, c.week, c.days) for c in rows]


@lru_cache(maxsize=256)
def _compiled(zone: str, week: str, holidays: Holidays) -> rules.Calendar:
    names = {date.fromisoformat(day): rules.HolidayName(id_, en) for day, id_, en in holidays}
    return rules.compile_calendar(zone, json.loads(week), names)
