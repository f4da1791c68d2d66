"""Child processes of `selaras up`: apart from the terminal, ended with their parent, restarted on death."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

COMMAND = (sys.executable, "-m", "selaras.interfaces.cli.main")
PARENT = "SELARAS_ENDS_WITH_PARENT"
# A child that dies within this time of its start waits longer before each next one.
SETTLED_SECONDS = 10.0
LONGEST_WAIT = 15.0


@dataclass
class Child:
    """One supervised process, `selaras <arguments>`."""

    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    waits: float = 0.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own (Ctrl-C reaches the parent alone), tied to us by a pipe."""
        self.process = subprocess.Popen(
            [*COMMAND, *self.arguments],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, PARENT: "1"},
        )
        self.started = time.monotonic()

    def keep_alive(self) -> int | None:
        """Start it again if it has ended and its wait is over; gives the exit code when it has just ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        settled = now - self.started > SETTLED_SECONDS
        self.waits = 0.5 if settled else min(LONGEST_WAIT, max(0.5, self.waits * 2))
        self.due = now + self.waits
        self.forget()
        return code

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait for its end until the deadline (monotonic seconds), then kill its whole session."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.forget()

    def forget(self) -> None:
        """Let go of an ended process. What is left of its session (workers of a killed server) goes too."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            if self.process.stdin is not None:
                self.process.stdin.close()
        self.process = None


def end_with_parent() -> None:
    """In a child: end, as if asked to, when the pipe from the parent closes because the parent died."""
    if os.environ.pop(PARENT, None) is None:
        return

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent").start()
