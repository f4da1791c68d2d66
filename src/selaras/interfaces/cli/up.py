"""`selaras up`: every process that one machine needs, started, watched and stopped together."""

import http.client
import os
import threading
import time
from collections.abc import Sequence

import click

from selaras.interfaces.cli.children import Child
from selaras.interfaces.cli.environment import environment
from selaras.interfaces.cli.home import Trouble, home_path
from selaras.interfaces.cli.keeping import Keeper
from selaras.interfaces.cli.listen import Wanted, arguments, listeners, on, require_free
from selaras.interfaces.cli.prepared import is_prepared, remember
from selaras.interfaces.cli.serve import require_port
from selaras.interfaces.cli.supervisor import STOP_SECONDS, stop_all, stop_on_signals, supervise, tell

READY_SECONDS = 60.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
@click.option("--demo", is_flag=True, help="Load the demo organisation if there is nobody yet.")
@click.option("--intake-port", type=int, help="Take events in here too, by a process of its own: for storms of them.")
@listeners
def up(
    host: str, port: int, workers: int, demo: bool, intake_port: int | None, wanted: Sequence[Sequence[Wanted]]
) -> None:
    """Run everything for one machine: database, pages, API, intake, live stream, jobs."""
    require_port(host, port)
    if intake_port:
        require_port(host, intake_port)
        os.environ.setdefault("SELARAS_INTAKE_ADDRESS", f"http://{host}:{intake_port}")
    require_free(on(host, wanted))
    os.environ.setdefault("SELARAS_URL", f"http://{host}:{port}")
    stopping = stop_on_signals()
    began = time.monotonic()
    click.echo("Starting the database …")
    with environment():
        if not _prepare(demo, stopping):
            return
        web = Child("web", ("front", "--host", host, "--port", str(port), "--workers", str(workers)))
        children = [web, Child("worker", ("worker",))]
        if intake_port:
            children.append(Child("intake", ("intake", "--host", host, "--port", str(intake_port))))
        if wanted:
            children.append(Child("listeners", arguments(host, wanted)))
        try:
            click.echo("Starting the web server and the worker …")
            for child in children:
                child.start()
            _wait_until_ready(web, host, port, stopping)
            if not stopping.is_set():
                click.secho(f"Selaras is ready at http://{host}:{port} ({time.monotonic() - began:.1f} s)", fg="green")
                if intake_port:
                    click.echo(f"It takes events in at http://{host}:{intake_port}")
                for one in on(host, wanted):
                    click.echo(f"It listens for {one}")
                if demo:
                    _once(Child("demo", ("demo", "--sign-ins")), stopping)
                click.echo("Ctrl-C stops it.")
            supervise(children, stopping, Keeper(home_path(), stopping).look)
        finally:
            tell("Stopping …")
            stop_all(children)


def _prepare(demo: bool, stopping: threading.Event) -> bool:
    home, dsn = home_path(), os.environ["DATABASE_URL"]
    if not is_prepared(home, dsn, demo=demo):
        if not _once(Child("prepare", ("prepare", *(["--demo"] if demo else []))), stopping):
            return False
        remember(home, dsn, demo=demo)
    return True


def _once(child: Child, stopping: threading.Event) -> bool:
    """Run a child to its end; False if we are told to stop meanwhile. It has said itself what is wrong."""
    child.start()
    try:
        while child.process is not None and (code := child.process.poll()) is None:
            if stopping.wait(0.05):
                child.ask_to_stop()
                child.wait(time.monotonic() + STOP_SECONDS)
                return False
    finally:
        child.forget()
    if code:
        raise SystemExit(code)
    return True


def _wait_until_ready(web: Child, host: str, port: int, stopping: threading.Event) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not stopping.wait(0.1):
        if web.process is None or web.process.poll() is not None:
            raise Trouble("The web server ended while starting. What it wrote above says why.")
        if _answers(host, port):
            return
        if time.monotonic() > deadline:
            raise Trouble(f"The web server did not answer within {READY_SECONDS:.0f} s.")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
