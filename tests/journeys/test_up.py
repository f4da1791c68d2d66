"""`selaras up` on one machine: it serves, keeps its processes alive, and stops cleanly."""

import os
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.journeys.harness import Installation, Running, free_port, is_open, new_home, until


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with new_home() as home:
        yield Installation(home)


@pytest.fixture
def running(installation: Installation) -> Iterator[Running]:
    with installation.up() as one:
        yield one


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_within_seconds(running: Running, installation: Installation, number: int) -> None:
    assert running.status("/-/ready") == 200
    everything = psutil.Process(running.process.pid).children(recursive=True)
    assert running.signal(number) < 8
    assert running.process.returncode == 0
    assert not [process for process in everything if process.is_running()]
    assert not (installation.home / "postgres" / "data" / "postmaster.pid").exists()
    assert "Traceback" not in running.said()


def test_open_connections_do_not_hold_it_up(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as silent:
        silent.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        assert silent.recv(12) == b"HTTP/1.1 204"
        silent.sendall(b"POST /api/v2/alerts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n[")
        assert running.signal(signal.SIGINT) < 8


def test_a_killed_process_is_started_again(running: Running) -> None:
    for name in ("front", "worker"):
        old = running.child(name)
        assert old is not None
        old.kill()
        until(partial(_other, running, name, old), f"{name} is started again")
    until(lambda: running.status("/-/ready") == 200, "it serves again")


def test_events_may_come_to_a_process_of_their_own(installation: Installation) -> None:
    port = free_port()
    with installation.up(f"--intake-port={port}") as running:
        assert f"It takes events in at http://127.0.0.1:{port}" in running.said()
        until(lambda: is_open(port), "it listens", 60)
        old = running.child("intake")
        assert old is not None
        old.kill()
        until(partial(_other, running, "intake", old), "intake is started again")
        until(lambda: is_open(port), "it listens again", 60)
        assert running.signal(signal.SIGINT) < 8
        assert not is_open(port)


def test_a_killed_database_is_started_again(running: Running, installation: Installation) -> None:
    pidfile = _data(installation) / "postmaster.pid"
    os.kill(int(pidfile.read_text().split()[0]), signal.SIGKILL)
    until(lambda: "starting it again" in running.said(), "the end of the database is seen")
    until(lambda: running.status("/-/ready") == 200, "it serves again")


def test_nothing_is_left_when_it_is_killed(running: Running) -> None:
    children = psutil.Process(running.process.pid).children(recursive=True)
    running.process.kill()
    running.process.wait()
    psutil.wait_procs(children, timeout=15)
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def _other(running: Running, name: str, old: psutil.Process) -> bool:
    now = running.child(name)
    return now is not None and now.pid != old.pid


def _data(installation: Installation) -> Path:
    from selaras.interfaces.cli.pg_install import install_for

    return install_for(installation.home).folder / "data"
