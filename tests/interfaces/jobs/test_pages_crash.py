"""kill -9 of a real worker between "decided" and "sent": no message is lost, none has two effects, a doubt is shown."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from selaras.domains.duty.actions.channels import add_channel
from selaras.domains.duty.actions.page import page
from selaras.domains.duty.contracts import CHANNEL
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.duty.queries import get_page
from selaras.domains.people.contracts import Actor
from selaras.interfaces.jobs.continuous import loops
from tests import database
from tests.domains.duty.build import make_policy, person, worker
from tests.factories import SYSTEM, make_provider
from tests.journeys.channel import Channel, counting
from tests.journeys.harness import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider() -> Iterator[Channel]:
    with counting() as channel:
        yield channel


@pytest.fixture
def ayu(settings: Any) -> Actor:
    settings.CALL_PRIVATE_ADDRESSES = True
    return worker(make_provider(), "Ayu")


@contextmanager
def working(dsn: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker as it runs in production; killed if the test has not done so."""
    environment = {
        **os.environ,
        "DATABASE_URL": database.at(dsn, connection.settings_dict["NAME"]),
        "SELARAS_SECRET_KEY": django_settings.SECRET_KEY,
        "SELARAS_SEALING_KEY": django_settings.SECRET_KEY,
        "SELARAS_CALL_PRIVATE_ADDRESSES": "1",
        "DJANGO_SETTINGS_MODULE": "selaras.config.settings",
    }
    run = "from selaras.interfaces.jobs.worker import run; run(concurrency=1)"
    process = subprocess.Popen([sys.executable, "-c", run], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def states(page_id: int) -> list[str]:
    return [delivery.state for delivery in get_page(SYSTEM, page_id).deliveries]


def call(ayu: Actor) -> int:
    return page(by=SYSTEM, policy_id=make_policy((60, [person(ayu)])), cause="x", subject="x").id


def test_a_sender_wakes_with_the_commit_that_decides(provider: Channel, ayu: Actor) -> None:
    add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="kait", address=provider.address("http", "a"))
    loop = next(one for one in loops() if one.name == "messages 1")
    loop.seconds = 3600.0
    loop.start()
    until(lambda: loop.listening, "it listens")
    page_id = call(ayu)
    until(lambda: states(page_id) == ["sent"], "it is sent")
    loop.stopping.set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    loop.join(30)
    assert not loop.is_alive()


def test_what_was_decided_when_everything_died_is_sent_once(
    provider: Channel, ayu: Actor, database_server: str
) -> None:
    add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="kait", address=provider.address("http", "a"))
    page_id = call(ayu)
    with working(database_server), working(database_server):
        until(lambda: states(page_id) == ["sent"], "it is sent", 60)
    assert provider.calls == {"/a": 1}


def test_a_worker_killed_in_the_call_neither_loses_nor_doubles(
    provider: Channel, ayu: Actor, database_server: str
) -> None:
    add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="kait", address=provider.address("http", "a"))
    page_id = call(ayu)
    provider.answering.clear()
    with working(database_server) as first:
        until(lambda: provider.calls["/a"], "the call is made", 60)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert states(page_id) == ["sending"]
    provider.answering.set()
    with working(database_server):
        until(lambda: states(page_id) == ["sent"], "it is settled", 60)
    assert provider.calls == {"/a": 2}
    assert len(provider.told) == 1
    assert "doubtful" in [entry.verb for entry in get_page(SYSTEM, page_id).entries]


def test_what_a_channel_answered_is_known_after_a_restart_of_the_database(
    provider: Channel, ayu: Actor, database_server: str
) -> None:
    add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="kait", address=provider.address(path="a"))
    page_id = call(ayu)
    provider.answering.clear()
    with working(database_server):
        until(lambda: provider.calls["/a"], "the call is made", 60)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        provider.answering.set()
        until(lambda: states(page_id) == ["sent"], "it is settled", 60)
    assert provider.calls == {"/a": 1}
    assert "doubtful" not in [entry.verb for entry in get_page(SYSTEM, page_id).entries]


def test_a_slow_call_is_no_doubt_to_another_worker(provider: Channel, ayu: Actor, database_server: str) -> None:
    add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="kait", address=provider.address("http", "a"))
    page_id = call(ayu)
    provider.answering.clear()
    with working(database_server), working(database_server):
        until(lambda: provider.calls["/a"], "the call is made", 60)
        until(lambda: _looked_for_the_dead(), "the dead are looked for", 60)
        assert states(page_id) == ["sending"]
        provider.answering.set()
        until(lambda: states(page_id) == ["sent"], "it is sent", 60)
    assert provider.calls == {"/a": 1}


def test_a_channel_without_a_key_is_not_tried_twice(provider: Channel, ayu: Actor, database_server: str) -> None:
    add_channel(by=ayu, kind=ChannelKind.APPRISE, name="tanpa kunci", address=provider.address("json", "b"))
    add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="kait", address=provider.address("http", "a"))
    page_id = call(ayu)
    provider.answering.clear()
    with working(database_server) as first:
        until(lambda: provider.calls["/b"], "the call is made", 60)
        first.send_signal(signal.SIGKILL)
        first.wait()
    provider.answering.set()
    with working(database_server):
        until(lambda: states(page_id) == ["doubtful", "sent"], "the next channel has it", 60)
    assert (provider.calls["/b"], provider.calls["/a"]) == (1, 1)


def _looked_for_the_dead() -> bool:
    """Whether the schedule has gone round since the call was made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.began_at > d.began_at FROM jobs_lastrun r, duty_delivery d WHERE r.name LIKE 'settle messages%'"
        )
        row = cursor.fetchone()
    return bool(row and row[0])
