"""kill -9 of intake and of PostgreSQL under load: nothing that was answered 200 is missing, nothing is there twice."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from selaras.domains.events.actions.accept import unpack
from selaras.interfaces.cli import pg_cluster, postgres
from selaras.interfaces.cli.pg_install import install_for

SENDERS, POSTS, ALERTS = 8, 40, 10  # each sender posts so often, so many alerts


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cluster of its own, durable as users have it, migrated."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = tmp_path / "home"
    dsn = postgres.ensure_running(folder)
    environment = {**os.environ, "DATABASE_URL": dsn, "SELARAS_SECRET_KEY": "tests only"}
    migrate = [sys.executable, "-m", "django", "migrate", "--skip-checks", "--settings=selaras.config.settings"]
    subprocess.run(migrate, env=environment, check=True, capture_output=True)
    with psycopg.connect(dsn) as database:
        database.execute("INSERT INTO events_source (name, networks, enabled) VALUES ('Load', '{127.0.0.0/8}', true)")
    yield folder
    postgres.stop(folder)


class Intake:
    """Intake as a process of its own, which may die and come back."""

    def __init__(self, dsn: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {**os.environ, "SELARAS_DSN": dsn}
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "selaras.interfaces.intake.server", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(20)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def numbers(sender: int, post: int) -> list[int]:
    first = (sender * POSTS + post) * ALERTS
    return list(range(first, first + ALERTS))


async def until_accepted(client: httpx.AsyncClient, told: list[int]) -> None:
    """Send again until it is taken, as Prometheus does."""
    body = [{"labels": {"alertname": "Storm", "n": str(n)}} for n in told]
    while True:
        try:
            answer = await client.post("/api/v2/alerts", json=body)
        except httpx.TransportError:
            continue
        if answer.status_code == 200:
            return
        assert answer.status_code == 503, answer.text


async def storm(
    intake: Intake, disturb: dict[int, Callable[[], None]], tell: Callable[[int, int], list[int]] = numbers
) -> set[int]:
    """All senders at once; at given counts of accepted posts something happens. The alerts that were answered 200.

    `tell`: which alerts a sender's post is of.
    """
    accepted: set[int] = set()
    done = 0

    async def sender(number: int, client: httpx.AsyncClient) -> None:
        nonlocal done
        for post in range(POSTS):
            told = tell(number, post)
            await until_accepted(client, told)
            accepted.update(told)
            done += 1
            if done in disturb:
                await asyncio.to_thread(disturb[done])

    async with httpx.AsyncClient(base_url=intake.url, timeout=30) as client:
        await asyncio.gather(*(sender(number, client) for number in range(SENDERS)))
    return accepted


def kill_postgres(home: Path) -> None:
    """The server dies without a word; then it is started again, and recovers."""
    pid = pg_cluster.server_pid(install_for(home))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    postgres.ensure_running(home)


def kill_intake(intake: Intake) -> None:
    intake.kill()
    intake.start()


def test_nothing_answered_is_lost_whoever_dies(home: Path) -> None:
    dsn = postgres.dsn(home)
    intake = Intake(dsn)
    try:
        disturbances: dict[int, Callable[[], None]] = {
            60: lambda: kill_intake(intake),
            140: lambda: kill_postgres(home),
            220: lambda: kill_intake(intake),
        }
        accepted = asyncio.run(storm(intake, disturbances))
    finally:
        assert intake.stop() == 0
    assert len(accepted) == SENDERS * POSTS * ALERTS
    fold_what_is_left(dsn)
    with psycopg.connect(dsn) as database:
        stored = [int(row[0]) for row in database.execute("SELECT labels->>'n' FROM events_alert")]
        changes = [row[0] for row in database.execute("SELECT alert_id FROM events_change")]
        bodies = [row[0] for row in database.execute("SELECT body FROM events_rawbatch")]
    assert sorted(stored) == sorted(accepted)
    assert len(changes) == len(set(changes)) == len(stored)
    kept = b"".join(post.body for body in bodies for post in unpack(body))
    assert all(b'"%d"' % n in kept for n in accepted)


def test_what_is_said_again_counts_once_each_whoever_dies(home: Path) -> None:
    """Re-sends are written to their alerts behind the answer: what was kept and what the alerts count must agree."""
    dsn = postgres.dsn(home)
    intake = Intake(dsn)
    try:
        disturbances: dict[int, Callable[[], None]] = {
            80: lambda: kill_intake(intake),
            140: lambda: kill_postgres(home),
            220: lambda: kill_intake(intake),
        }
        asyncio.run(storm(intake, disturbances, lambda _, post: list(range(post % 4, 250 + post % 4))))
    finally:
        assert intake.stop() == 0
    fold_what_is_left(dsn)
    with psycopg.connect(dsn) as database:
        kept = database.execute("SELECT sum(observations) FROM events_rawbatch").fetchone()
        received = database.execute("SELECT sum(received) FROM events_alert").fetchone()
        waiting = database.execute(
            "SELECT (SELECT count(*) FROM events_unfoldedbatch) + (SELECT count(*) FROM events_resentbatch)"
        ).fetchone()
    assert kept is not None
    assert kept[0] >= SENDERS * POSTS * 250
    assert (received, waiting) == (kept, (0,))


def fold_what_is_left(dsn: str) -> None:
    """As the schedule would, once it takes the processes for dead that left it."""
    environment = {"DATABASE_URL": dsn, "SELARAS_SECRET_KEY": "tests only"}
    settings = {"DJANGO_SETTINGS_MODULE": "selaras.config.settings"}
    subprocess.run([sys.executable, "-c", FOLD], env={**os.environ, **environment, **settings}, check=True)


FOLD = """
import django
django.setup()
from datetime import timedelta
from selaras.domains.events.actions.fold_left import LEFT_AFTER, fold_left
from selaras.kernel import clock
with clock.frozen(clock.now() + LEFT_AFTER + timedelta(seconds=1)):
    fold_left()
"""

# The same count for the window that may begin while intake starts again.
NEXT_WINDOW_TOO = """
    INSERT INTO events_opened (source_id, begins, opened, folded, examples)
    SELECT source_id, begins + interval '10 minutes', opened, 0, '{}' FROM events_opened ON CONFLICT DO NOTHING"""


def test_a_flood_is_still_one_after_intake_was_killed(home: Path) -> None:
    """What it had counted is in the database within a second; whoever comes after it reads that before it writes."""
    dsn = postgres.dsn(home)

    def send(*told: int) -> None:
        async def run() -> None:
            async with httpx.AsyncClient(base_url=intake.url, timeout=30) as client:
                await until_accepted(client, list(told))

        asyncio.run(run())

    with psycopg.connect(dsn, autocommit=True) as database:
        database.execute("UPDATE events_source SET may_open = 20")
        intake = Intake(dsn)
        try:
            send(*range(20))
            while database.execute("SELECT 1 FROM events_opened WHERE opened >= 20").fetchone() is None:
                pass
            kill_intake(intake)
            database.execute(NEXT_WINDOW_TOO)
            send(*range(15, 40))
        finally:
            assert intake.stop() == 0
        stored = [row[0] for row in database.execute("SELECT labels->>'n' FROM events_alert WHERE labels ? 'n'")]
        folded = database.execute("SELECT sum(folded) FROM events_opened").fetchone()
    assert sorted(stored, key=int) == [str(n) for n in range(20)]
    assert folded == (20,)
