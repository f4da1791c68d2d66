"""The servers that bench-intake measures: Selaras' intake on a durable PostgreSQL, Alertmanager, Alerta."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg

from selaras.interfaces.cli import pg_cluster, postgres
from selaras.interfaces.cli.pg_install import install_for
from tests.journeys.harness import free_port, is_open, new_home, until

CACHE = Path(__file__).parent / ".cache"
ALERTA = ("alerta-server==9.1.0", "gunicorn>=23", "psycopg2-binary>=2.9")
# Its one group is told of after the bench: it would else do so while somebody else is measured.
ROUTE = "route: {receiver: none, group_wait: 24h, group_interval: 24h}\nreceivers: [{name: none}]\n"


@dataclass
class Peer:
    """A server that takes posts, and the processes whose CPU time is its own."""

    name: str
    port: int
    path: str
    processes: list[int] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of CPU its processes and their children have used."""
        return sum(_cpu(pid) for pid in self.processes)


def _cpu(pid: int) -> float:
    used = 0.0
    root = psutil.Process(pid)
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += times.user + times.system
    return used


@contextmanager
def selaras(workers: int) -> Iterator[tuple[Peer, str]]:
    """Intake as it runs for users: its own server, committed with fsync. Also its database's address."""
    with new_home() as home:
        dsn = postgres.ensure_running(home)
        _migrate(dsn)
        with psycopg.connect(dsn) as database:
            settings = database.execute(
                "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
            ).fetchone()
            if settings != ("on", "on"):
                raise SystemExit("the database is not durable; nothing measured on it would count")
            database.execute(
                "INSERT INTO events_source (name, networks, enabled, may_open)"
                " VALUES ('Bench', '{127.0.0.0/8}', true, 1000000000)"
            )
        port = free_port()
        command = [sys.executable, "-m", "selaras.interfaces.intake.server", "--port", str(port)]
        with _running(*[(command, {"SELARAS_DSN": dsn})] * workers) as started:
            until(partial(is_open, port), f"something listens on port {port}", 60)
            server = pg_cluster.server_pid(install_for(home))
            yield Peer("selaras", port, "/api/v2/alerts", [*started, *([server] if server else [])]), dsn


@contextmanager
def serving(dsn: str) -> Iterator[tuple[int, int]]:
    """One process of intake over a database that is there; its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "selaras.interfaces.intake.server", "--port", str(port)]
    with _running((command, {"SELARAS_DSN": dsn})) as started:
        until(partial(is_open, port), f"something listens on port {port}", 60)
        yield port, started[0]


def _migrate(dsn: str) -> None:
    environment = {**os.environ, "DATABASE_URL": dsn, "SELARAS_SECRET_KEY": "bench only: no secret"}
    command = [sys.executable, "-m", "django", "migrate", "--skip-checks", "--settings=selaras.config.settings"]
    subprocess.run(command, env=environment, check=True, capture_output=True)


@contextmanager
def alertmanager(folder: Path) -> Iterator[Peer | None]:
    """Debian's Alertmanager, alone, with a receiver that does nothing; None if it is not installed."""
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if program is None:
        yield None
        return
    port, home = free_port(), folder / "alertmanager"
    home.mkdir()
    (home / "config.yml").write_text(ROUTE)
    command = [
        program, f"--config.file={home / 'config.yml'}", f"--storage.path={home / 'data'}", "--log.level=error",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    with _running((command, {})) as started:
        until(partial(is_open, port), f"something listens on port {port}", 60)
        yield Peer("Alertmanager", port, "/api/v2/alerts", started)


@contextmanager
def alerta(folder: Path, dsn: str) -> Iterator[Peer | None]:
    """Alerta with two gunicorn workers on the same PostgreSQL; None if it cannot be installed."""
    python = _alerta_python()
    if python is None:
        yield None
        return
    with psycopg.connect(dsn, autocommit=True) as database:
        database.execute("CREATE DATABASE alerta")
    port = free_port()
    command = [
        str(python), "-m", "gunicorn", "--workers=2", "--worker-class=gthread", "--threads=4", "--keep-alive=60",
        f"--bind=127.0.0.1:{port}", "--log-level=error", "--no-control-socket", "alerta:create_app()",
    ]  # fmt: skip
    environment = {"DATABASE_URL": dsn.replace("/selaras?", "/alerta?"), "ALERTA_CONF_FILE": str(folder / "none")}
    # Its workers both make the tables when they start, and fail over each other: they are made once, before.
    make = [str(python), "-c", "import alerta; alerta.create_app()"]
    done = subprocess.run(make, env={**os.environ, **environment}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"Alerta cannot make its tables: {done.stderr[-500:]}")
    with _running((command, environment)) as started:
        until(partial(is_open, port), f"something listens on port {port}", 60)
        yield Peer("Alerta", port, "/alert", started)


def _alerta_python() -> Path | None:
    home = CACHE / "alerta"
    python = home / "bin" / "python"
    if not (home / "installed").exists():
        venv.create(home, with_pip=True, clear=True)
        done = subprocess.run([python, "-m", "pip", "install", "--quiet", *ALERTA], capture_output=True)
        if done.returncode:
            return None
        (home / "installed").touch()
    return python


@contextmanager
def _running(*commands: tuple[list[str], Mapping[str, str]]) -> Iterator[list[int]]:
    with TemporaryDirectory() as logs:
        started = []
        for number, (command, environment) in enumerate(commands):
            with open(Path(logs) / str(number), "w") as log:
                started.append(subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log))
        try:
            yield [process.pid for process in started]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(30)
