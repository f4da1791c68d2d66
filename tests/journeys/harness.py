"""Real Selaras processes for tests: an installation with its own folder and port, and commands in it."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from selaras.interfaces.cli import postgres
from selaras.interfaces.cli.pg_install import install_for

COMMAND = (sys.executable, "-m", "selaras.interfaces.cli.main")
LOOK_SECONDS = 0.05
_never = threading.Event()


@contextmanager
def new_home() -> Iterator[Path]:
    """A data home that an unprivileged server can reach; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="selaras-"))
    folder.chmod(0o711)
    home = folder / "home"
    try:
        yield home
    finally:
        if home.is_dir():
            postgres.stop(home)
            shutil.rmtree(install_for(home).folder)
        shutil.rmtree(folder)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_open(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(true: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Wait until the function `true` says so; fail with `what` was waited for."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain until {what}"
        _never.wait(LOOK_SECONDS)


@dataclass
class Installation:
    """A data home and a port; `database_url` empty means the embedded server of that home.

    `settings` are variables of all its processes; `logs`, a folder, is beside the home unless given.
    """

    home: Path
    port: int = field(default_factory=free_port)
    database_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    logs: Path | None = None

    def run(self, *arguments: str, expect: int = 0, seconds: float = 180.0, **variables: str) -> str:
        """Run a command to its end, which is to come within so many seconds; gives what it wrote."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == expect, f"exit code {done.returncode}:\n{done.stdout}"
        return done.stdout

    def sign_ins(self) -> list[tuple[str, str]]:
        """(email, password) of every demo role, as `selaras demo --sign-ins` prints them, the desk agent first."""
        return re.findall(r"(\S+@\S+)\s+(\S+)$", self.run("demo", "--sign-ins"), re.MULTILINE)

    @contextmanager
    def running(self, *arguments: str) -> Iterator["Running"]:
        """A command that runs on; killed with all it started if the test does not end it."""
        log = (self.logs or self.home.parent) / f"{self.home.name}-{arguments[0]}-{time.monotonic_ns()}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [*COMMAND, *arguments],
                env=self.environment({}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        one = Running(process, log, self.port)
        try:
            yield one
        finally:
            one.end()

    @contextmanager
    def up(self, *arguments: str) -> Iterator["Running"]:
        """`selaras up`, ready."""
        with self.running("up", "--port", str(self.port), *arguments) as one:
            until(lambda: one.ended() or "ready at" in one.said(), "selaras up is ready", 400)
            assert not one.ended(), one.said()
            yield one

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """The variables of its processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SELARAS_", "DJANGO_"))}
        kept.pop("DATABASE_URL", None)
        own = {"SELARAS_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}
        if self.database_url:
            own["DATABASE_URL"] = self.database_url
        return {**kept, **own, **self.settings, **more}


@dataclass
class Running:
    """A process that runs on."""

    process: "subprocess.Popen[bytes]"
    log: Path
    port: int

    def said(self) -> str:
        """All it wrote so far."""
        return self.log.read_text()

    def child(self, command: str) -> psutil.Process | None:
        """The child of `selaras up` that runs `selaras <command>`, if it does at this moment."""
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it may have ended just now
                if command in process.cmdline()[:4]:
                    return process
        return None

    def ended(self) -> bool:
        """Has it ended."""
        return self.process.poll() is not None

    def signal(self, number: int, seconds: float = 20.0) -> float:
        """Send a signal and wait for the end; gives the seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(seconds)
        return time.monotonic() - began

    def end(self) -> None:
        """End it if it runs still: asked first, so that what it started ends too."""
        if not self.ended():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def status(self, path: str) -> int:
        """The status of a GET, or 0 if there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
