"""What fires under maintenance waits for its end, for exactly what is maintained."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.events.actions.windows import save_window, switch_window
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.tracing import Telling
from selaras.domains.events.contracts.windows import WindowDraft, WindowKind
from selaras.domains.events.models import Window
from selaras.domains.events.queries.windows import get_window, list_windows
from selaras.domains.people.contracts import Role
from selaras.domains.records.models import Record
from selaras.domains.services.actions.dependencies import link
from selaras.domains.services.contracts import item, service
from selaras.domains.services.models import ConfigurationItem, ItemName, Service
from selaras.kernel.errors import Invalid, NotAllowed, NotFound, Stale
from tests.domains.events.build import NOON, after, fire, look, make_source
from tests.estate import OFFICE, Estate, make_estate
from tests.factories import SYSTEM, make_person, make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DOWN = {"alertname": "DatabaseDown", "instance": "toko-db-1", "severity": "critical"}


@pytest.fixture(autouse=True)
def estate(db: None) -> Estate:
    return make_estate()


def calendar(week: dict[str, list[list[str]]] = OFFICE) -> int:
    return create_calendar(by=SYSTEM, slug="kantor", name="Kantor", timezone="Asia/Jakarta", week=week)


def draft(calendar_id: int, *ends: str, minutes: int = 60, **more: Any) -> WindowDraft:
    """Noon to one, every day, in Jakarta."""
    given = {"starts": datetime(2026, 11, 20, 12), "rrule": "FREQ=DAILY", **more}  # noqa: DTZ001  # on the wall
    return WindowDraft("Patch", calendar_id, minutes=minutes, ends=ends, **given)


def make_item(slug: str, on: int) -> int:
    made = ConfigurationItem.objects.create(slug=slug, name=slug, item_class="application").pk
    ItemName.objects.create(item_id=made, name=slug)
    link(item(made), item(on), by=SYSTEM)
    return made


def test_what_fires_within_is_held_and_dealt_with_at_the_end() -> None:
    save_window(draft(calendar(), matchers=(Condition("severity", "=", "critical"),)), by=SYSTEM)
    fire(make_source(), after(1), minutes=300, labels=DOWN)
    held = look(1, "DatabaseDown")
    assert held.told.telling == Telling.NOBODY
    assert "“Patch”" in str(held.told.why)
    assert held.alert.assessed is not None
    assert held.alert.assessed.window_id == Window.objects.get().pk
    assert look(59, "DatabaseDown").told.telling == Telling.NOBODY
    freed = look(60, "DatabaseDown")
    assert freed.told.telling == Telling.QUEUE
    assert "The maintenance window has closed." in [str(row.sentence) for row in freed.trace]
    look(61, "DatabaseDown")
    assert Record.objects.count() == 1


def test_before_it_opens_and_when_it_is_disabled_nothing_is_held() -> None:
    made = save_window(draft(calendar(), "item:toko-db-1"), by=SYSTEM)
    source = make_source()
    fire(source, after(-1), labels=DOWN)
    assert look(-1, "DatabaseDown").told.telling == Telling.QUEUE
    fire(source, after(1), minutes=300, labels={**DOWN, "alertname": "DatabaseSlow"})
    assert look(1, "DatabaseSlow").told.telling == Telling.NOBODY
    switch_window(made, by=SYSTEM, enabled=False)
    assert look(2, "DatabaseSlow").told.telling == Telling.QUEUE


@pytest.mark.parametrize("dependents", [True, False])
def test_an_item_covers_what_depends_on_it_if_that_is_said(estate: Estate, *, dependents: bool) -> None:
    make_item("toko-app", on=make_item("toko-mid", on=estate.database))
    save_window(draft(calendar(), "item:toko-db-1", dependents=dependents), by=SYSTEM)
    source = make_source()
    fire(source, after(1), labels={**DOWN, "instance": "toko-app"})
    assert look(1, "DatabaseDown").told.telling == (Telling.NOBODY if dependents else Telling.QUEUE)


def test_a_service_covers_what_it_alone_stands_on(estate: Estate) -> None:
    shared = make_item("switch", on=estate.database)
    other = Service.objects.create(slug="gudang", name_id="Gudang", name_en="Warehouse", state="catalogue").pk
    own = make_item("toko-app", on=shared)
    link(service(estate.service), item(own), by=SYSTEM)
    link(service(other), item(shared), by=SYSTEM)
    save_window(draft(calendar(), "service:toko"), by=SYSTEM)
    source = make_source()
    fire(source, after(1), labels={**DOWN, "alertname": "Own", "instance": "toko-app"})
    fire(source, after(1), labels={**DOWN, "alertname": "Shared", "instance": "switch"})
    fire(source, after(1), labels={"alertname": "Probe", "service": "toko", "severity": "critical"})
    fire(source, after(1), labels={"alertname": "Other", "service": "gudang", "severity": "critical"})
    told = {name: look(1, name).told.telling for name in ("Own", "Shared", "Probe", "Other")}
    assert told == {
        "Own": Telling.NOBODY, "Shared": Telling.QUEUE, "Probe": Telling.NOBODY, "Other": Telling.QUEUE
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "minutes", "held"),
    [
        (WindowKind.OUTSIDE, 0, True),  # noon to one is a break
        (WindowKind.OUTSIDE, -1, False),
        (WindowKind.WITHIN, -1, True),
        (WindowKind.WITHIN, 0, False),
    ],
)
def test_a_calendars_hours_may_say_when(kind: WindowKind, minutes: float, *, held: bool) -> None:
    save_window(draft(calendar(), "item:toko-db-1", kind=kind), by=SYSTEM)
    fire(make_source(), after(minutes), labels=DOWN)
    assert look(minutes, "DatabaseDown").told.telling == (Telling.NOBODY if held else Telling.QUEUE)


def test_hours_that_touch_are_one_and_the_next_are_told() -> None:
    made = save_window(draft(calendar(), "item:toko-db-1", kind=WindowKind.OUTSIDE), by=SYSTEM)
    row = get_window(SYSTEM, made)
    lunch, night = row.next[:2]
    assert row.open_now
    assert (lunch.starts_at, lunch.ends_at) == (NOON, after(60))
    assert (night.starts_at, night.ends_at) == (after(300), after(20 * 60))  # 17:00 to 08:00 over midnight
    assert [listed.id for listed in list_windows(SYSTEM)] == [made]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"), ({"ends": ()}, "ends"), ({"ends": ("item:nothing",)}, "ends"),
        ({"matchers": (Condition("a", "=~", "("),)}, "matchers"), ({"starts": None}, "starts"),
        ({"minutes": 0}, "minutes"), ({"rrule": "FREQ=HOURLY"}, "rrule"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        save_window(replace(draft(calendar(), "item:toko-db-1"), **changed), by=SYSTEM)
    assert list(refused.value.fields) == [field]
    assert not Window.objects.exists()


def test_the_second_of_two_is_told() -> None:
    first = draft(calendar(), "item:toko-db-1")
    made = save_window(first, by=SYSTEM)
    save_window(replace(first, minutes=30), by=SYSTEM, window_id=made, seen=1)
    with pytest.raises(Stale):
        save_window(replace(first, minutes=90), by=SYSTEM, window_id=made, seen=1)
    with pytest.raises(Stale):
        switch_window(made, by=SYSTEM, enabled=False, seen=1)
    with pytest.raises(Invalid):
        save_window(first, by=SYSTEM)
    with pytest.raises(NotFound):
        save_window(first, by=SYSTEM, window_id=made + 1)
    assert get_window(SYSTEM, made).draft.minutes == 30


def test_who_may_not_respond_makes_none() -> None:
    agent = make_person(make_provider(), Role.AGENT)
    with pytest.raises(NotAllowed):
        save_window(draft(calendar(), "item:toko-db-1"), by=agent)
