"""Intake's own HTTP/1.1 server.

A general ASGI server spends four times the CPU of this on a small post (docs/decisions/0003-event-intake.md). One
process, one loop; more processes may share the port.

    python -m selaras.interfaces.intake.server --host 127.0.0.1 --port 8001
"""

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable

from selaras.interfaces.intake.connection import Connection
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.settings import IntakeSettings
from selaras.kernel.garbage import collect_rarely

SWEEP = 5.0  # seconds between looks for connections that have fallen silent
_GRACE = 10.0  # seconds that requests under way are given when the process stops

Settings = Callable[[], IntakeSettings]


async def serve(
    host: str,
    port: int,
    *,
    settings: Settings = IntakeSettings.from_environment,
    until: asyncio.Event | None = None,
    listening: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve until `until` is set (by default at SIGTERM or SIGINT), then answer what is under way and end.

    `listening` is told the port once it is open. Raises OSError if the address cannot be had. The port may be shared
    by several processes of this kind.
    """
    core = Core(settings)
    await core.start()
    over = until or _on_signal()
    open_: set[Connection] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(core, open_), host, port, reuse_port=True, backlog=1024)
    listening(server.sockets[0].getsockname()[1])
    sweeper = asyncio.create_task(_sweep(open_))
    try:
        await over.wait()
    finally:
        sweeper.cancel()
        server.close()
        await _finish(open_)
        await core.stop()


async def _sweep(open_: set[Connection]) -> None:
    while True:
        await asyncio.sleep(SWEEP)
        now = asyncio.get_running_loop().time()
        for connection in [c for c in open_ if c.idle(now)]:
            connection.close()


async def _finish(open_: set[Connection]) -> None:
    busy = [asyncio.ensure_future(connection.finished()) for connection in open_]
    for connection in list(open_):
        connection.close()
    if busy:
        await asyncio.wait(busy, timeout=_GRACE)


def _on_signal() -> asyncio.Event:
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    return over


def run(host: str, port: int, *, settings: Settings = IntakeSettings.from_environment) -> None:
    """Serve in this process until a signal ends it, on uvloop where there is one."""
    collect_rarely()
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(host, port, settings=settings))
    else:
        uvloop.run(serve(host, port, settings=settings))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run(given.host, given.port)


if __name__ == "__main__":
    main()
