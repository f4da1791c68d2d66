"""What intake's wire formats share: who posts, the committer, a few connections for reading, and the side work.

Everything is made on the event loop of the first request (or of the server's start), once a process.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from selaras.domains.events.actions.accept import Memory, Resends, Unfolded
from selaras.domains.events.actions.know_source import KnownSource, count_refused, load_sources
from selaras.domains.events.contracts import CHANNEL
from selaras.interfaces.intake.commit import Committer
from selaras.interfaces.intake.labels import LabelBook
from selaras.interfaces.intake.settings import IntakeSettings
from selaras.interfaces.intake.sources import Sources
from selaras.kernel import clock

log = logging.getLogger(__name__)

# A commit that notifies holds a lock until it is on disk, and others queue behind it: so notifications go alone, after
# the commit, and at most so often (seconds).
_NOTIFY_EVERY = 0.1
_COUNT_EVERY, _SHARE_EVERY, _FOLD_EVERY = 5.0, 1.0, 0.5
_FOLD_AFTER = 0.05  # seconds that small posts wait for others, committed and answered
_AT_START = 2.0  # seconds until a process serves, whether or not it could fold what another left
_CONNECT, _COMMAND = 5.0, 30.0  # seconds until a connection attempt, a statement, counts as failed
_SESSION = {"application_name": "selaras-intake", "timezone": "UTC", "jit": "off", "lock_timeout": "10s"}


class Core:
    """One process's intake."""

    def __init__(self, settings: Callable[[], IntakeSettings]) -> None:
        self._read_settings = settings
        self._started: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self.buffered = 0  # bytes of request bodies in memory
        self.settings: IntakeSettings
        self.sources: Sources
        self.labels: LabelBook
        self.committer: Committer

    async def start(self) -> None:
        """Get ready, and fold what a dead process left; needs no database yet. Safe to call before every request."""
        if self._started is None:
            self._started = asyncio.create_task(self._start())
        await self._started

    async def stop(self) -> None:
        """Commit what was taken in, and let go of everything."""
        if self._started is None:
            return
        await self._started
        await self.committer.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._count_refused()
        await self._share_opened()
        await self._write_behind(self.committer.memory)
        await self._pool.close()
        self._started = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """A connection for reads and small writes. Raises one of commit.UNAVAILABLE if the database is away."""
        async with self._pool.acquire(timeout=_CONNECT) as connection:
            yield connection

    async def settle(self) -> None:
        """Write what waits, so that whoever reads next sees what was answered. Raises as `reading` does."""
        async with self.reading() as connection:
            if await self.committer.memory.fold(connection, clock.now().timestamp(), of_all=True):
                self._news.set()

    async def _start(self) -> None:
        self.settings = self._read_settings()
        if not self.settings.dsn:
            raise RuntimeError("intake needs SELARAS_DSN or DATABASE_URL")
        self._news = asyncio.Event()
        self._pool = asyncpg.create_pool(
            self.settings.dsn, min_size=0, max_size=3, timeout=_CONNECT, command_timeout=_COMMAND,
            server_settings=_SESSION,
        )  # fmt: skip
        await self._pool
        self.labels = LabelBook(self.settings)
        self.sources = Sources(self.settings, self._load_sources)
        self.committer = Committer(self.settings, self._connect, self._news.set)
        self.committer.start()
        side = (self._notify, self._count, self._share, self._fold_posts, self._fold_resends)
        self._tasks = [asyncio.create_task(task()) for task in side]
        with suppress(Exception):  # the schedule finds it, too
            await asyncio.wait_for(self.settle(), _AT_START)

    async def _connect(self) -> Any:
        return await asyncpg.connect(
            self.settings.dsn, timeout=_CONNECT, command_timeout=_COMMAND, server_settings=_SESSION
        )

    async def _load_sources(self) -> list[KnownSource]:
        async with self.reading() as connection:
            return await load_sources(connection)

    async def _notify(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                async with self.reading() as connection:
                    await connection.execute(f"SELECT pg_notify('{CHANNEL}', 'accepted')")
            except Exception as error:
                log.warning("cannot notify: %s", error)
            await asyncio.sleep(_NOTIFY_EVERY)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(_COUNT_EVERY)
            await self._count_refused()

    async def _count_refused(self) -> None:
        counts, self.sources.refused = self.sources.refused, Counter()
        if not counts:
            return
        try:
            async with self.reading() as connection:
                await count_refused(connection, counts, clock.now().timestamp())
        except Exception as error:
            log.warning("cannot count refused requests: %s", error)
            self.sources.refused.update(counts)

    async def _share(self) -> None:
        while True:
            await asyncio.sleep(_SHARE_EVERY)
            await self._share_opened()

    async def _share_opened(self) -> None:
        if not self.committer.memory.floods.news:
            return
        try:
            async with self.reading() as connection:
                await self.committer.memory.floods.share(connection, clock.now().timestamp())
        except Exception as error:
            log.warning("cannot count new alerts: %s", error)

    async def _fold_resends(self) -> None:
        while True:
            await asyncio.sleep(_FOLD_EVERY)
            await self._write_behind(self.committer.memory.resends)

    async def _fold_posts(self) -> None:
        while True:
            await self.committer.memory.unfolded.some.wait()
            await asyncio.sleep(_FOLD_AFTER)
            if not await self._write_behind(self.committer.memory.unfolded):
                await asyncio.sleep(_FOLD_EVERY)

    async def _write_behind(self, waiting: Memory | Resends | Unfolded) -> bool:
        """Write what waits; False if it cannot be written now."""
        if not waiting:
            return True
        try:
            async with self.reading() as connection:
                if await waiting.fold(connection, clock.now().timestamp()):
                    self._news.set()
        except Exception as error:
            log.warning("cannot fold what is committed already: %s", error)
            return False
        return True
