"""Calendars in the browser: what counts, what a change would do, holidays."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from selaras.domains.agreements.actions.calendars import edit_calendar
from selaras.domains.agreements.models import Calendar, CalendarHoliday, Clock
from selaras.domains.agreements.queries import get_agreement, get_calendar
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.factories import SYSTEM, make_person
from tests.interfaces.web.forms import filled
from tests.interfaces.web.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Kantor Makassar",
    "timezone": "Asia/Makassar",
    "week.mon": "08.00–12.00, 13-17",
    "week.fri": "08:00-11:30",
}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(make_person(world.estate.provider, Role.RELATIONSHIP_MANAGER))


@pytest.fixture
def calendar(world: World) -> int:
    return get_agreement(SYSTEM, world.estate.agreement).row.calendar_id


def test_a_calendar_is_made_with_breaks(client: Client) -> None:
    answer = client.post("/new/calendar", NEW)
    made = Calendar.objects.get(slug="kantor-makassar")
    assert answer.headers["Location"] == f"/calendars/{made.pk}"
    assert made.week == {"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "fri": [["08:00", "11:30"]]}
    page = client.get(f"/calendars/{made.pk}?week=2026-03-18").content.decode()
    assert "08:00–12:00, 13:00–17:00 · 8 h" in page
    assert "16 Mar" in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"week.mon": "08:00-12:00, 11:00-17:00"}, "week.mon"),
        ({"week.mon": "17:00-08:00"}, "week.mon"),
        ({"week.tue": "08:00"}, "week.tue"),
        ({"week.tue": "eight-ten"}, "week.tue"),
        ({"week.wed": "08:00-25:00"}, "week.wed"),
        ({"week.sun": "08:00-12:00-13:00"}, "week.sun"),
        ({"week.sun": "<script>"}, "week.sun"),
    ],
)
@pytest.mark.parametrize("do", [{}, {"preview": "1"}], ids=["save", "preview"])
def test_bad_hours_are_told_at_their_day(client: Client, given: dict[str, str], field: str, do: dict[str, str]) -> None:
    answer = client.post("/new/calendar", {**NEW, **given, **do})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert not Calendar.objects.filter(timezone="Asia/Makassar").exists()


def test_every_day_at_fault_is_told_at_once_and_no_hours_at_all_are_refused(client: Client) -> None:
    page = client.post("/new/calendar", {**NEW, "week.mon": "x", "week.fri": "17-8"}).content.decode()
    assert 'id="id_week.mon_error"' in page
    assert 'id="id_week.fri_error"' in page
    none = client.post("/new/calendar", {**NEW, "week.mon": "", "week.fri": ""})
    assert (none.status_code, "never counts time" in none.content.decode()) == (422, True)


def test_a_change_is_shown_before_it_is_written(client: Client, calendar: int) -> None:
    address = f"/calendars/{calendar}/edit"
    read = filled(client, address)
    dues = dict(Clock.objects.values_list("pk", "due_at"))
    still = Clock.objects.filter(stopped_at=None, due_at__isnull=False).count()
    shut = {
        **read,
        **{f"week.{day}": "" for day in ("mon", "tue", "wed", "thu", "fri", "sat")},
        "week.sun": "08:00-09:00",
    }
    shown = client.post(address, {**shut, "preview": "1"})
    assert shown.status_code == 200
    told = re.search(r"(\d+) open clocks would be due at another time.", shown.content.decode())
    assert told, still
    assert int(told.group(1)) == still
    assert "08:00–09:00" in shown.content.decode()
    assert dict(Clock.objects.values_list("pk", "due_at")) == dues
    assert get_calendar(calendar).version == 1
    assert client.post(address, shut).status_code == 302
    assert get_calendar(calendar).week == {"sun": [["08:00", "09:00"]]}
    assert dict(Clock.objects.values_list("pk", "due_at")) != dues


def test_the_second_of_two_is_told(client: Client, calendar: int) -> None:
    address = f"/calendars/{calendar}/edit"
    read = filled(client, address)
    edit_calendar(calendar, by=SYSTEM, changes={"timezone": "Asia/Jayapura"})
    for do in ({"preview": "1"}, {}):
        late = client.post(address, {**read, "name": "Nama saya", **do})
        assert late.status_code == 409
        assert "Time zone: “Asia/Jayapura”" in late.content.decode()
        assert 'value="Nama saya"' in late.content.decode()


def test_holidays_are_added_filled_and_taken_away(client: Client, calendar: int) -> None:
    given = {"date": "2026-12-24", "name_id": "Libur kantor", "name_en": "Office closed"}
    assert client.post(f"/calendars/{calendar}/holidays", given).status_code == 302
    with clock.frozen(datetime(2026, 11, 25, tzinfo=UTC)):
        page = client.get(f"/calendars/{calendar}?week=2026-12-21").content.decode()
    assert page.count("Office closed") == 2  # in the week, and in the list
    assert client.post(f"/calendars/{calendar}/holidays/fill", {"years": "2026"}).status_code == 302
    assert CalendarHoliday.objects.filter(calendar=calendar, name_id__contains="Cuti Bersama").exists()
    assert client.post(f"/calendars/{calendar}/holidays/2026-12-24/remove").status_code == 302
    assert not CalendarHoliday.objects.filter(
        calendar=calendar, date=date(2026, 12, 24), name_en="Office closed"
    ).exists()
    for day in ("2026-12-23", "never"):
        assert client.post(f"/calendars/{calendar}/holidays/{day}/remove").status_code == 404


@pytest.mark.parametrize(
    ("address", "given", "field"),
    [
        ("holidays", {"date": "31-31-2026"}, "id_date"),
        ("holidays", {"date": "2600-01-01"}, "id_date"),
        ("holidays", {"name_id": ""}, "id_name_id"),
        ("holidays", {"name_en": "x" * 201}, "id_name_en"),
        ("holidays", {"name_en": "a\x00b"}, "id_name_en"),
        ("holidays/fill", {"years": "1066"}, "fill_years"),
        ("holidays/fill", {"years": "MMXXVI"}, "fill_years"),
    ],
)
def test_a_bad_holiday_is_told_at_its_field(
    client: Client, calendar: int, address: str, given: dict[str, str], field: str
) -> None:
    typed: dict[str, Any] = {"date": "2026-12-24", "name_id": "Libur", "name_en": "Closed", "years": "2026", **given}
    answer = client.post(f"/calendars/{calendar}/{address}", typed)
    assert answer.status_code == 422
    assert f'id="{field}_error"' in answer.content.decode()
    assert not CalendarHoliday.objects.exists()


def test_only_those_whose_duty_it_is_may_keep_calendars(world: World, calendar: int) -> None:
    for actor in (world.agent, world.lead):
        client = signed_in(actor)
        for address in ("/new/calendar", f"/calendars/{calendar}/edit", f"/calendars/{calendar}/holidays"):
            assert client.post(address, NEW).status_code == 403, address
        assert "/edit" not in client.get(f"/calendars/{calendar}").content.decode()
    assert signed_in(world.agent).get("/calendars/99999").status_code == 404
