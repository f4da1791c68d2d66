"""Group commit: what arrives while a commit is under way is committed together by the next one. No artificial wait.

A post is answered only after its commit. If a flush fails for what is in it, its posts are tried one by one, and the
alerts of a failing post one by one, so that a bad one fails alone.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from selaras.domains.events.actions.accept import Memory, Writer
from selaras.domains.events.contracts import Post
from selaras.interfaces.intake.settings import IntakeSettings
from selaras.kernel import clock

log = logging.getLogger(__name__)

Connect = Callable[[], Awaitable[Any]]

# The database is away, stopping, full or overloaded: the sender is asked to come again.
UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection broke in the middle of an answer
    asyncpg.PostgresConnectionError,
    asyncpg.PostgresSystemError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.UndefinedTableError,
)
_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_TRIES = 5
_WARN_EVERY = 10.0  # seconds
_FULL_FOR = 10.0  # seconds that a full disk is told of; then the next posts find out


class Overloaded(Exception):
    """More waits for its commit than memory is given to; come again later."""


class Unavailable(Exception):
    """The database cannot take it now; nothing is known to be written. Its text is for the sender."""


FULL = "the disk of the database is full"


def unavailable(error: Exception) -> Unavailable:
    """What a sender is told of an error of the database."""
    return Unavailable(FULL if isinstance(error, asyncpg.DiskFullError) else "the database is not available")


class Group:
    """Posts that are committed together, and for each the future its sender waits for.

    A future's result are the numbers of the observations that could not be written. Each sender has one of its own, so
    that one who goes away cancels nobody else's.
    """

    __slots__ = ("alerts", "posts", "senders", "size")

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.senders: list[asyncio.Future[list[int]]] = []
        self.alerts = 0
        self.size = 0

    def settle(self, bad: dict[int, list[int]]) -> None:
        """Tell the senders what could not be written, by number of the post."""
        for number, sender in enumerate(self.senders):
            if not sender.done():
                sender.set_result(bad.get(number, []))

    def fail(self, error: Exception) -> None:
        """Tell the senders that nothing of it is known to be written."""
        for sender in self.senders:
            if not sender.done():
                sender.set_exception(error)


class Committer:
    """Takes posts and commits them over a few connections, each kept by its own task and replaced when it breaks."""

    def __init__(self, settings: IntakeSettings, connect: Connect, changed: Callable[[], None]) -> None:
        self._settings, self._connect, self._changed = settings, connect, changed
        self.memory = Memory()
        self._groups: deque[Group] = deque()
        self._idle: deque[asyncio.Future[None]] = deque()
        self._tasks: list[asyncio.Task[None]] = []
        self._alerts = self._bytes = self._busy = 0
        self._closing = False
        self._warn_from = self._full_until = 0.0

    @property
    def full(self) -> bool:
        """Whether a flush failed just now since the disk of the database is full, and none has gone well since."""
        return asyncio.get_running_loop().time() < self._full_until

    def start(self) -> None:
        """Start the writers; on the running event loop."""
        self._tasks = [asyncio.create_task(self._writer()) for _ in range(self._settings.writers)]

    async def stop(self) -> None:
        """Commit what was taken in, then end."""
        self._closing = True
        while self._idle:
            self._wake()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def commit(self, post: Post) -> list[int]:
        """Wait until the post is committed; the numbers of observations that could not be written (nearly always none).

        Raises Overloaded or Unavailable.
        """
        count, size = len(post.observations), len(post.body)
        if self._alerts and (
            self._alerts + count > self._settings.waiting_alerts or self._bytes + size > self._settings.waiting_bytes
        ):
            raise Overloaded
        if self._closing:
            raise Unavailable("intake is stopping")
        group = self._group(count)
        sender: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        group.posts.append(post)
        group.senders.append(sender)
        group.alerts += count
        group.size += size
        self._alerts += count
        self._bytes += size
        if self._idle and self._worth_it():
            self._wake()
        return await sender

    def _group(self, count: int) -> Group:
        if self._groups and self._groups[-1].alerts + count <= self._settings.flush_alerts:
            return self._groups[-1]
        group = Group()
        self._groups.append(group)
        return group

    def _worth_it(self) -> bool:
        # A flush costs as much as some hundred alerts: beside one that is under way, a small one had better wait and
        # grow until that is done.
        first = self._groups[0] if self._groups else None
        return first is not None and (self._busy == 0 or first.alerts >= self._settings.second_from)

    def _wake(self) -> None:
        sleeper = self._idle.popleft()
        if not sleeper.done():
            sleeper.set_result(None)

    async def _writer(self) -> None:
        writer: Writer | None = None
        while True:
            if not self._worth_it():
                if self._closing:  # whoever is busy takes the rest
                    break
                sleeper = asyncio.get_running_loop().create_future()
                self._idle.append(sleeper)
                await sleeper
                continue
            group = self._groups.popleft()
            self._busy += 1
            writer = await self._settle(group, writer)
            self._busy -= 1
        if writer is not None:
            await writer.connection.close(timeout=2)

    async def _settle(self, group: Group, writer: Writer | None) -> Writer | None:
        """Write a group and tell its senders; the writer to go on with, None if its connection is gone."""
        try:
            if writer is None or writer.connection.is_closed():
                writer = Writer(await self._connect(), self.memory)
            group.settle(await self._write(writer, group))
            self._full_until = 0.0
        except UNAVAILABLE as error:
            self._warn(error)
            group.fail(unavailable(error))
            if isinstance(error, asyncpg.DiskFullError):
                # The connection is sound, and PostgreSQL may not give another while it cannot write its files.
                self._full_until = asyncio.get_running_loop().time() + _FULL_FOR
            elif writer is not None:
                writer.connection.terminate()
                writer = None
        except Exception as error:
            log.exception("cannot commit events")
            # Whatever it was: without a connection nothing is known to be written, and the sender is to come again.
            gone = writer is None or writer.connection.is_closed()
            group.fail(unavailable(error) if gone else error)
        finally:
            self._alerts -= group.alerts
            self._bytes -= group.size
        return writer

    def _warn(self, error: Exception) -> None:
        # Every flush fails while the database is away, and a full disk has no room for as many lines.
        now = asyncio.get_running_loop().time()
        if now >= self._warn_from:
            self._warn_from = now + _WARN_EVERY
            log.warning("cannot commit events now: %s: %s", type(error).__name__, error)

    async def _write(self, writer: Writer, group: Group) -> dict[int, list[int]]:
        try:
            await self._try(writer, group.posts)
            return {}
        except asyncpg.PostgresError as error:
            if isinstance(error, UNAVAILABLE):
                raise
            log.warning("a flush failed, its posts are tried one by one: %s", error)
        return {
            number: bad for number, post in enumerate(group.posts) if (bad := await self._write_alone(writer, post))
        }

    async def _write_alone(self, writer: Writer, post: Post) -> list[int]:
        try:
            await self._try(writer, [post])
            return []
        except asyncpg.PostgresError as error:
            if isinstance(error, UNAVAILABLE):
                raise
        bad: list[int] = []
        body = post.body  # kept once, with the first that can be written
        for number, seen in enumerate(post.observations):
            try:
                await self._try(writer, [Post(post.source_id, post.wire, body, [seen])])
                body = b""
            except asyncpg.PostgresError as error:
                if isinstance(error, UNAVAILABLE):
                    raise
                log.warning("an alert cannot be stored: %s", error)
                bad.append(number)
        return bad

    async def _try(self, writer: Writer, posts: list[Post]) -> None:
        for attempt in range(_TRIES):
            try:
                changes = await writer.write(posts, clock.now().timestamp())
            except _AGAIN:
                if attempt + 1 == _TRIES:
                    raise
            else:
                if changes:
                    self._changed()
                return
