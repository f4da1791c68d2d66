"""Alerts whose source fell silent end, once, and those that were sent again do not."""

from datetime import timedelta

import pytest

from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.contracts import FIRING, RESOLVED
from selaras.domains.events.models import Alert, Change
from selaras.kernel import clock
from tests.domains.events.build import NOON, fire, make_source

pytestmark = pytest.mark.django_db


def test_what_is_due_ends_and_says_why() -> None:
    source = make_source()
    fire(source, NOON, minutes=5, alertname="Short")
    fire(source, NOON, minutes=50, alertname="Long")
    with clock.frozen(NOON + timedelta(minutes=4)):
        assert expire_alerts() == 0
    with clock.frozen(NOON + timedelta(minutes=6)):
        assert expire_alerts() == 1
        assert expire_alerts() == 0
    assert dict(Alert.objects.values_list("labels__alertname", "state")) == {"Short": RESOLVED, "Long": FIRING}
    last = Change.objects.latest("id")
    assert (last.state, last.reason, last.episode) == (RESOLVED, "expired", 1)
    assert last.ends_at == NOON + timedelta(minutes=5)


def test_a_re_send_prolongs() -> None:
    source = make_source()
    for minute in range(0, 12, 2):
        fire(source, NOON + timedelta(minutes=minute), minutes=5, alertname="Steady")
        with clock.frozen(NOON + timedelta(minutes=minute, seconds=30)):
            assert expire_alerts() == 0
    assert Alert.objects.get().state == FIRING
    with clock.frozen(NOON + timedelta(minutes=16)):
        assert expire_alerts() == 1


def test_an_end_that_comes_earlier_is_seen_in_time() -> None:
    source = make_source()
    with clock.frozen(NOON):
        feed(source, [Told({"alertname": "Brought forward"})])  # until five past, by the timeout
    fire(source, NOON + timedelta(minutes=1), minutes=1, alertname="Brought forward")
    with clock.frozen(NOON + timedelta(minutes=3)):
        assert expire_alerts() == 1


def test_many_end_in_small_transactions() -> None:
    source = make_source()
    for number in range(7):
        fire(source, NOON, minutes=1, alertname="Many", number=str(number))
    with clock.frozen(NOON + timedelta(minutes=2)):
        assert expire_alerts(limit=3) == 7
    assert Change.objects.filter(state=RESOLVED).count() == 7


def test_fires_again_after_it_expired() -> None:
    source = make_source()
    fire(source, NOON, minutes=1, alertname="Again")
    with clock.frozen(NOON + timedelta(minutes=2)):
        expire_alerts()
    fire(source, NOON + timedelta(minutes=3), minutes=1, alertname="Again")
    with clock.frozen(NOON + timedelta(minutes=5)):
        assert expire_alerts() == 1
    assert list(Change.objects.order_by("id").values_list("state", "episode")) == [
        (FIRING, 1), (RESOLVED, 1), (FIRING, 2), (RESOLVED, 2)
    ]  # fmt: skip
