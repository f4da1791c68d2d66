"""Calendars: made, their hours changed after a look at what that does, their holidays kept."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from selaras.domains.agreements.actions.calendars import (
    add_holidays,
    create_calendar,
    edit_calendar,
    rehearse,
    remove_holiday,
)
from selaras.domains.agreements.actions.fill_holidays import fill_holidays
from selaras.domains.agreements.queries import count_days, get_calendar, list_calendars, list_holidays
from selaras.interfaces.web.agreements.drawing import day_lines
from selaras.interfaces.web.agreements.forms import CalendarForm, FillForm, HolidayForm
from selaras.interfaces.web.shell.editing import form_page, posted, too_late
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock
from selaras.kernel.errors import NotAllowed, NotFound, Refusal, Stale


def address_of(calendar_id: int) -> str:
    """A calendar's page."""
    return reverse("web:agreements:calendar", args=[calendar_id])


@page(permission="agreements.view")
def calendars(request: PageRequest) -> HttpResponse:
    """Every calendar."""
    return render(request, "agreements/calendars.html", {"area": "agreements", "calendars": list_calendars()})


@page(permission="agreements.view")
def calendar(request: PageRequest, calendar_id: int) -> HttpResponse:
    """What counts in a week, and the holidays."""
    return _show(request, calendar_id)


@page(permission="agreements.edit", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """Make a calendar."""
    form = CalendarForm(posted(request), calendar=None)
    context = {**_context(_("New calendar"), reverse("web:agreements:calendars"), _("Calendars")), "holidays": []}
    if request.method == "POST" and "preview" in request.POST:
        return _preview(request, form, context, None)
    return form_page(
        request,
        form,
        lambda: address_of(create_calendar(by=request.actor, **form.given())),
        context=context,
        template="agreements/hours.html",
    )


@page(permission="agreements.edit", methods=("GET", "POST"))
def edit(request: PageRequest, calendar_id: int) -> HttpResponseBase:
    """Change name, zone and hours; the preview says what counts then, and how many open clocks move."""
    row = get_calendar(calendar_id)
    form = CalendarForm(posted(request), calendar=row)
    heading = _("Change “%(name)s”") % {"name": row.name}
    context = _context(heading, address_of(calendar_id), row.name)
    if request.method == "POST" and "preview" in request.POST:
        return _preview(request, form, context, calendar_id)

    def act() -> str:
        _tell(request, edit_calendar(calendar_id, by=request.actor, changes=form.given(), seen=_seen(form)))
        return address_of(calendar_id)

    return form_page(request, form, act, context=context, template="agreements/hours.html")


def _seen(form: CalendarForm) -> int:
    seen: int = form.cleaned_data["seen"]
    return seen


def _context(heading: str, back: str, crumb: str) -> dict[str, Any]:
    words = {"area": "agreements", "heading": heading, "submit": _("Save"), "back": back, "crumb": crumb}
    return {**words, "zones": sorted(available_timezones())}


def _preview(
    request: PageRequest, form: CalendarForm, context: dict[str, Any], calendar_id: int | None
) -> HttpResponseBase:
    """The form again, with what would count this week and how many open clocks would move; nothing is written."""
    told, status = {"form": form, **context}, 422
    if form.is_valid():
        given = form.given()
        try:
            holidays = [] if calendar_id is None else list_holidays(calendar_id)
            told["days"] = day_lines(count_days(given["timezone"], given["week"], holidays), given["timezone"])
            if calendar_id is not None:
                told["moved"] = rehearse(
                    lambda: edit_calendar(calendar_id, by=request.actor, changes=given, seen=_seen(form))
                )
            told["previewed"], status = True, 200
        except (NotAllowed, NotFound):
            raise
        except Stale as stale:
            told["late"], status = too_late(form, stale), stale.status
        except Refusal as refusal:
            refuse_into(form, refusal)
    return render(request, "agreements/hours.html", told, status=status)


@page(permission="agreements.edit", methods=("POST",))
def add_holiday(request: PageRequest, calendar_id: int) -> HttpResponseBase:
    """A day on which nothing counts."""
    form = HolidayForm(request.POST)
    return _change(
        request,
        calendar_id,
        form,
        "holiday",
        lambda told: add_holidays(calendar_id, {told["date"]: (told["name_id"], told["name_en"])}, by=request.actor),
    )


@page(permission="agreements.edit", methods=("POST",))
def fill(request: PageRequest, calendar_id: int) -> HttpResponseBase:
    """A year of the national list, joint leave included."""
    form = FillForm(request.POST, auto_id="fill_%s")

    def act(told: dict[str, Any]) -> int:
        count = fill_holidays(calendar_id, [told["years"]], by=request.actor)
        messages.success(
            request, _("%(n)s holidays of %(year)s are in the calendar.") % {"n": count, "year": told["years"]}
        )
        return 0

    return _change(request, calendar_id, form, "fill", act)


@page(permission="agreements.edit", methods=("POST",))
def take_holiday(request: PageRequest, calendar_id: int, day: str) -> HttpResponseBase:
    """Let a day count again."""
    try:
        when = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound(day) from error
    _tell(request, remove_holiday(calendar_id, when, by=request.actor))
    return HttpResponseRedirect(address_of(calendar_id))


def _change(request: PageRequest, calendar_id: int, form: Any, name: str, act: Any) -> HttpResponseBase:
    if form.is_valid():
        try:
            _tell(request, act(form.cleaned_data))
            return HttpResponseRedirect(address_of(calendar_id))
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            refuse_into(form, refusal)
    return _show(request, calendar_id, status=422, **{name: form})


def _tell(request: PageRequest, moved: int) -> None:
    if moved:
        told = ngettext(
            "%(n)s open clock is now due at another time.", "%(n)s open clocks are now due at another time.", moved
        )
        messages.success(request, told % {"n": moved})


def _show(request: PageRequest, calendar_id: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    row = get_calendar(calendar_id)
    holidays = list_holidays(calendar_id)
    days = count_days(row.timezone, row.week, holidays, _monday(request.GET.get("week", "")))
    monday = days[0].date
    year = clock.now().year
    context = {
        "area": "agreements",
        "calendar": row,
        "days": day_lines(days, row.timezone),
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "holidays": [one for one in holidays if one.date.year >= year],
        "past": [one for one in holidays if one.date.year < year],
        "holiday": HolidayForm(),
        "fill": FillForm(initial={"years": year}, auto_id="fill_%s"),
        **forms,
    }
    return render(request, "agreements/calendar.html", context, status=status)


def _monday(asked: str) -> date | None:
    """The Monday of the week asked for; None for this one."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day - timedelta(days=day.weekday()) if 1900 < day.year < 2399 else None
