"""A window that opens, or an alert that explains it, after somebody was called: nobody else is called for now."""

from datetime import datetime
from typing import Any

import pytest

from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.duty.actions.escalate import escalate_due
from selaras.domains.duty.models import Page, PageEntry
from selaras.domains.events.actions.hold_calls import hold_calls
from selaras.domains.events.actions.settle_holds import settle_holds
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.domains.events.actions.silences import silence
from selaras.domains.events.actions.windows import save_window, switch_window
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.contracts.tracing import Telling
from selaras.domains.events.contracts.windows import WindowDraft
from selaras.domains.records.models import Record
from selaras.kernel import clock
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import NOON, after, assess, clear, fire, look, make_rule, make_source
from tests.estate import OFFICE, make_estate
from tests.factories import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]
DOWN = {"alertname": "DatabaseDown", "instance": "toko-db-1:5432"}


@pytest.fixture
def source(transactional_db: None) -> int:
    estate = make_estate()
    first, second = worker(estate.provider, "Galih"), worker(estate.provider, "Ayu")
    policy = make_policy((10, [person(first)]), (10, [person(second)]), repeats=3)
    given: dict[str, Any] = {"alert_class": AlertClass.EXCEPTION, "opens_incident": True, "policy_id": policy}
    make_rule(by=SYSTEM, name="D", conditions=[Condition("alertname", "=~", "Database.*")], order=1, **given)
    return make_source()


def window() -> int:
    """Noon plus five minutes to one o'clock and five minutes."""
    office = create_calendar(by=SYSTEM, slug="kantor", name="Kantor", timezone="Asia/Jakarta", week=OFFICE)
    starts = datetime(2026, 11, 23, 12, 5)  # noqa: DTZ001  # on the wall
    matchers = (Condition("alertname", "=", "DatabaseDown"),)
    return save_window(WindowDraft("Patch", office, starts=starts, minutes=60, matchers=matchers), by=SYSTEM)


def goes_on(minutes: float) -> int:
    """All that runs by itself, so many minutes after noon; which step was told last."""
    with clock.frozen(after(minutes)):
        settle_silences()
        settle_holds()
        assess()
        hold_calls()
        escalate_due()
    return Page.objects.get().step


def test_nobody_else_is_called_while_it_lasts_and_the_rest_of_the_time_runs_after(source: int) -> None:
    window()
    fire(source, after(0), minutes=300, labels=DOWN)
    assert [goes_on(m) for m in (0, 4, 5, 10, 64)] == [1, 1, 1, 1, 1]
    held = look(64, "DatabaseDown")
    assert held.told.telling == Telling.CALLED
    assert "“Patch”" in str(held.trace[0].sentence)
    assert held.alert.assessed is not None
    assert held.alert.assessed.window_id is not None
    assert Record.objects.count() == 1
    # Five minutes had passed when it opened: five are left when it closes.
    assert [goes_on(m) for m in (65, 69, 70)] == [1, 1, 2]
    verbs = list(PageEntry.objects.order_by("id").values_list("verb", flat=True))
    assert [verb for verb in verbs if verb in {"hold", "release"}] == ["hold", "release"]


def test_it_goes_on_as_soon_as_the_window_is_disabled(source: int) -> None:
    made = window()
    fire(source, after(0), minutes=300, labels=DOWN)
    assert goes_on(0) == 1
    goes_on(6)
    assert Page.objects.get().held_at == after(6)
    switch_window(made, by=SYSTEM, enabled=False)
    goes_on(8)
    assert Page.objects.get().held_at is None
    assert [goes_on(m) for m in (11, 12)] == [1, 2]


def test_another_alert_of_the_incident_that_nothing_holds_goes_on_calling(source: int) -> None:
    window()
    fire(source, after(0), minutes=300, labels=DOWN)
    fire(source, after(0), minutes=300, labels={**DOWN, "alertname": "DatabaseSlow"})
    assert [goes_on(m) for m in (0, 6, 10)] == [1, 1, 2]


def test_what_is_over_meanwhile_ends_the_page(source: int) -> None:
    window()
    fire(source, after(0), minutes=300, labels=DOWN)
    goes_on(0)
    goes_on(6)
    clear(source, after(7), since=NOON, labels=DOWN)
    goes_on(7)
    assert Page.objects.get().state == "resolved"
    assert goes_on(70) == 1


def test_an_alert_that_explains_it_holds_its_page_too(source: int) -> None:
    make_rule(
        by=SYSTEM, name="S", conditions=[Condition("alertname", "=", "SiteDown")], order=2,
        alert_class=AlertClass.WARNING, holds_back=[Condition("alertname", "=~", "Database.*")],
    )  # fmt: skip
    fire(source, after(0), minutes=300, labels=DOWN)
    goes_on(0)
    fire(source, after(5), minutes=20, labels={"alertname": "SiteDown"})
    assert [goes_on(m) for m in (5, 10, 24)] == [1, 1, 1]
    assert "SiteDown" in str(look(24, "DatabaseDown").trace[0].sentence)
    clear(source, after(25), since=after(5), labels={"alertname": "SiteDown"})
    goes_on(25)
    assert [goes_on(m) for m in (26, 32)] == [1, 2]


def test_so_does_a_silence(source: int) -> None:
    fire(source, after(0), minutes=300, labels=DOWN)
    goes_on(0)
    with clock.frozen(after(4)):
        matchers = (Condition("alertname", "=", "DatabaseDown"),)
        silence(by=SYSTEM, draft=SilenceDraft(matchers, after(4), after(30), "Ayu", "Known"))
    assert [goes_on(m) for m in (4, 10, 29)] == [1, 1, 1]
    assert look(29, "DatabaseDown").told.telling == Telling.CALLED
    assert [goes_on(m) for m in (30, 37)] == [1, 2]
