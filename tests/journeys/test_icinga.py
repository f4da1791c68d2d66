"""A real Icinga 2, whose event stream the worker follows: nothing is missed, nothing is doubled."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection

from selaras.domains.events.actions.follow_streams import LOCK, follow_streams
from selaras.domains.events.actions.sources import change_source, create_source
from selaras.domains.events.actions.streams import set_stream
from selaras.domains.events.models import Alert, Change, RawBatch, Stream
from selaras.domains.events.queries.streams import get_stream
from tests.factories import SYSTEM
from tests.interfaces.intake.serving import database_url
from tests.journeys.harness import until
from tests.journeys.icinga import PASSWORD, USER, Icinga, icinga

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real("icinga2")]


@pytest.fixture(scope="module")
def daemon() -> Iterator[Icinga]:
    with icinga() as one:
        yield one


@pytest.fixture
def fresh(daemon: Icinga, settings: Any) -> Icinga:
    """Nothing is wrong, and everything local may be reached."""
    settings.CHECK_NETWORKS = ["127.0.0.0/8", "::1/128"]
    for service in ("heat", "door"):
        daemon.act("remove-downtime", {"type": "Service", "filter": f'service.__name=="oven!{service}"'})
        daemon.says(0, "fine", service)
    return daemon


def make(of: Icinga, **more: str) -> int:
    source = create_source(by=SYSTEM, name="Icinga").id
    given: dict[str, Any] = {
        "address": of.address,
        "user": USER,
        "password": PASSWORD,
        "authority": of.authority,
        **more,
    }
    set_stream(source, by=SYSTEM, **given)
    return source


@contextmanager
def followed() -> Iterator[None]:
    """The worker follows."""
    stopping = threading.Event()

    def work() -> None:
        while not stopping.is_set():
            follow_streams(stopping)
            stopping.wait(0.2)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(20)


def is_connected(source: int) -> bool:
    row = get_stream(SYSTEM, source)
    return row is not None and row.connected_at is not None


def connects(source: int) -> None:
    try:
        until(lambda: is_connected(source), "it is connected")
    except AssertionError as late:
        raise AssertionError(trouble(source)) from late


def alerts() -> list[tuple[str, str, str]]:
    rows = Alert.objects.order_by("id")
    return [(row.labels["alertname"], row.labels["severity"], row.state) for row in rows]


def have(*wanted: tuple[str, str, str]) -> None:
    try:
        until(lambda: alerts() == list(wanted), "they are as wanted")
    except AssertionError as late:
        told = [trouble(source) for source in Stream.objects.values_list("pk", flat=True)]
        raise AssertionError(f"there is {alerts()}, not {wanted}; {told}") from late


def test_from_soft_to_hard_acknowledged_and_recovered(fresh: Icinga) -> None:
    source = make(fresh)
    with followed():
        connects(source)
        fresh.says(1, "warm")  # soft
        fresh.says(1, "warm")
        have(("heat", "warning", "firing"))
        fresh.says(2, "hot\nand rising")
        have(("heat", "warning", "resolved"), ("heat", "critical", "firing"))
        fresh.acknowledge("on my way")
        until(lambda: "acknowledged" in Alert.objects.latest("id").annotations, "it is acknowledged")
        fresh.says(0, "cool")
        have(("heat", "warning", "resolved"), ("heat", "critical", "resolved"))
    alert = Alert.objects.latest("id")
    assert alert.labels == {
        "alertname": "heat", "instance": "oven", "check": "heat", "severity": "critical",
        "original_severity": "CRITICAL", "tool": "icinga",
    }  # fmt: skip
    told = alert.annotations
    assert (told["acknowledged_by"], told["acknowledged_comment"]) == ("Ani", "on my way")
    assert Change.objects.count() == 4
    row = get_stream(SYSTEM, source)
    assert row is not None
    assert row.heard_at is not None
    assert RawBatch.objects.exists()


def test_what_changed_meanwhile_is_found_once(fresh: Icinga) -> None:
    make(fresh)
    fresh.says(2, "open", "door")
    with followed():
        have(("door", "critical", "firing"))
    fresh.says(0, "shut", "door")
    fresh.says(1, "warm")
    fresh.says(1, "warm")
    fresh.acknowledge("known")
    with followed():
        have(("door", "critical", "resolved"), ("heat", "warning", "firing"))
        until(lambda: "acknowledged" in Alert.objects.latest("id").annotations, "it is acknowledged")
    received = sum(Alert.objects.values_list("received", flat=True))
    with followed():
        fresh.says(2, "open", "door")
        have(("door", "critical", "firing"), ("heat", "warning", "firing"))
    assert sum(Alert.objects.values_list("received", flat=True)) == received + 1
    assert Change.objects.count() == 4


def test_it_comes_back_when_icinga_does(fresh: Icinga) -> None:
    source = make(fresh, authority="", fingerprint=fresh.fingerprint)
    with followed():
        connects(source)
        fresh.stop()
        until(lambda: not is_connected(source), "it is not connected any more")
        fresh.start()
        fresh.says(2, "open", "door")
        have(("door", "critical", "firing"))
        connects(source)


def test_downtime_holds_back_and_tells_afterwards(fresh: Icinga) -> None:
    source = make(fresh)
    with followed():
        connects(source)
        fresh.downtime("door")
        have(("door in downtime", "info", "firing"))
        fresh.says(2, "open", "door")
        fresh.says(1, "warm")
        fresh.says(1, "warm")
        have(("door in downtime", "info", "firing"), ("heat", "warning", "firing"))
        fresh.act("remove-downtime", {"type": "Service", "filter": 'service.__name=="oven!door"'})
        have(
            ("door in downtime", "info", "resolved"), ("heat", "warning", "firing"), ("door", "critical", "firing")
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "no"}, "does not know this user"),
        ({"user": "keyhole"}, "lacks a permission"),
        ({"authority": ""}, "cannot be verified"),
        ({"fingerprint": "ab" * 32}, "is another one"),
    ],
)
def test_why_not_is_told(fresh: Icinga, wrong: dict[str, str], words: str) -> None:
    source = make(fresh, **wrong)
    with followed():
        until(lambda: words in trouble(source), "it is told")


def test_an_address_that_may_not_be_reached(fresh: Icinga, settings: Any) -> None:
    settings.CHECK_NETWORKS = []
    source = make(fresh)
    with followed():
        until(lambda: "SELARAS_CHECK_NETWORKS" in trouble(source), "it is told")


def test_one_worker_follows_until_there_is_nothing_to_follow(fresh: Icinga) -> None:
    source = make(fresh)
    with followed():
        connects(source)
        assert follow_streams(threading.Event()) == 0  # at once
        change_source(source, by=SYSTEM, enabled=False)
    assert follow_streams(threading.Event()) == 0


def test_another_takes_over_from_one_that_is_killed(fresh: Icinga) -> None:
    source = make(fresh)
    with worker_process() as first, followed():
        connects(source)
        fresh.says(2, "open", "door")
        have(("door", "critical", "firing"))
        first.kill()
        first.wait()
        fresh.says(1, "warm")
        fresh.says(1, "warm")
        have(("door", "critical", "firing"), ("heat", "warning", "firing"))
        fresh.says(0, "shut", "door")
        have(("door", "critical", "resolved"), ("heat", "warning", "firing"))
    assert Change.objects.count() == 3


_FOLLOWS = "import django; django.setup(); from threading import Event; from selaras.domains.events.actions import"
_FOLLOWS += " follow_streams as f; f.follow_streams(Event())"


@contextmanager
def worker_process() -> Iterator["subprocess.Popen[bytes]"]:
    """Another process follows already."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "selaras.config.settings",
        "DATABASE_URL": database_url(),
        "SELARAS_SECRET_KEY": conf.SECRET_KEY,
        "SELARAS_CHECK_NETWORKS": "127.0.0.0/8 ::1/128",
    }
    with subprocess.Popen([sys.executable, "-c", _FOLLOWS], env=environment) as process:
        try:
            until(lambda: process.poll() is None and followers() == 1, "it follows")
            yield process
        finally:
            process.kill()


def followers() -> int:
    """How many hold the lock of whoever follows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE locktype = 'advisory' AND granted AND objid = %s AND datname = current_database()",
            [LOCK],
        )
        return int(cursor.fetchone()[0])


def trouble(source: int) -> str:
    row = get_stream(SYSTEM, source)
    return str(row.trouble) if row and row.trouble else ""
