"""Work that never ends, each in a thread of the worker: assessing events, running the schedule.

A loop goes on after every kind of failure, waiting longer each time: the database may be restarting.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
from django.db import close_old_connections, connection

log = logging.getLogger(__name__)
LONGEST_WAIT = 10.0


class Loop(threading.Thread):
    """Call `step` again and again; when it did nothing, wait for `channel` to be notified, or `seconds`."""

    def __init__(self, name: str, step: Callable[[], int], *, seconds: float, channel: str = "") -> None:
        super().__init__(name=name, daemon=True)
        self.step, self.seconds, self.channel = step, seconds, channel
        self.stopping = threading.Event()
        self.listening: psycopg.Connection[object] | None = None

    def run(self) -> None:
        """Until `stop`."""
        wait = 0.5
        while not self.stopping.is_set():
            try:
                close_old_connections()
                self._listen()
                if not self.step():
                    self._pause()
                wait = 0.5
            except Exception as problem:
                log.warning("%s: %r; going on in %.1f s", self.name, problem, wait)
                self._hang_up()
                self.stopping.wait(wait)
                wait = min(LONGEST_WAIT, wait * 2)
        self._hang_up()
        connection.close()

    def stop(self, seconds: float) -> None:
        """Ask it to end and wait so long for it."""
        self.stopping.set()
        self.join(seconds)

    def _listen(self) -> None:
        if self.channel and self.listening is None:
            parameters = {**connection.get_connection_params(), "autocommit": True}
            for ours in ("cursor_factory", "context", "prepare_threshold"):
                parameters.pop(ours, None)
            self.listening = psycopg.connect(**parameters)
            self.listening.execute(f"LISTEN {self.channel}")

    def _pause(self) -> None:
        if self.listening is None:
            self.stopping.wait(self.seconds)
            return
        for _ in self.listening.notifies(timeout=self.seconds, stop_after=1):
            return

    def _hang_up(self) -> None:
        with suppress(psycopg.Error):
            if self.listening is not None:
                self.listening.close()
        self.listening = None
        with suppress(Exception):
            connection.close()
