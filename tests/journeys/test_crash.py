"""kill -9 in the middle of a storm: nothing answered 2xx is missing, no announcement lost, no incident opened twice.

The processes are real and the database is durable (fsync on), as on a person's machine.
"""

from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.journeys.harness import Installation, free_port, new_home, until
from tests.journeys.storm import incidents_and_causes, know_this_machine, stored, storm
from tests.journeys.strikes import kill, kill_database, more, nothing_is_undone


@pytest.fixture
def installation() -> Iterator[Installation]:
    with new_home() as home:
        one = Installation(home)
        one.run("migrate")
        know_this_machine(one)
        yield one


def test_each_process_of_one_machine_is_killed_in_a_storm(installation: Installation) -> None:
    with installation.up() as running:
        with storm(running.port) as one:
            until(more(one), "the storm has begun")
            strikes: tuple[Callable[[], None], ...] = (
                lambda: kill_database(installation),
                lambda: kill(running, "front", inside=True),
                lambda: kill(running, "front"),
                lambda: kill(running, "worker"),
            )
            for strike in strikes:
                strike()
                until(more(one), "posts are answered again", 60)
        until(lambda: one.answered - stored(installation) == set(), "all that was answered is stored", 10)
        until(lambda: nothing_is_undone(installation), "every announcement is heard", 120)
        incidents, causes = incidents_and_causes(installation)
        assert incidents == causes > 0
        assert not running.ended()


def test_intake_alone_is_killed_in_a_storm(installation: Installation) -> None:
    port = free_port()
    arguments = ("intake", "--port", str(port), "--workers", "2")
    with storm(port) as one:
        for _ in range(2):
            with installation.running(*arguments) as running:
                until(more(one), "the storm has begun", 60)
                for process in psutil.Process(running.process.pid).children():
                    process.kill()
                running.process.kill()
                running.process.wait()
    assert one.refused > 0
    with installation.running(*arguments):
        until(lambda: one.answered - stored(installation) == set(), "what the killed one left is folded", 30)
