"""`selaras up --listen`: listeners are opened, named, and stopped with the rest; and by themselves."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from functools import partial

import psutil
import psycopg
import pytest

from selaras.interfaces.cli import postgres
from tests.journeys.harness import Installation, Running, free_port, is_open, new_home, until


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with new_home() as home:
        yield Installation(home)


@pytest.mark.real("logger")
def test_up_listens_names_what_it_listens_for_and_stops(installation: Installation) -> None:
    syslog, snmp, smtp = free_port(), free_port(), free_port()
    wanted = [f"--listen=syslog={syslog}", f"--listen=snmp={snmp}", f"--listen=smtp={smtp}"]
    with installation.up(*wanted) as running:
        for words in ("syslog over UDP", "syslog over TCP", "SNMP traps", "mail over SMTP"):
            until(partial(_listens, running, words), words)
        until(lambda: is_open(smtp), "mail is listened for")
        _add_source(installation)
        to = ["logger", "--server", "127.0.0.1", "--port", str(syslog), "--tcp", "--tag", "oven"]
        subprocess.run([*to, "--priority", "user.notice", "too hot"], check=True)
        until(lambda: _stored(installation) == ["oven: too hot"], "it is stored")
        everything = psutil.Process(running.process.pid).children(recursive=True)
        assert running.signal(signal.SIGINT) < 8
        assert running.process.returncode == 0
        assert not [process for process in everything if process.is_running()]
        assert "Traceback" not in running.said()


def test_a_port_that_is_taken_is_told(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for command in ("listen", "up"):
            said = installation.run(command, f"--listen=syslog-tcp={port}", expect=1)
            assert f"Cannot listen for syslog over TCP at 127.0.0.1:{port}" in said
            assert "Traceback" not in said


def test_without_a_certificate_tls_is_told(installation: Installation) -> None:
    said = installation.run("listen", "--listen=syslog-tls=0", expect=1)
    assert "SELARAS_TLS_CERTIFICATE" in said
    assert "Traceback" not in said


def _add_source(installation: Installation) -> None:
    with psycopg.connect(postgres.dsn(installation.home)) as database:
        database.execute(
            "INSERT INTO events_source (name, networks, enabled) VALUES ('Servers', ARRAY['127.0.0.0/8'], true)"
        )


def _stored(installation: Installation) -> list[str]:
    with psycopg.connect(postgres.dsn(installation.home)) as database:
        return [name for (name,) in database.execute("SELECT labels->>'alertname' FROM events_alert").fetchall()]


def _listens(running: Running, words: str) -> bool:
    return f"listens for {words} at 127.0.0.1:" in running.said()
