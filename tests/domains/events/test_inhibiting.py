"""While one alert fires, those it explains are held back, as Alertmanager's inhibition rules have it."""

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.contracts.tracing import Telling
from selaras.domains.events.inhibiting import Inhibition, keys_left, keys_sought
from selaras.domains.events.rules import CompiledRule
from selaras.domains.records.models import Record
from selaras.kernel import clock
from tests.domains.events.build import NOON, after, clear, fire, look, make_rule, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM

pytestmark = pytest.mark.usefixtures("noon")
SITE = {"alertname": "SiteDown", "site": "jkt", "severity": "critical"}
HOST = {"alertname": "HostDown", "site": "jkt", "severity": "critical", "instance": "h1"}


def among(*equal: str, source: str = "SiteDown", target: str = ".*Down") -> list[Inhibition]:
    conditions = (Condition("alertname", "=~", source),)
    held = (Condition("alertname", "=~", target),)
    row = RuleRow(1, 1, "r", conditions, AlertClass.WARNING, holds_back=held, holds_equal=equal)
    return [Inhibition(CompiledRule(row))]


def holds(rules: list[Inhibition], source: dict[str, str], target: dict[str, str]) -> bool:
    return bool(set(keys_left(source, rules)) & set(keys_sought(target, rules)))


def test_equal_labels_must_be_equal_and_both_may_lack_one() -> None:
    assert holds(among("site"), SITE, HOST)
    assert not holds(among("site"), SITE, {**HOST, "site": "sby"})
    assert not holds(among("site"), SITE, {"alertname": "HostDown"})
    assert holds(among("rack"), SITE, HOST)
    assert not holds(among("site"), HOST, SITE)


def test_one_that_is_on_both_sides_is_held_by_none_that_is_so_too() -> None:
    both = among("site", source=".*Down")
    assert not holds(both, SITE, SITE)
    assert not holds(both, HOST, SITE)
    assert holds(among("site", source="SiteDown|Power"), {**SITE, "alertname": "Power"}, SITE)


@pytest.fixture
def source(db: None) -> int:
    make_estate()
    make_rule(
        by=SYSTEM, name="A site", conditions=[Condition("alertname", "=", "SiteDown")], order=1,
        alert_class=AlertClass.EXCEPTION, opens_incident=True,
        holds_back=[Condition("alertname", "=", "HostDown")], holds_equal=["site"],
    )  # fmt: skip
    return make_source()


@pytest.mark.django_db
def test_what_it_explains_waits_and_says_for_which(source: int) -> None:
    fire(source, NOON, labels=SITE)
    site = look(0, "SiteDown").alert.id
    fire(source, after(1), labels=HOST)
    held = look(1, "HostDown")
    assert (held.told.telling, held.alert.assessed and held.alert.assessed.inhibitor_id) == (Telling.NOBODY, site)
    assert "“SiteDown”" in str(held.told.why)
    assert held.trace[0].other_id == site
    assert Record.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("first", [SITE, HOST])
def test_in_one_pass_the_order_does_not_matter(source: int, first: dict[str, str]) -> None:
    fire(source, NOON, labels=first)
    fire(source, NOON, labels=HOST if first is SITE else SITE)
    assert look(1, "HostDown").told.telling == Telling.NOBODY
    assert Record.objects.count() == 1


@pytest.mark.django_db
def test_when_it_is_over_what_fires_still_has_its_effect(source: int) -> None:
    fire(source, NOON, labels=SITE)
    fire(source, NOON, labels=HOST)
    look(1, "HostDown")
    clear(source, after(2), since=NOON, labels=SITE)
    look(2, "HostDown")
    freed = look(3, "HostDown")
    assert freed.told.telling == Telling.QUEUE
    assert Record.objects.count() == 2
    look(4, "HostDown")
    assert Record.objects.count() == 2


@pytest.mark.django_db
def test_what_ended_meanwhile_stays_quiet(source: int) -> None:
    fire(source, NOON, labels=SITE)
    fire(source, NOON, labels=HOST)
    look(1, "HostDown")
    clear(source, after(2), since=NOON, labels=HOST)
    look(2, "HostDown")
    clear(source, after(3), since=NOON, labels=SITE)
    look(4, "HostDown")
    assert Record.objects.count() == 1


@pytest.mark.django_db
def test_another_that_explains_it_holds_it_on(source: int) -> None:
    fire(source, NOON, labels=SITE)
    fire(source, NOON, labels={**SITE, "by": "second"})
    with clock.frozen(after(0)):
        assess_pending()
    fire(source, after(1), labels=HOST)
    first = look(1, "HostDown").alert.assessed
    clear(source, after(2), since=NOON, labels=SITE)
    look(2, "HostDown")
    later = look(3, "HostDown").alert.assessed
    assert first is not None
    assert later is not None
    assert later.inhibitor_id not in (None, first.inhibitor_id)
    assert later.record_number is None
