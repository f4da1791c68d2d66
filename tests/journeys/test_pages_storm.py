"""kill -9 of each process in a storm that pages: each cause reaches the channel, and none twice without our saying so.

A channel that counts is the witness. What it was told twice must be on our record as a doubt about the first try.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.channel import Channel, counting
from tests.journeys.harness import Installation, Running, free_port, is_open, new_home, until
from tests.journeys.on_call import LOOPBACK, each_cause_was_paged_once, messages, put_on_call
from tests.journeys.storm import know_this_machine, stored, storm
from tests.journeys.strikes import kill, kill_database, more


@pytest.fixture
def channel() -> Iterator[Channel]:
    with counting() as one:
        yield one


@pytest.fixture
def installation(channel: Channel) -> Iterator[Installation]:
    with new_home() as home:
        one = Installation(home, settings=LOOPBACK)
        one.run("migrate")
        know_this_machine(one)
        put_on_call(one, channel.address())
        yield one


def test_each_process_is_killed_and_each_cause_is_paged_once(installation: Installation, channel: Channel) -> None:
    apart, syslog = free_port(), free_port()
    with (
        installation.up(f"--listen=syslog-tcp={syslog}", f"--intake-port={apart}") as running,
    ):
        until(lambda: is_open(apart), "intake listens")
        with storm(running.port) as one, storm(apart, first=10) as other:
            until(more(one), "the storm has begun", 60)
            until(lambda: channel.told, "the first page is heard", 60)
            strikes: tuple[Callable[[], None], ...] = (
                lambda: kill(running, "worker"),
                lambda: kill(running, "front", inside=True),
                lambda: kill_database(installation),
                lambda: kill(running, "front"),
                lambda: kill(running, "listen"),
                lambda: kill(running, "intake"),
                lambda: kill_in_the_call(running, channel),
            )
            for strike in strikes:
                strike()
                until(more(one), "posts are answered again", 60)
        until(lambda: is_open(syslog), "the listener is back")
        assert other.refused > 0
        answered = one.answered | other.answered
        until(lambda: answered - stored(installation) == set(), "all that was answered is stored", 10)
        each_cause_was_paged_once(installation, channel)
        assert any(message.doubts for message in messages(installation))
        assert not running.ended()


def kill_in_the_call(running: Running, channel: Channel) -> None:
    """The worker, after the channel has heard a message and before it has answered."""
    channel.answering.clear()
    before = channel.told.total()
    until(lambda: channel.told.total() > before, "a message is on its way", 60)
    kill(running, "worker")
    channel.answering.set()
