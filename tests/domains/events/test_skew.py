"""Clocks of senders that are off: nothing is lost or opened for it, and the pages tell."""

from datetime import timedelta

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.contracts import FIRING, RESOLVED
from selaras.domains.events.models import Alert, Change, SetAside
from selaras.domains.events.queries.alerts import get_alert
from selaras.domains.events.queries.sources import get_source_life
from selaras.kernel import clock
from tests.domains.events.build import NOON, clear, fire, make_source
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db: None) -> int:
    return make_source()


def off(source_id: int) -> tuple[int, int]:
    """What the alert's page and the source's page say."""
    with clock.frozen(NOON + timedelta(hours=1)):
        assess_pending()
        return get_alert(SYSTEM, Alert.objects.get().pk).clock_off, get_source_life(SYSTEM, source_id).clock_off


def send(source_id: int, begins: float, ends: float) -> None:
    """At noon, with times in minutes from then."""
    with clock.frozen(NOON):
        since, until = (NOON + timedelta(minutes=minutes) for minutes in (begins, ends))
        feed(source_id, [Told({"alertname": "Down"}, {}, since, until)])


def test_a_clock_that_is_ahead_fires_now_and_is_told(source: int) -> None:
    send(source, 12, 16)
    assert Alert.objects.get().state == FIRING
    assert off(source) == (720, 720)


def test_one_that_is_ahead_ends_when_it_says_so_and_not_later(source: int) -> None:
    """Alertmanager's way: an end in the future is when it ends, if its sender does not say otherwise before."""
    send(source, 12, 16)
    with clock.frozen(NOON + timedelta(minutes=15)):
        assert expire_alerts() == 0
    with clock.frozen(NOON + timedelta(minutes=16, seconds=1)):
        assert expire_alerts() == 1


def test_a_clock_that_is_behind_is_told_where_its_alert_was_over_before_it_came(source: int) -> None:
    send(source, -30, -6)
    assert Alert.objects.get().state == RESOLVED
    assert off(source) == (-360, -360)


def test_clocks_that_are_right_are_not_blamed(source: int) -> None:
    send(source, -30, 4)
    clear(source, NOON + timedelta(minutes=9), since=NOON - timedelta(minutes=30), alertname="Down")
    assert off(source) == (0, 0)


@pytest.mark.parametrize("claim", ["²", "9" * 5000])
def test_what_a_sender_claims_of_its_clock_is_read_with_care(source: int, claim: str) -> None:
    with clock.frozen(NOON):
        feed(source, [Told({"alertname": "Down"}, {"clock_ahead": claim})])
    assert off(source) == (0, 0)
    assert not SetAside.objects.exists()


def test_seconds_are_nobodys_fault(source: int) -> None:
    send(source, 0.5, 4)
    assert off(source) == (0, 0)


def test_what_was_noticed_is_forgotten_after_a_day(source: int) -> None:
    send(source, 12, 16)
    off(source)
    with clock.frozen(NOON + timedelta(days=2)):
        assert get_source_life(SYSTEM, source).clock_off == 0


def test_an_end_that_came_before_its_beginning_is_kept_and_opens_nothing(source: int) -> None:
    """What came first is over; what comes then fires until its own end, as in Alertmanager: a sender whose network was
    away for a while looks the same, and must be believed."""
    clear(source, NOON, since=NOON - timedelta(minutes=9), alertname="Down")
    assert Alert.objects.get().state == RESOLVED
    fire(source, NOON + timedelta(minutes=1), minutes=4, alertname="Down")
    with clock.frozen(NOON + timedelta(minutes=5, seconds=1)):
        expire_alerts()
    states = list(Change.objects.order_by("id").values_list("state", "reason"))
    assert states == [(RESOLVED, "sent"), (FIRING, "sent"), (RESOLVED, "expired")]


def test_an_older_firing_whose_end_has_passed_does_not_open_again(source: int) -> None:
    fire(source, NOON, minutes=4, alertname="Down")
    clear(source, NOON + timedelta(minutes=10), since=NOON, alertname="Down")
    with clock.frozen(NOON + timedelta(minutes=11)):
        feed(source, [Told({"alertname": "Down"}, {}, NOON, NOON + timedelta(minutes=5))])
    assert (Alert.objects.get().state, Change.objects.count()) == (RESOLVED, 2)
