"""Calendars: hours, holidays, and what a change would do to open clocks."""

from datetime import date
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.agreements.actions.calendars import (
    add_holidays,
    create_calendar,
    edit_calendar,
    rehearse,
    remove_holiday,
)
from selaras.domains.agreements.actions.fill_holidays import fill_holidays
from selaras.domains.agreements.queries import get_calendar, list_calendars, list_holidays
from selaras.interfaces.api.operation import Asked, Given, Id, Seen, answers, given_fields, permitted

router = Router()

Text = Annotated[str, Field(max_length=1_000)]
Clock = Annotated[str, Field(max_length=20)]
Hours = Annotated[list[Annotated[list[Clock], Field(max_length=10)]], Field(max_length=50)]
Week = dict[Annotated[str, Field(max_length=20)], Hours]


class CalendarOut(Schema):
    """A calendar: which hours of a week count, in its time zone."""

    id: int
    slug: str
    name: str
    timezone: str
    week: dict[str, list[list[str]]]
    holidays: int
    version: int


class HolidayOut(Schema):
    """A local date on which nothing counts."""

    date: date
    name_id: str
    name_en: str


class CalendarDetailOut(CalendarOut):
    """A calendar with its holidays; `moved` is how many open clocks got another due time by what was asked."""

    days: list[HolidayOut]
    moved: int


class CalendarIn(Given):
    """A new calendar; `week` as `{"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}`."""

    name: Text
    timezone: Text = "Asia/Jakarta"
    week: Week
    slug: Annotated[str, Field(max_length=80)] = ""


class CalendarChangeIn(Given):
    """What to change; a field left out stays. With `preview` nothing is written, and `moved` says what would be."""

    name: Text = ""
    timezone: Text = ""
    week: Week = {}
    seen: Seen = None
    preview: bool = False


class HolidayIn(Given):
    """A day on which nothing counts."""

    date: date
    name_id: Text
    name_en: Text


class FillIn(Given):
    """Years of a country's list (Indonesia's holds joint leave)."""

    years: Annotated[list[int], Field(min_length=1, max_length=10)]
    country: Annotated[str, Field(max_length=2)] = "ID"


@router.get("/calendars", response=answers(list[CalendarOut]), operation_id="list_calendars")
@permitted("agreements.view")
def calendars(request: Asked) -> Any:
    """All calendars, by name."""
    return [_plain(CalendarOut, row) for row in list_calendars()]


@router.post("/calendars", response=answers(CalendarDetailOut), operation_id="make_calendar")
@permitted("agreements.edit")
def make(request: Asked, given: CalendarIn) -> Any:
    """Make a calendar."""
    return _detail(create_calendar(by=request.auth, **given.model_dump()))


@router.get("/calendars/{int:calendar_id}", response=answers(CalendarDetailOut), operation_id="get_calendar")
@permitted("agreements.view")
def calendar(request: Asked, calendar_id: Id) -> Any:
    """One calendar with its holidays."""
    return _detail(calendar_id)


@router.patch("/calendars/{int:calendar_id}", response=answers(CalendarDetailOut), operation_id="change_calendar")
@permitted("agreements.edit")
def change(request: Asked, calendar_id: Id, given: CalendarChangeIn) -> Any:
    """Change its name, zone or hours; open clocks are derived again."""
    changes = {name: value for name, value in given_fields(given).items() if name != "preview"}

    def act() -> int:
        return edit_calendar(calendar_id, by=request.auth, changes=changes, seen=given.seen)

    return _detail(calendar_id, rehearse(act) if given.preview else act())


@router.post("/calendars/{int:calendar_id}/holidays", response=answers(CalendarDetailOut), operation_id="add_holiday")
@permitted("agreements.edit")
def add(request: Asked, calendar_id: Id, given: HolidayIn) -> Any:
    """Add a holiday, or name one anew."""
    return _detail(
        calendar_id, add_holidays(calendar_id, {given.date: (given.name_id, given.name_en)}, by=request.auth)
    )


@router.post(
    "/calendars/{int:calendar_id}/holidays/fill", response=answers(CalendarDetailOut), operation_id="fill_holidays"
)
@permitted("agreements.edit")
def fill(request: Asked, calendar_id: Id, given: FillIn) -> Any:
    """Fill in a country's holidays of some years."""
    fill_holidays(calendar_id, given.years, by=request.auth, country=given.country.upper())
    return _detail(calendar_id)


@router.delete(
    "/calendars/{int:calendar_id}/holidays/{day}", response=answers(CalendarDetailOut), operation_id="remove_holiday"
)
@permitted("agreements.edit")
def remove(request: Asked, calendar_id: Id, day: date) -> Any:
    """Let a day count again."""
    return _detail(calendar_id, remove_holiday(calendar_id, day, by=request.auth))


def _detail(calendar_id: int, moved: int = 0) -> CalendarDetailOut:
    days = [_plain(HolidayOut, row) for row in list_holidays(calendar_id)]
    plain = _plain(CalendarOut, get_calendar(calendar_id)).model_dump()
    return CalendarDetailOut(**plain, days=days, moved=moved)


def _plain(schema: type[Any], row: object) -> Any:
    return schema(**{name: getattr(row, name) for name in schema.model_fields})
