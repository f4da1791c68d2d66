"""`selaras web`, `intake`, `live`, `worker`: any number of each, on any number of machines."""

import os
import socket
import subprocess
from importlib import import_module
from typing import Any

import click

from selaras.interfaces.cli.children import COMMAND, Child, end_with_parent
from selaras.interfaces.cli.environment import environment
from selaras.interfaces.cli.home import Trouble
from selaras.interfaces.cli.supervisor import stop_all, stop_on_signals, supervise

WSGI = "selaras.config.wsgi:application"
FRONT = "selaras.config.asgi:application"
INTAKE = "selaras.interfaces.intake.server"
LIVE = "selaras.interfaces.live.app:application"
# Open event streams never end by themselves: after this many seconds they are cut.
STOP_SECONDS = 2
# How far the worker stands back where processors are short: what has been taken in can wait, who posts or reads cannot.
BEHIND = 5

_where = [
    click.option("--host", default="127.0.0.1", show_default=True),
    click.option("--port", type=int, default=8000, show_default=True),
    click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes."),
]


def where(command: Any) -> Any:
    """Add --host, --port and --workers."""
    for option in reversed(_where):
        command = option(command)
    return command


@click.command()
@where
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Threads a process.")
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve pages and the HTTP API (behind a proxy; `selaras up` needs none)."""
    # A process of its own, so that this one, which only watches its workers, stays small.
    done = subprocess.run([*COMMAND, "prepare", "--only-static"])
    if done.returncode:
        raise SystemExit(done.returncode)
    serve(WSGI, "wsgi", host, port, workers, blocking_threads=threads)


@click.command()
@where
@click.option("--share-port", is_flag=True, hidden=True, help="One of several: let others have the port too.")
def intake(host: str, port: int, workers: int, share_port: bool) -> None:
    """Serve event intake: /api/v2/, made for speed."""
    end_with_parent()
    if not share_port:
        require_port(host, port)
    with environment():
        if workers == 1:
            import_module(INTAKE).run(host, port)
        else:
            one = ("intake", "--host", host, "--port", str(port), "--share-port")
            _together([Child("intake", one) for _ in range(workers)])


@click.command()
@where
def live(host: str, port: int, workers: int) -> None:
    """Serve the live stream to open pages: /live."""
    serve(LIVE, "asgi", host, port, workers)


@click.command(hidden=True)
@where
def front(host: str, port: int, workers: int) -> None:
    """Serve pages, API, intake and live stream from one address; `selaras up` runs this."""
    serve(FRONT, "asgi", host, port, workers)


@click.command()
@click.option("--concurrency", type=click.IntRange(1, 64), default=4, show_default=True, help="Jobs at a time.")
def worker(concurrency: int) -> None:
    """Carry out jobs, the schedule and the assessment of events."""
    end_with_parent()
    with environment():
        os.nice(BEHIND)
        import_module("selaras.interfaces.jobs.worker").run(concurrency=concurrency)


def serve(target: str, interface: str, host: str, port: int, workers: int, **options: Any) -> None:
    """Serve an application with granian until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    end_with_parent()
    require_port(host, port)
    with environment():
        Granian(
            target,
            address=host,
            port=port,
            interface=Interfaces(interface),
            workers=workers,
            log_level=LogLevels.warning,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            **options,
        ).serve()


def _together(children: list[Child]) -> None:
    stopping = stop_on_signals()
    try:
        supervise(children, stopping)
    finally:
        stop_all(children)


def require_port(host: str, port: int) -> None:
    """Raise `Trouble` if somebody listens there already.

    Asked first, because servers that share ports (SO_REUSEPORT) would quietly get half of the requests each.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Trouble(
                f"Cannot serve at {host}:{port} ({problem.strerror}). "
                "Stop the program that uses this port, or choose another with --port."
            ) from problem
