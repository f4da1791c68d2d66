"""Between a listener and the commit: a queue whose memory is bounded, emptied in batches, in order.

Who can wait, waits (`put`: a stream that is not read slows its sender). Who cannot, is told there is no room (`offer`)
and counts what it drops. While the database is away nothing is taken out.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.reading.notice import Notice
from selaras.interfaces.intake.commit import UNAVAILABLE, Overloaded, Unavailable
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Refuse
from selaras.interfaces.intake.notices import take

log = logging.getLogger(__name__)

_TOGETHER, _BYTES = 500, 4 << 20  # messages a commit, and bytes of them
_OVERHEAD = 500  # bytes that a waiting message costs beside its own
_AGAIN = 0.5  # seconds between tries while the database is away
_GRACE = 5.0  # seconds that what waits is given when the process stops


@dataclass(slots=True)
class Item:
    """A message that was received. `source_id` None: its address tells. `done` is called once it is committed."""

    client: str
    body: bytes
    read: Callable[[int], Notice]  # given the source
    source_id: int | None = None
    done: Callable[[], None] | None = None
    settled: bool = False


class Inbox:
    """What waits of one wire format."""

    def __init__(self, core: Core, wire: str) -> None:
        self._core, self._wire = core, wire
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()
        self._closing = False
        self._task = asyncio.create_task(self._work())

    def offer(self, item: Item) -> bool:
        """Take it if there is room; if not, count it as dropped."""
        if self._closing or self._bytes >= self._core.settings.inbox_bytes:
            self._core.sources.count(item.client, RefusalReason.OVERLOADED)
            return False
        self._items.append(item)
        self._bytes += len(item.body) + _OVERHEAD
        if self._bytes >= self._core.settings.inbox_bytes:
            self._room.clear()
        self._news.set()
        return True

    async def put(self, item: Item) -> None:
        """Take it, as soon as there is room."""
        while self._bytes >= self._core.settings.inbox_bytes:
            await self._room.wait()
        self.offer(item)

    async def stop(self) -> None:
        """Commit what waits, if that can be done within seconds."""
        self._closing = True
        self._news.set()
        done, _ = await asyncio.wait([self._task], timeout=_GRACE)
        if not done:
            log.error("%d %s messages could not be stored before the end", len(self._items), self._wire)
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        while self._items or not self._closing:
            if not self._items:
                self._news.clear()
                await self._news.wait()
                continue
            batch = self._batch()
            try:
                await self._settle(batch)
            except (Overloaded, Unavailable, *UNAVAILABLE):
                await asyncio.sleep(_AGAIN)
                continue
            for _ in batch:
                self._bytes -= len(self._items.popleft().body) + _OVERHEAD
            if self._bytes < self._core.settings.inbox_bytes:
                self._room.set()

    def _batch(self) -> list[Item]:
        """The next to be committed together."""
        batch: list[Item] = []
        size = 0
        for item in islice(self._items, _TOGETHER):
            if batch and size + len(item.body) > _BYTES:
                break
            batch.append(item)
            size += len(item.body)
        return batch

    async def _settle(self, items: list[Item]) -> None:
        """Commit a batch, source by source. Those of no source are refused and counted."""
        of_source: dict[int, list[Item]] = {}
        for item in items:
            if item.settled:  # before the database went away
                continue
            try:
                source = item.source_id or await self._core.sources.identify({}, item.client)
            except Refuse:
                item.settled = True
                continue
            of_source.setdefault(source, []).append(item)
        for source, group in of_source.items():
            await self._commit(source, group)

    async def _commit(self, source: int, items: list[Item]) -> None:
        notices = [notice for item in items if (notice := self._read(item, source)) is not None]
        body = packed([item.body for item in items])
        try:
            failed = await take(self._core, source, self._wire, body, notices)
        except (Overloaded, Unavailable, *UNAVAILABLE):
            raise
        except Exception:
            log.exception("%d %s messages make no alerts; they are kept as they came", len(items), self._wire)
            failed = list(range(len(notices)))
        if failed and len(failed) == len(notices):
            await take(self._core, source, self._wire, body, [])  # the messages at least are kept
        for item in items:
            item.settled = True
            if item.done is not None:
                item.done()

    def _read(self, item: Item, source: int) -> Notice | None:
        try:
            return item.read(source)
        except Exception:
            log.exception("a %s message cannot be read; it is kept as it came", self._wire)
            return None


def packed(messages: list[bytes]) -> bytes:
    """Several messages as one body: each behind its length in bytes and a space, as RFC 6587 counts octets."""
    return b"".join(b"%d %b" % (len(each), each) for each in messages)
