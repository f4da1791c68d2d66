"""A heartbeat that falls silent opens one alert, says why, and ends it when it is heard again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.forget import forget_results
from selaras.domains.events.actions.heartbeats import (
    change_heartbeat,
    create_heartbeat,
    pause_heartbeat,
    remove_heartbeat,
)
from selaras.domains.events.actions.settle_heartbeats import settle_heartbeats
from selaras.domains.events.actions.sources import change_source
from selaras.domains.events.contracts import FIRING, RESOLVED
from selaras.domains.events.contracts.heartbeats import Pulse
from selaras.domains.events.models import Alert, Assessment, Beat, Change, Heartbeat, Source
from selaras.domains.events.queries.heartbeats import get_heartbeat, list_beats
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from tests.domains.events.build import NOON, fire, make_source
from tests.factories import SYSTEM, make_provider

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def make(**more: Any) -> int:
    given = {"name": "backup", "interval": 3600, "grace": 600, "item": "db1", **more}
    return create_heartbeat(by=SYSTEM, source_id=make_source("Cron"), **given).id


def heard(pk: int, at: datetime) -> None:
    """What a ping writes (intake's statement has tests of its own)."""
    row = Heartbeat.objects.get(pk=pk)
    row.heard_at, row.failed_at, row.down_from, row.down_until = at, None, None, None
    due = at + timedelta(seconds=row.interval + row.grace)
    row.check_at = at if row.alerted else min(filter(None, (row.check_at, due)))
    row.save()


def settle(at: datetime) -> int:
    with clock.frozen(at):
        return settle_heartbeats()


def work(since: datetime, until: datetime) -> int:
    changed, at = 0, since
    while at <= until:
        with clock.frozen(at):
            changed += settle_heartbeats()
        at += timedelta(seconds=30)
    return changed


def test_silence_opens_one_alert_and_a_ping_ends_it() -> None:
    pk = make()
    assert work(NOON, NOON + MINUTE) == 0
    assert not Alert.objects.exists()  # it was never heard, and nothing is expected yet
    heard(pk, NOON)
    assert work(NOON, NOON + 69 * MINUTE) == 0
    assert work(NOON + 69 * MINUTE, NOON + 80 * MINUTE) == 1
    alert = Alert.objects.get()
    assert alert.labels == {"alertname": "HeartbeatDown", "heartbeat": "backup", "severity": "error", "ci": "db1"}
    assert (alert.state, alert.starts_at) == (FIRING, NOON + 70 * MINUTE)
    assert alert.annotations["summary"] == "backup is silent since 2026-11-23 05:00:00 UTC"
    assert "every 1 h with 10 min of grace" in alert.annotations["description"]
    heard(pk, NOON + 81 * MINUTE)
    assert work(NOON + 81 * MINUTE, NOON + 83 * MINUTE) == 1
    assert Alert.objects.get().state == RESOLVED
    assert work(NOON + 83 * MINUTE, NOON + 160 * MINUTE) == 1
    assert list(Change.objects.order_by("id").values_list("state", "episode")) == [
        (FIRING, 1), (RESOLVED, 1), (FIRING, 2)
    ]  # fmt: skip


def test_a_long_silence_does_not_end_by_the_clock() -> None:
    pk = make()
    heard(pk, NOON)
    work(NOON, NOON + 71 * MINUTE)
    with clock.frozen(NOON + timedelta(days=30)):
        assert expire_alerts() == 0


def test_our_own_down_time_makes_nobody_overdue_at_once_and_is_told() -> None:
    pk = make()
    heard(pk, NOON)
    work(NOON, NOON + MINUTE)
    back = NOON + 5 * HOUR
    assert work(back, back + 24 * MINUTE) == 0  # 15 minutes to be heard again, and 10 of grace
    assert work(back + 24 * MINUTE, back + 26 * MINUTE) == 1
    told = Alert.objects.get().annotations["description"]
    assert "Selaras itself was down from 2026-11-23 05:01:00 UTC to 2026-11-23 10:00:00 UTC" in told


def test_who_is_heard_after_our_down_time_never_alerts() -> None:
    pk = make()
    heard(pk, NOON)
    work(NOON, NOON + MINUTE)
    back = NOON + 5 * HOUR
    work(back, back + MINUTE)
    heard(pk, back + MINUTE)
    assert work(back + MINUTE, back + 60 * MINUTE) == 0
    assert Heartbeat.objects.get().down_until is None


def test_what_failed_alerts_at_once() -> None:
    pk = make()
    heard(pk, NOON)
    Heartbeat.objects.update(failed_at=NOON + MINUTE, check_at=NOON + MINUTE)
    assert settle(NOON + 2 * MINUTE) == 1
    assert Alert.objects.get().annotations["summary"] == "backup failed"
    assert settle(NOON + 3 * MINUTE) == 0
    heard(pk, NOON + 4 * MINUTE)
    assert settle(NOON + 5 * MINUTE) == 1
    assert Alert.objects.get().state == RESOLVED


def test_renamed_or_removed_while_overdue_its_alert_still_ends() -> None:
    pk = make()
    heard(pk, NOON)
    work(NOON + 69 * MINUTE, NOON + 71 * MINUTE)
    with clock.frozen(NOON + 72 * MINUTE):
        change_heartbeat(pk, by=SYSTEM, name="nightly backup")
        assert settle_heartbeats() == 0
        remove_heartbeat(pk, by=SYSTEM)
    assert Alert.objects.get().state == RESOLVED
    assert not Heartbeat.objects.exists()


def test_paused_it_is_not_expected() -> None:
    pk = make()
    heard(pk, NOON)
    work(NOON + 69 * MINUTE, NOON + 71 * MINUTE)
    with clock.frozen(NOON + 72 * MINUTE):
        pause_heartbeat(pk, by=SYSTEM, paused=True)
        assert get_heartbeat(SYSTEM, pk).pulse is Pulse.PAUSED
    assert Alert.objects.get().state == RESOLVED
    assert work(NOON + 73 * MINUTE, NOON + 75 * MINUTE) == 0
    with clock.frozen(NOON + 2 * HOUR):
        pause_heartbeat(pk, by=SYSTEM, paused=False)
        assert get_heartbeat(SYSTEM, pk).pulse is Pulse.WAITING


def test_at_a_disabled_source_nothing_is_expected() -> None:
    pk = make()
    heard(pk, NOON)
    change_source(Heartbeat.objects.get().source_id, by=SYSTEM, enabled=False)
    assert work(NOON + 69 * MINUTE, NOON + 71 * MINUTE) == 0
    change_source(Heartbeat.objects.get().source_id, by=SYSTEM, enabled=True)
    assert work(NOON + 72 * MINUTE, NOON + 73 * MINUTE) == 0
    assert not Alert.objects.exists()


def test_an_alert_that_always_fires_is_a_heartbeat() -> None:
    pk = make(name="Prometheus", interval=120, grace=60, watches="Watchdog")
    source = Heartbeat.objects.get().source_id
    watchdog = {"alertname": "Watchdog", "severity": "none", "prometheus": "monitoring/k8s"}
    for minute in range(4):
        at = NOON + minute * MINUTE
        fire(source, at, minutes=5, labels=watchdog)
        with clock.frozen(at):
            assess_pending()
        work(at, at + MINUTE)
    assert not Alert.objects.filter(labels__alertname="HeartbeatDown").exists()
    assert work(NOON + 4 * MINUTE, NOON + 8 * MINUTE) == 1  # last heard at three past
    fire(source, NOON + 9 * MINUTE, minutes=5, labels=watchdog)
    assert work(NOON + 9 * MINUTE, NOON + 10 * MINUTE) == 1
    assert Alert.objects.get(labels__alertname="HeartbeatDown").state == RESOLVED
    assert get_heartbeat(SYSTEM, pk).watches == "Watchdog"


def test_what_alerts_is_assessed_as_any_other() -> None:
    make_provider()
    pk = make()
    heard(pk, NOON)
    work(NOON + 69 * MINUTE, NOON + 71 * MINUTE)
    assess_pending()
    assert Assessment.objects.get().state == FIRING


def test_old_pings_are_forgotten() -> None:
    pk = make()
    Beat.objects.bulk_create(Beat(heartbeat_id=pk, at=NOON, kind="ok", said=str(n)) for n in range(103))
    assert forget_results() == 3
    assert list_beats(SYSTEM, pk, limit=1)[0].said == "102"
    assert forget_results() == 0


def test_one_by_cron_is_overdue_when_its_time_and_grace_have_passed_and_not_before() -> None:
    pk = make(cron="0 2 * * 1-5", zone="Asia/Jakarta", interval=0, grace=1800)
    friday = datetime(2026, 11, 26, 19, tzinfo=UTC)  # two in the morning of Friday in Jakarta
    heard(pk, friday + 10 * MINUTE)
    settle(friday + 60 * MINUTE)
    with clock.frozen(friday + HOUR):
        row = get_heartbeat(SYSTEM, pk)
    assert (row.pulse, row.due_at) == (Pulse.HEARD, friday + timedelta(days=3) + 30 * MINUTE)  # over the weekend
    assert settle(friday + timedelta(days=3) + 29 * MINUTE) == 0
    assert settle(friday + timedelta(days=3) + 30 * MINUTE) == 1
    alert = Alert.objects.get()
    assert alert.starts_at == friday + timedelta(days=3) + 30 * MINUTE
    assert "expected at “0 2 * * 1-5” (Asia/Jakarta) with 30 min of grace" in alert.annotations["description"]
    heard(pk, friday + timedelta(days=3) + 40 * MINUTE)
    assert settle(friday + timedelta(days=3) + 40 * MINUTE) == 1
    assert Alert.objects.get().state == RESOLVED


def test_what_is_no_cron_expression_is_refused_and_it_may_go_back_to_an_interval() -> None:
    for wrong, field in (({"cron": "nightly", "zone": "UTC"}, "cron"), ({"cron": "0 2 * * *", "zone": "Mars"}, "zone")):
        with pytest.raises(Invalid) as refused:
            make(**wrong)
        assert list(refused.value.fields) == [field]
        Source.objects.filter(name="Cron").update(name=f"Cron {field}")
    pk = make(cron="@daily", zone="UTC")
    with pytest.raises(Invalid):
        change_heartbeat(pk, by=SYSTEM, cron="")
    change_heartbeat(pk, by=SYSTEM, cron="", interval=600)
    assert Heartbeat.objects.values_list("cron", "zone", "interval").get() == ("", "", 600)
