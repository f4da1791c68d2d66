"""The `selaras` command as a person meets it: help, plain words when something is wrong, backup, restore."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.journeys.harness import Installation, free_port, new_home


@pytest.fixture
def installation() -> Iterator[Installation]:
    with new_home() as home:
        yield Installation(home)


@pytest.fixture
def other() -> Iterator[Installation]:
    with new_home() as home:
        yield Installation(home)


def test_help_lists_the_commands_without_django() -> None:
    asked = "import sys; from selaras.interfaces.cli.main import selaras; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked]).returncode == 0


def test_help_says_what_each_command_does(installation: Installation) -> None:
    said = installation.run("--help")
    for command in (
        "up",
        "web",
        "worker",
        "intake",
        "live",
        "migrate",
        "demo",
        "check",
        "backup",
        "restore",
        "db",
    ):
        assert f"\n  {command} " in said


def test_a_taken_port_is_told_before_anything_starts(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = installation.run("up", "--port", str(port), expect=1)
    assert f"Cannot serve at 127.0.0.1:{port}" in said
    assert "--port" in said
    assert "Traceback" not in said
    assert not installation.home.exists()


@pytest.mark.parametrize("command", [("up",), ("migrate",), ("worker",), ("web",), ("backup", "x")])
def test_an_unreachable_database_is_told_in_two_sentences(installation: Installation, command: tuple[str, ...]) -> None:
    port = free_port()
    url = f"postgresql://someone:secret@127.0.0.1:{port}/selaras"
    said = installation.run(*command, expect=1, DATABASE_URL=url)
    assert f"The database selaras at 127.0.0.1:{port} is not reachable: Connection refused. Check DATABASE_URL" in said
    assert "Traceback" not in said
    assert "secret" not in said


def test_a_home_that_cannot_be_written_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = Installation(tmp_path / "file" / "home").run("migrate", expect=1)
    assert "Cannot write to the data home" in said
    assert "Traceback" not in said


def test_a_backup_brings_everything_back(installation: Installation, other: Installation, tmp_path: Path) -> None:
    installation.run("migrate")
    first = installation.run("db", "psql", "-Atc", "INSERT INTO kernel_announcement (name, payload, at)"
                             " VALUES ('test.kept', '{}', now()) RETURNING name")  # fmt: skip
    assert "test.kept" in first
    (installation.home / "files").mkdir()
    (installation.home / "files" / "letter.txt").write_text("dear customer")
    target = tmp_path / "all.selaras"
    assert "holds secrets" in installation.run("backup", str(target))
    assert target.stat().st_mode & 0o777 == 0o600
    assert "exists already" in installation.run("backup", str(target), expect=1)

    other.run("restore", str(target))
    asked = ("db", "psql", "-Atc", "SELECT name FROM kernel_announcement")
    assert other.run(*asked).strip() == "test.kept"
    assert (other.home / "files" / "letter.txt").read_text() == "dear customer"
    assert "--force" in other.run("restore", str(target), expect=1)
    other.run("db", "psql", "-qc", "DELETE FROM kernel_announcement")
    other.run("restore", str(target), "--force")
    assert other.run(*asked).strip() == "test.kept"
    other.run("migrate", "--check")


def test_restore_waits_for_nobody(installation: Installation, tmp_path: Path, database_server: str) -> None:
    target = tmp_path / "all.selaras"
    installation.run("migrate")
    installation.run("backup", str(target))
    installation.database_url = database_server
    with psycopg.connect(database_server):
        assert "Stop it, then restore" in installation.run("restore", str(target), expect=1)


def test_a_file_that_is_no_backup_is_refused(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear customer")
    assert "cannot be read as a backup" in installation.run("restore", str(tmp_path / "letter.txt"), expect=1)


def test_check_says_what_it_looked_at(installation: Installation) -> None:
    assert "migrations are pending. Run `selaras migrate`" in installation.run("check", expect=1)
    installation.run("migrate")
    said = installation.run("check")
    assert str(installation.home) in said
    assert "PostgreSQL" in said
