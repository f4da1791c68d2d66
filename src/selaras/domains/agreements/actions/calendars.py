"""Make and change calendars and their holidays; clocks counted in them are derived again."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.text import slugify

from selaras.domains.agreements.actions.rebuild_due import rebuild_due
from selaras.domains.agreements.models import Calendar, CalendarHoliday, Clock
from selaras.domains.agreements.rules import compile_calendar
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import versions
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import text_fault

Week = Mapping[str, Sequence[Sequence[str]]]
EDITABLE = frozenset({"name", "timezone", "week"})
LONGEST_NAME = 200
_SLUG = re.compile(r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*")
_FIRST, _LAST = date(1900, 1, 1), date(2399, 12, 31)  # the years that opening hours are known for
_MOST_HOLIDAYS = 1_000  # at once


class _Rehearsed(Exception):
    """Rolls back."""


def rehearse(change: Callable[[], int]) -> int:
    """What a change of a calendar would answer, with nothing written; the clocks it touches are locked meanwhile."""
    moved = 0
    try:
        with transaction.atomic():
            moved = change()
            raise _Rehearsed
    except _Rehearsed:
        return moved


@transaction.atomic
def create_calendar(*, by: Actor, name: str, timezone: str, week: Week, slug: str = "") -> int:
    """Make a calendar; returns its id. Without a slug, it is made from the name. Invalid names every fault."""
    require(by, "agreements.edit")
    slug = slug or slugify(name)[:80].strip("-")
    faults = _faults({"name": name, "timezone": timezone, "week": week})
    if "name" in faults and not slug:
        raise Invalid(faults)  # a slug would be made from the name
    if not _SLUG.fullmatch(slug) or len(slug) > 80:
        faults["slug"] = say("Use small letters, digits, “-” and “_”, beginning with a letter or digit.")
    elif Calendar.objects.filter(slug=slug).exists():
        faults["slug"] = say("A calendar of this name exists already.")
    if faults:
        raise Invalid(faults)
    return Calendar.objects.create(slug=slug, name=name.strip(), timezone=timezone, week=_plain(week)).pk


@transaction.atomic
def edit_calendar(calendar_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> int:
    """Change any of `EDITABLE`; returns how many open clocks got another due time.

    `seen` is the version that was read: Stale, with what came since, if it is not this.
    """
    require(by, "agreements.edit")
    calendar = _locked(calendar_id)
    versions.ask(calendar, seen)
    given = {"timezone": calendar.timezone, "week": calendar.week, **changes}
    faults = _faults(given) | {name: say("This cannot be changed here.") for name in given.keys() - EDITABLE}
    if faults:
        raise Invalid(faults)
    if "week" in changes:
        given["week"] = _plain(changes["week"])
    before = _due(calendar_id)
    done = versions.write(calendar, given, by=by)
    return _moved(calendar_id, before, by=by) if done.keys() & {"timezone", "week"} else 0


@transaction.atomic
def add_holidays(calendar_id: int, holidays: Mapping[date, tuple[str, str]], *, by: Actor) -> int:
    """Add holidays by their Indonesian and English names, replacing a date's name; returns as `edit_calendar`."""
    require(by, "agreements.edit")
    calendar = _locked(calendar_id)
    _check_holidays(holidays)
    known = {row.date: (row.name_id, row.name_en) for row in calendar.holidays.all()}
    fresh = {day: names for day, names in sorted(holidays.items()) if known.get(day) != names}
    before = _due(calendar_id)
    CalendarHoliday.objects.bulk_create(
        (
            CalendarHoliday(calendar_id=calendar_id, date=day, name_id=names[0], name_en=names[1])
            for day, names in fresh.items()
        ),
        update_conflicts=True,
        unique_fields=["calendar", "date"],
        update_fields=["name_id", "name_en"],
    )
    if fresh:
        versions.write(calendar, {}, by=by, verb="holidays added", more={"days": [str(day) for day in fresh]})
    return _moved(calendar_id, before, by=by)


@transaction.atomic
def remove_holiday(calendar_id: int, day: date, *, by: Actor) -> int:
    """Let a date count again; returns how many open clocks got another due time."""
    require(by, "agreements.edit")
    calendar = _locked(calendar_id)
    before = _due(calendar_id)
    gone, _ = calendar.holidays.filter(date=day).delete()
    if not gone:
        raise NotFound(str(day))
    versions.write(calendar, {}, by=by, verb="holiday removed", more={"days": [str(day)]})
    return _moved(calendar_id, before, by=by)


def _locked(calendar_id: int) -> Calendar:
    calendar = Calendar.objects.select_for_update().filter(pk=calendar_id).first()
    if calendar is None:
        raise NotFound(str(calendar_id))
    return calendar


def _faults(given: Mapping[str, Any]) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if "name" in given:
        unsound = text_fault(given["name"], longest=LONGEST_NAME)
        faults |= {} if unsound is None else {"name": unsound}
    try:
        compile_calendar(given["timezone"], given["week"])
    except Invalid as refused:
        faults |= refused.fields
    return faults


def _check_holidays(holidays: Mapping[date, tuple[str, str]]) -> None:
    if len(holidays) > _MOST_HOLIDAYS:
        raise Invalid({"date": say("Give at most %(most)s days at once.", most=_MOST_HOLIDAYS)})
    for day, names in holidays.items():
        faults: dict[str, Sentence] = {}
        if not _FIRST <= day <= _LAST:
            faults["date"] = say("Opening hours are known from 1900 to 2400 only.")
        for field, name in zip(("name_id", "name_en"), names, strict=True):
            unsound = text_fault(name, longest=LONGEST_NAME)
            faults |= {} if unsound is None else {field: unsound}
        if faults:
            raise Invalid(faults)


def _due(calendar_id: int) -> dict[int, Any]:
    """When the open clocks counted in the calendar are due."""
    used = Coalesce(F("target__calendar_id"), F("target__agreement__calendar_id"))
    rows = Clock.objects.filter(stopped_at=None).annotate(used=used).filter(used=calendar_id)
    return dict(rows.values_list("pk", "due_at"))


def _moved(calendar_id: int, before: Mapping[int, Any], *, by: Actor) -> int:
    announce("calendar.changed", {"calendar_id": calendar_id})
    rebuild_due(by=by, calendar_id=calendar_id)
    return sum(before.get(pk) != due for pk, due in _due(calendar_id).items())


def _plain(week: Week) -> dict[str, Any]:
    return {day: [list(pair) for pair in pairs] for day, pairs in week.items() if pairs}
