"""What a window, a rule or flapping holds back is looked at again when that is edited."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from selaras.domains.agreements.actions.calendars import create_calendar
from selaras.domains.events.actions import settle_edits as settling
from selaras.domains.events.actions.rule_sets import restore_rules
from selaras.domains.events.actions.rules import switch_rule
from selaras.domains.events.actions.settle_holds import settle_holds
from selaras.domains.events.actions.windows import save_window
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.alerts import AlertDetail
from selaras.domains.events.contracts.tracing import Telling
from selaras.domains.events.contracts.windows import WindowDraft
from selaras.domains.events.models import Assessment, Recheck
from selaras.domains.events.queries.rules import rule_set_number
from selaras.domains.records.models import Record
from selaras.domains.services.models import ConfigurationItem
from selaras.kernel import clock
from tests.domains.events.build import NOON, after, clear, fire, look, make_rule, make_source
from tests.estate import OFFICE, make_estate
from tests.factories import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DOWN = {"alertname": "DatabaseDown", "instance": "toko-db-1", "severity": "critical"}
SITE = {"alertname": "SiteDown", "site": "jkt", "severity": "critical"}
HOST = {"alertname": "HostDown", "site": "jkt", "severity": "critical", "instance": "h1"}


@pytest.fixture
def source(db: None) -> int:
    make_estate()
    return make_source()


def settled(minutes: float, name: str) -> AlertDetail:
    """The alert once all that waits was looked at, however many steps that took."""
    with clock.frozen(after(minutes)):
        while settle_holds():
            pass
    return look(minutes, name)


def said(alert: AlertDetail) -> str:
    return " ".join(str(row.sentence) for row in alert.trace)


def critical(**more: Any) -> WindowDraft:
    """Noon to one, every day, in Jakarta, for what is critical."""
    office = create_calendar(by=SYSTEM, slug="kantor", name="Kantor", timezone="Asia/Jakarta", week=OFFICE)
    matchers = (Condition("severity", "=", "critical"),)
    starts = datetime(2026, 11, 20, 12)  # noqa: DTZ001  # on the wall
    return replace(WindowDraft("Patch", office, starts=starts, rrule="FREQ=DAILY", matchers=matchers), **more)


@pytest.mark.parametrize(
    "changed",
    [
        {"matchers": (Condition("severity", "=", "warning"),)},
        {"ends": ("item:toko-sw-1",)},
        {"starts": datetime(2026, 11, 20, 14)},  # noqa: DTZ001
        {"enabled": False},
    ],
)
def test_a_window_that_is_edited_lets_go_what_it_does_not_hold_any_more(source: int, changed: dict[str, Any]) -> None:
    ConfigurationItem.objects.create(slug="toko-sw-1", name="toko-sw-1", item_class="network")
    draft = critical()
    made = save_window(draft, by=SYSTEM)
    fire(source, after(1), minutes=300, labels=DOWN)
    assert settled(1, "DatabaseDown").told.telling == Telling.NOBODY
    save_window(replace(draft, **changed), by=SYSTEM, window_id=made)
    freed = settled(2, "DatabaseDown")
    assert freed.told.telling == Telling.QUEUE
    assert "window" in said(freed)
    assert Record.objects.count() == 1
    assert not Recheck.objects.exists()


def test_an_edit_that_changes_nothing_for_it_leaves_it_held_and_writes_no_line(source: int) -> None:
    draft = critical()
    made = save_window(draft, by=SYSTEM)
    fire(source, after(1), minutes=300, labels=DOWN)
    before = settled(1, "DatabaseDown")
    save_window(replace(draft, minutes=90), by=SYSTEM, window_id=made)
    again = settled(2, "DatabaseDown")
    assert again.trace == before.trace
    assert settled(61, "DatabaseDown").told.telling == Telling.NOBODY  # the longer window holds it on
    assert settled(90, "DatabaseDown").told.telling == Telling.QUEUE


def test_what_falls_under_another_window_goes_to_that(source: int) -> None:
    draft = critical()
    made = save_window(draft, by=SYSTEM)
    other = save_window(replace(draft, name="Other", minutes=30), by=SYSTEM)
    fire(source, after(1), minutes=300, labels=DOWN)
    settled(1, "DatabaseDown")
    save_window(replace(draft, matchers=(Condition("a", "=", "b"),)), by=SYSTEM, window_id=made)
    moved = settled(2, "DatabaseDown")
    assert moved.alert.assessed is not None
    assert (moved.told.telling, moved.alert.assessed.window_id) == (Telling.NOBODY, other)
    assert settled(30, "DatabaseDown").told.telling == Telling.QUEUE


def test_a_warning_that_was_held_is_let_go_without_an_effect(source: int) -> None:
    draft = critical(matchers=(Condition("severity", "=", "warning"),))
    made = save_window(draft, by=SYSTEM)
    fire(source, after(1), labels={**DOWN, "severity": "warning"})
    settled(1, "DatabaseDown")
    save_window(replace(draft, matchers=(Condition("a", "=", "b"),)), by=SYSTEM, window_id=made)
    freed = settled(2, "DatabaseDown")
    assert freed.alert.assessed is not None
    assert freed.alert.assessed.window_id is None
    assert "“Patch” was changed" in said(freed)
    assert not Record.objects.exists()


def site_rule(**more: Any) -> int:
    given: dict[str, Any] = {
        "name": "A site", "conditions": [Condition("alertname", "=", "SiteDown")], "order": 1,
        "alert_class": AlertClass.EXCEPTION, "opens_incident": True,
        "holds_back": [Condition("alertname", "=", "HostDown")], "holds_equal": ["site"], **more,
    }  # fmt: skip
    return make_rule(by=SYSTEM, **given)


@pytest.mark.parametrize(
    "changed",
    [
        {"holds_back": [Condition("alertname", "=", "RackDown")]},
        {"conditions": [Condition("alertname", "=", "CityDown")]},
        {"holds_back": [], "holds_equal": []},
        {"holds_equal": ["site", "instance"]},
        {"enabled": False},
    ],
)
def test_a_rule_that_is_edited_lets_go_what_it_does_not_hold_back_any_more(
    source: int, changed: dict[str, Any]
) -> None:
    rule = site_rule()
    fire(source, NOON, minutes=300, labels=SITE)
    fire(source, NOON, minutes=300, labels=HOST)
    assert settled(1, "HostDown").told.telling == Telling.NOBODY
    site_rule(rule_id=rule, **changed)
    freed = settled(2, "HostDown")
    assert freed.told.telling == Telling.QUEUE
    assert "The rules were changed" in said(freed)


def test_a_version_that_is_restored_lets_go_too_and_the_alert_that_fires_explains_again(source: int) -> None:
    before = rule_set_number()
    rule = site_rule()
    fire(source, NOON, minutes=300, labels=SITE)
    fire(source, NOON, minutes=300, labels=HOST)
    settled(1, "HostDown")
    restore_rules(before, by=SYSTEM)
    assert settled(2, "HostDown").told.telling == Telling.QUEUE
    # What fires already holds back what begins to fire after the rule is back.
    switch_rule(rule, by=SYSTEM, enabled=True)
    settled(3, "SiteDown")
    fire(source, after(4), minutes=300, labels={**HOST, "alertname": "HostDown", "instance": "h2"})
    look(4, "SiteDown")
    held = Assessment.objects.get(alert__labels__instance="h2")
    assert held.inhibitor_id is not None


def test_rules_say_no_more_that_it_flaps(source: int) -> None:
    for turn in range(6):
        fire(source, after(turn), minutes=0.5, labels={**DOWN, "instance": "x"})
        look(turn, "DatabaseDown")
        clear(source, after(turn + 0.5), since=after(turn), labels={**DOWN, "instance": "x"})
        look(turn + 0.5, "DatabaseDown")
    fire(source, after(7), minutes=300, labels={**DOWN, "instance": "x"})
    assert look(7, "DatabaseDown").told.telling == Telling.NOBODY
    make_rule(
        by=SYSTEM, name="Never", conditions=[], alert_class=AlertClass.WARNING, goes_on=True, order=1, flap_turns=0
    )
    freed = settled(8, "DatabaseDown")
    assert freed.told.telling == Telling.QUEUE


def test_it_goes_in_portions_that_are_taken_up_by_the_next(source: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "PORTION", 2)
    draft = critical()
    made = save_window(draft, by=SYSTEM)
    for n in range(5):
        fire(source, after(1), minutes=300, labels={**DOWN, "alertname": f"A{n}", "instance": f"i{n}"})
    look(1, "A0")
    save_window(replace(draft, matchers=(Condition("a", "=", "b"),)), by=SYSTEM, window_id=made)
    held = Assessment.objects.filter(window=made)
    left = []
    with clock.frozen(after(2)):
        while settling.settle_edits():
            left.append(held.count())
    assert left == [3, 1, 0]
    assert not Recheck.objects.exists()


def test_an_edit_during_a_portion_begins_anew(source: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = critical()
    made = save_window(draft, by=SYSTEM)
    fire(source, after(1), minutes=300, labels=DOWN)
    look(1, "DatabaseDown")
    save_window(draft, by=SYSTEM, window_id=made)
    looked = settling._looked_at

    def edited_meanwhile(after_id: int) -> tuple[list[int], list[int]]:
        result = looked(after_id)
        monkeypatch.setattr(settling, "_looked_at", looked)
        save_window(replace(draft, matchers=(Condition("a", "=", "b"),)), by=SYSTEM, window_id=made)
        return result

    monkeypatch.setattr(settling, "_looked_at", edited_meanwhile)
    with clock.frozen(after(2)):
        settling.settle_edits()
        assert Recheck.objects.exists()
    assert settled(2, "DatabaseDown").told.telling == Telling.QUEUE
