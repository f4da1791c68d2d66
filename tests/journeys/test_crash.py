"""kill -9 in the middle of a storm: nothing answered 2xx is missing, no announcement lost, no incident opened twice.

The processes are real and the database is durable (fsync on), as on a person's machine.
"""

import os
import signal
from collections.abc import Callable, Iterator

import psutil
import pytest

from selaras.interfaces.cli.pg_install import install_for
from tests.journeys.harness import Installation, Running, free_port, new_home, until
from tests.journeys.storm import Storm, incidents_and_causes, know_this_machine, stored, storm

# Answered before and after each kill: enough that the kill falls in the middle.
SOME = 300


@pytest.fixture
def installation() -> Iterator[Installation]:
    with new_home() as home:
        one = Installation(home)
        one.run("migrate")
        know_this_machine(one)
        yield one


def kill(running: Running, command: str, *, inside: bool = False) -> None:
    """kill -9 for the process of this command, or for the last one it has started."""
    until(lambda: running.child(command), f"{command} runs")
    process = running.child(command)
    assert process is not None
    (process.children()[-1] if inside else process).kill()


def kill_database(installation: Installation) -> None:
    pidfile = install_for(installation.home).folder / "data" / "postmaster.pid"
    os.kill(int(pidfile.read_text().split()[0]), signal.SIGKILL)


def more(storm: Storm) -> Callable[[], bool]:
    """True once so many more alerts have been answered."""
    wanted = storm.count() + SOME
    return lambda: storm.count() >= wanted


def nothing_is_undone(installation: Installation) -> bool:
    """No job waits or has failed for good, and no change of an alert waits to be assessed or was set aside."""
    asked = """
        SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded')
             + (SELECT count(*) FROM events_change c, events_cursor k
                WHERE k.name = 'assess' AND c.id > k.change_id)
             + (SELECT count(*) FROM events_setaside)
    """
    return installation.run("db", "psql", "-Atc", asked).strip() == "0"


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
        assert one.answered - stored(installation) == set()
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
    assert one.answered - stored(installation) == set()
