"""The embedded server: first starts at once, kill -9, stale files, and who stops it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from selaras.interfaces.cli import pg_cluster, postgres
from selaras.interfaces.cli.home import Trouble
from selaras.interfaces.cli.pg_install import Install, install_for
from tests.journeys.harness import new_home

FIRST_START = """
import sys
from pathlib import Path
import psycopg
from selaras.interfaces.cli import postgres
with postgres.using(Path(sys.argv[1])) as dsn, psycopg.connect(dsn) as connection:
    connection.execute("SELECT 1")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def home() -> Iterator[Path]:
    with new_home() as home:
        yield home


def server(home: Path) -> tuple[Install, int]:
    """The install and the process id of the server that runs."""
    install = install_for(home)
    pid = pg_cluster.server_pid(install)
    assert pid is not None
    return install, pid


def test_four_processes_that_start_first_at_once_share_one_server(home: Path) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", FIRST_START, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert [user.stdout.readline() for user in users if user.stdout] == ["ready\n"] * 4
    for user in users[:3]:
        user.communicate()
    assert postgres.is_running(home)
    users[3].communicate()
    assert not postgres.is_running(home)
    assert [user.returncode for user in users] == [0] * 4


def test_what_was_committed_survives_kill_9(home: Path) -> None:
    dsn = postgres.ensure_running(home)
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    os.kill(server(home)[1], signal.SIGKILL)
    assert postgres.ensure_running(home) == dsn
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_a_stale_file_that_names_a_living_stranger_stops_nobody(home: Path) -> None:
    postgres.ensure_running(home)
    install, pid = server(home)
    pidfile = install.folder / "data" / "postmaster.pid"
    left = pidfile.read_text()
    postgres.stop(home)
    stranger = subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=install.user)
    pidfile.write_text(left.replace(str(pid), str(stranger.pid), 1))
    install.give(pidfile)
    assert not postgres.is_running(home)
    postgres.ensure_running(home)
    assert postgres.is_running(home)
    assert stranger.poll() is None
    stranger.communicate()


def test_a_half_made_cluster_is_made_again(home: Path) -> None:
    home.mkdir()
    install = install_for(home)
    (install.folder / "data").mkdir()
    (install.folder / "data" / "PG_VERSION").write_text("18\n")
    postgres.ensure_running(home)
    assert postgres.is_running(home)


def test_another_versions_data_is_refused_in_words(home: Path) -> None:
    postgres.ensure_running(home)
    postgres.stop(home)
    (install_for(home).folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Trouble, match=r"written by PostgreSQL 17.*Back up with the former version"):
        postgres.ensure_running(home)


def test_a_long_path_gets_a_short_socket(home: Path) -> None:
    deep = home / ("long" * 30)
    deep.parent.mkdir()
    with postgres.using(deep) as dsn, psycopg.connect(dsn) as connection:
        assert connection.info.status == psycopg.pq.ConnStatus.OK
    pg_cluster.socket_folder(install_for(deep)).rmdir()


def test_a_home_below_a_closed_folder_is_served_and_the_folder_stays_closed(home: Path) -> None:
    home.mkdir(mode=0o700)
    inner = home / "inner"
    with postgres.using(inner) as dsn, psycopg.connect(dsn) as connection:
        assert connection.info.status == psycopg.pq.ConnStatus.OK
    assert home.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(install_for(inner).folder)


def test_a_full_disk_is_told_plainly() -> None:
    said = 'initdb: error: could not write to file "x": No space left on device'
    assert "the disk is full" in pg_cluster.plain("PostgreSQL could not make its data folder", said)


def test_it_is_durable_and_closed_to_the_network(home: Path) -> None:
    with psycopg.connect(postgres.ensure_running(home)) as connection:
        settings: dict[str, str] = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings"
                " WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses')"
            ).fetchall()
        )
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
    }
    assert pg_cluster.socket_folder(install_for(home)).stat().st_mode & 0o077 == 0
