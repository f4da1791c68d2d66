"""Heartbeats are pinged as their clients ping, by curl too, and an answer means that it is kept."""

import asyncio
import subprocess
from datetime import timedelta

import pytest

from selaras.domains.events.actions.heartbeats import create_heartbeat, pause_heartbeat, renew_key
from selaras.domains.events.actions.settle_heartbeats import settle_heartbeats
from selaras.domains.events.actions.sources import change_source
from selaras.domains.events.models import Alert, Beat, Heartbeat, Refused, Source
from selaras.kernel import clock
from tests.factories import SYSTEM
from tests.interfaces.intake.sending import send
from tests.interfaces.intake.serving import intake, intake_port, mounted


@pytest.fixture
def key(dsn: str) -> str:
    made = create_heartbeat(by=SYSTEM, source_id=Source.objects.get().pk, name="backup", interval=3600, grace=60)
    assert made.key
    return made.key


def ask(dsn: str, *asked: tuple[str, str], served: bool = True) -> list[int]:
    async def run() -> list[int]:
        async with intake(dsn) if served else mounted(dsn) as client:
            return [(await client.request(method, path)).status_code for method, path in asked]

    return asyncio.run(run())


@pytest.mark.parametrize("served", [True, False])
def test_every_way_to_ping(dsn: str, key: str, served: bool) -> None:
    at = f"/heartbeat/{key}"
    asked = [("HEAD", at), ("GET", f"{at}/start"), ("POST", f"{at}/0"), ("GET", f"{at}/7"), ("POST", f"{at}/KILL")]
    assert ask(dsn, *asked, served=served) == [200] * 5
    beats = Beat.objects.order_by("id").values_list("kind", "exit_code")
    assert list(beats) == [("ok", None), ("start", None), ("ok", 0), ("fail", 7), ("fail", None)]
    row = Heartbeat.objects.get()
    assert row.failed_at is not None
    assert row.heard_at is not None
    assert row.check_at == row.failed_at
    assert ask(dsn, ("GET", at)) == [200]
    assert Heartbeat.objects.get().failed_at is None


def test_what_is_not_known_is_refused_and_counted(dsn: str, key: str) -> None:
    asked = [("GET", "/heartbeat/nonsense"), ("GET", f"/heartbeat/{key}/256"), ("GET", f"/heartbeat/{key}/x/y")]
    assert ask(dsn, *asked, ("DELETE", f"/heartbeat/{key}")) == [404, 404, 404, 405]
    assert Refused.objects.get().reason == "unknown_credentials"
    renew_key(Heartbeat.objects.get().pk, by=SYSTEM)
    assert ask(dsn, ("GET", f"/heartbeat/{key}")) == [404]
    assert not Beat.objects.exists()


def test_a_disabled_source_is_not_heard(dsn: str, key: str) -> None:
    change_source(Source.objects.get().pk, by=SYSTEM, enabled=False)
    assert ask(dsn, ("GET", f"/heartbeat/{key}")) == [404]


def test_a_paused_one_is_heard_and_not_expected(dsn: str, key: str) -> None:
    pause_heartbeat(Heartbeat.objects.get().pk, by=SYSTEM, paused=True)
    assert ask(dsn, ("GET", f"/heartbeat/{key}"), ("GET", f"/heartbeat/{key}/fail")) == [200, 200]
    assert Heartbeat.objects.get().check_at is None


def test_curl_as_documented(dsn: str, key: str) -> None:
    """The line that our page and docs give, and what follows when it stops and comes again."""

    async def run() -> str:
        async with intake_port(dsn) as port:
            address = f"http://127.0.0.1:{port}/heartbeat/{key}"
            line = ["curl", "-fsS", "-m", "10", "--retry", "5", "--data-raw", "12 files copied", address]
            done = await asyncio.to_thread(subprocess.run, line, capture_output=True, text=True, check=True)
            return done.stdout

    assert asyncio.run(run()) == "OK\n"
    assert Beat.objects.get().said == "12 files copied"
    late = clock.now() + timedelta(minutes=62)
    for at in (late - timedelta(seconds=61), late - timedelta(seconds=30), late):
        with clock.frozen(at):
            settle_heartbeats()
    assert Alert.objects.get().state == "firing"
    assert asyncio.run(run()) == "OK\n"
    settle_heartbeats()
    assert Alert.objects.get().state == "resolved"


def test_alertas_heartbeat_is_one_too(dsn: str) -> None:
    (answer,) = send(dsn, ("/heartbeat", {"origin": "cron", "timeout": 60}))
    assert answer.status_code == 201
    send(dsn, ("/heartbeat", {"origin": "cron", "timeout": 90}))
    row = Heartbeat.objects.get()
    assert (row.name, row.interval, row.key_hash) == ("cron", 90, None)
    assert Beat.objects.count() == 2
