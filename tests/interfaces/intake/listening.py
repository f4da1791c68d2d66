"""The real listeners on real ports, in the test's own event loop, over the test's database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from selaras.interfaces.intake.listen import Endpoint, listen
from selaras.interfaces.intake.settings import IntakeSettings
from tests.interfaces.intake.serving import database_url

LOOK_SECONDS = 0.02


@asynccontextmanager
async def listeners(*kinds: str, **settings: Any) -> AsyncIterator[list[int]]:
    """Listeners of these kinds; their ports. Whatever was taken in is committed at the end."""
    over, ready = asyncio.Event(), asyncio.Event()
    made = IntakeSettings(dsn=settings.pop("dsn", "") or database_url(), **settings)
    ports: list[int] = []

    def listening(opened: Endpoint) -> None:
        ports.append(opened.port)
        if len(ports) == len(kinds):
            ready.set()

    wanted = [Endpoint(kind, "127.0.0.1", 0) for kind in kinds]
    task = asyncio.create_task(listen(wanted, settings=lambda: made, until=over, listening=listening))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield ports
    finally:
        waiting.cancel()
        over.set()
        await task


def against(kinds: tuple[str, ...], work: Callable[..., Any], **settings: Any) -> Any:
    """Run something that blocks, given the ports."""

    async def run() -> Any:
        async with listeners(*kinds, **settings) as ports:
            return await asyncio.to_thread(work, *ports)

    return asyncio.run(run())
