"""Clocks and order, by the wires on which a sender dates what it says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from selaras.domains.events.contracts import FIRING, RESOLVED
from selaras.domains.events.models import Alert, Change, RawBatch
from selaras.kernel import clock
from tests.interfaces.intake.sending import Call, send


def generic(state: str, at: datetime) -> Call:
    told = {"title": "Disk", "host": "db1", "status": state, "severity": "critical", "id": "7"}
    return "/webhooks/generic/Prometheus", {**told, "timestamp": at.isoformat()}


def icinga(state: str, at: datetime) -> Call:
    kind = "RECOVERY" if state == "resolved" else "PROBLEM"
    told: dict[str, Any] = {
        "notification_type": kind, "host": "db1", "service": "disk",
        "state": "OK" if state == "resolved" else "CRITICAL", "output": "x", "time": str(int(at.timestamp())),
    }  # fmt: skip
    return "/webhooks/monitoring", told


WIRES = pytest.mark.parametrize("wire", [generic, icinga], ids=["generic", "monitoring"])


@WIRES
def test_an_older_firing_that_comes_after_the_end_opens_nothing(dsn: str, wire: Any) -> None:
    now = clock.now()
    first, late, end = (now - timedelta(minutes=m) for m in (30, 20, 10))
    send(dsn, wire("firing", first), wire("resolved", end), wire("firing", late))
    assert list(Change.objects.order_by("id").values_list("state", flat=True)) == [FIRING, RESOLVED]
    assert sum(RawBatch.objects.values_list("posts", flat=True)) == 3


@WIRES
def test_an_end_that_comes_before_its_beginning_stays_the_end(dsn: str, wire: Any) -> None:
    now = clock.now()
    send(dsn, wire("resolved", now - timedelta(minutes=5)), wire("firing", now - timedelta(minutes=9)))
    assert {alert.state for alert in Alert.objects.all()} == {RESOLVED}


@WIRES
def test_what_began_in_the_future_began_now_and_says_so(dsn: str, wire: Any) -> None:
    before = clock.now()
    send(dsn, wire("firing", datetime.now(UTC) + timedelta(minutes=12)))
    alert = Alert.objects.get()
    assert before <= alert.starts_at <= clock.now()
    assert 600 < int(alert.annotations["clock_ahead"]) <= 720
