"""kill -9 for one process of an installation; whether a storm goes on, and whether all of it has been dealt with."""

import os
import signal
from collections.abc import Callable

from selaras.interfaces.cli.pg_install import install_for
from tests.journeys.harness import Installation, Running, until
from tests.journeys.storm import Storm

# Answered before and after each kill: enough that the kill falls in the middle.
SOME = 300


def kill(running: Running, command: str, *, inside: bool = False) -> None:
    """kill -9 for the process of this command, or for the last one it has started."""
    until(lambda: running.child(command), f"{command} runs")
    process = running.child(command)
    assert process is not None
    (process.children()[-1] if inside else process).kill()


def kill_database(installation: Installation) -> None:
    """kill -9 for the embedded server."""
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
             + (SELECT count(*) FROM events_change
                WHERE id > coalesce((SELECT change_id FROM events_cursor WHERE name = 'assess'), 0))
             + (SELECT count(*) FROM events_setaside)
    """
    return installation.run("db", "psql", "-Atc", asked).strip() == "0"
