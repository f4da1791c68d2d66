"""Make and change calendars and their holidays; clocks counted in them are derived again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from selaras.domains.agreements.actions.rebuild_due import rebuild_due
from selaras.domains.agreements.models import Calendar, CalendarHoliday
from selaras.domains.agreements.rules import compile_calendar
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

Week = Mapping[str, Sequence[Sequence[str]]]


@transaction.atomic
def create_calendar(*, by: Actor, slug: str, name: str, timezone: str, week: Week) -> int:
    """Make a calendar; returns its id. Invalid names what is wrong with its zone or hours."""
    require(by, "agreements.edit")
    compile_calendar(timezone, week)
    if Calendar.objects.filter(slug=slug).exists():
        raise Invalid({"slug": say("A calendar of this name exists already.")})
    return Calendar.objects.create(slug=slug, name=name, timezone=timezone, week=_plain(week)).pk


@transaction.atomic
def change_hours(calendar_id: int, *, by: Actor, timezone: str, week: Week) -> int:
    """Change a calendar's hours or zone; returns how many clocks got another due time."""
    require(by, "agreements.edit")
    compile_calendar(timezone, week)
    calendar = _locked(calendar_id)
    calendar.timezone, calendar.week = timezone, _plain(week)
    calendar.save(update_fields=["timezone", "week"])
    return _changed(calendar_id, by=by)


@transaction.atomic
def add_holidays(calendar_id: int, holidays: Mapping[date, tuple[str, str]], *, by: Actor) -> int:
    """Add holidays by their Indonesian and English names, replacing a date's name; returns how many clocks
    moved.
    """
    require(by, "agreements.edit")
    _locked(calendar_id)
    CalendarHoliday.objects.bulk_create(
        (
            CalendarHoliday(calendar_id=calendar_id, date=day, name_id=names[0][:200], name_en=names[1][:200])
            for day, names in sorted(holidays.items())
        ),
        update_conflicts=True,
        unique_fields=["calendar", "date"],
        update_fields=["name_id", "name_en"],
    )
    return _changed(calendar_id, by=by)


@transaction.atomic
def remove_holiday(calendar_id: int, day: date, *, by: Actor) -> int:
    """Let a date count again; returns how many clocks got another due time."""
    require(by, "agreements.edit")
    _locked(calendar_id)
    CalendarHoliday.objects.filter(calendar=calendar_id, date=day).delete()
    return _changed(calendar_id, by=by)


def _locked(calendar_id: int) -> Calendar:
    calendar = Calendar.objects.select_for_update().filter(pk=calendar_id).first()
    if calendar is None:
        raise NotFound(str(calendar_id))
    return calendar


def _changed(calendar_id: int, *, by: Actor) -> int:
    announce("calendar.changed", {"calendar_id": calendar_id})
    return rebuild_due(by=by, calendar_id=calendar_id)


def _plain(week: Week) -> dict[str, Any]:
    return {day: [list(pair) for pair in pairs] for day, pairs in week.items()}
