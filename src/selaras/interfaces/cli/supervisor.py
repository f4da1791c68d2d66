"""Watching over child processes until a signal says stop."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

import click

from selaras.interfaces.cli.children import Child

STOP_SECONDS = 8.0
LOOK_SECONDS = 1.0


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C, SIGTERM or a closed terminal sets."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping


def tell(words: str, *, wrong: bool = False) -> None:
    """A line for whoever watches. Where the log cannot be written, its disk being full, work goes on without it."""
    with suppress(OSError):
        click.secho(words, fg="red" if wrong else None, err=wrong)


def supervise(children: Sequence[Child], stopping: threading.Event, look: Callable[[], None] = lambda: None) -> None:
    """Start again what has ended, until told to stop; `look` is called each time round."""
    while not stopping.wait(LOOK_SECONDS):
        look()
        for child in children:
            code = child.keep_alive()
            if code is not None:
                tell(f"The {child.name} process has ended (exit code {code}); starting it again …")


def stop_all(children: Sequence[Child]) -> None:
    """Ask all to stop, wait, kill what is left."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.wait(deadline)
