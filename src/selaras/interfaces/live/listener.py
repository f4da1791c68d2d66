"""One connection a process that listens for what the database tells, and comes back when it is cut."""

import asyncio
import logging
from typing import Any

import asyncpg

from selaras.interfaces.live.hub import Hub
from selaras.interfaces.live.wire import read

log = logging.getLogger("selaras.live")

CHANNEL = "selaras_live"
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0  # seconds between tries
_PROBE = 20.0  # seconds between signs of life on a silent connection


def _address() -> dict[str, Any]:
    from django.db import connections

    given = connections["default"].settings_dict
    return {
        "host": given["HOST"] or None,
        "port": int(given["PORT"]) if given["PORT"] else None,
        "user": given["USER"] or None,
        "password": given["PASSWORD"] or None,
        "database": given["NAME"] or None,
    }


class Listener:
    """Feeds the hub from `LISTEN selaras_live`."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, if not begun: with the first client, so that an idle process holds no connection."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._keep())

    async def stop(self) -> None:
        """Leave the database."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep(self) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                await self._listen()
                wait = _FIRST_WAIT
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as problem:
                log.warning("live stream lost the database (%s); next try in %.1f s", type(problem).__name__, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _listen(self) -> None:
        """Listen until the connection ends. Whatever was said meanwhile is lost, so pages look for themselves."""
        connection = await asyncpg.connect(
            **_address(), timeout=5, server_settings={"application_name": "selaras live"}
        )
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        try:
            await connection.add_listener(CHANNEL, self._told)
            self.hub.resume()
            while not ended.is_set():
                try:
                    await asyncio.wait_for(ended.wait(), _PROBE)
                except TimeoutError:
                    await connection.execute("SELECT 1", timeout=5)
        finally:
            connection.terminate()

    def _told(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        change = read(str(payload))
        if change is not None:
            self.hub.publish(change)
