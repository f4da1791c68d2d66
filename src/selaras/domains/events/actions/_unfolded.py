"""Small posts from many at once: committed whole before their answer, folded into alerts a moment later, together.

A flush costs the database as much as some twenty alerts, and a few senders that wait for their answers never make one
larger than they are many. So such a flush is one small row (`events_unfoldedbatch`), and what many of them said is
written as one larger flush, in the transaction that takes their rows away: each counts once, whoever dies in between.
What a dead process left is folded by the next that starts or is asked, or by the schedule (`fold_left.py`).

Takes an asyncpg connection and imports no Django, as `accept.py`.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg
import msgspec
import zstandard

from selaras.domains.events.actions._accept_sql import UNFOLDED_STATEMENT
from selaras.domains.events.actions._flush import BARE, Flush, folded, kept
from selaras.domains.events.actions._known import Known
from selaras.domains.events.actions._parts import Part, array, by_key, words
from selaras.domains.events.actions._resends import Resends
from selaras.domains.events.actions.flood import Floods
from selaras.domains.events.contracts import Observation, Post

log = logging.getLogger(__name__)

_ALERTS, _BYTES = 200, 256 << 10  # in a flush, from which on it had better be written at once
_MOST = 16 << 20  # bytes of posts that may wait

_KEEP = "INSERT INTO events_unfoldedbatch (id, at, body) VALUES ($1, to_timestamp($2), $3)"
_ALL = "SELECT id, extract(epoch FROM at)::float8 AS at, body FROM events_unfoldedbatch ORDER BY at, id LIMIT 1000"
# The log is written in order: whatever follows from this is not on disk before it is, and if it is lost, so is the
# taking away. It need not be waited for.
_TAKE = """
WITH taken AS (DELETE FROM events_unfoldedbatch WHERE id = ANY($1) RETURNING id)
SELECT id, set_config('synchronous_commit', 'off', true) FROM taken"""

_zstd = zstandard.ZstdCompressor(level=1)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Post]).decode

REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
"""The database cannot take something for what it is."""


class Unfolded:
    """What one process has committed and not yet folded.

    `many`: posts in a flush from which on it is worth it.
    """

    def __init__(self, known: Known, floods: Floods, resends: Resends, many: int) -> None:
        self._known, self._floods, self._resends, self._many = known, floods, resends, many
        self._waiting: dict[int, Flush] = {}
        self._under_way: dict[int, Flush] = {}
        self._keys: set[bytes] = set()
        self._size = 0
        self._lock = asyncio.Lock()
        self.some = asyncio.Event()

    def __bool__(self) -> bool:
        """Whether any wait, or are being folded."""
        return bool(self._waiting or self._under_way)

    def worth_it(self, posts: Sequence[Post]) -> bool:
        """Whether a flush of these is to wait, as it is when others wait that it can join."""
        if not self and len(posts) < self._many:
            return False
        size = sum(len(post.body) for post in posts)
        alerts = sum(len(post.observations) for post in posts)
        return alerts < _ALERTS and size < _BYTES and self._size + size < _MOST

    def in_the_way(self, keys: Iterable[bytes]) -> bool:
        """Whether what waits says something of one of these, and so must be written first."""
        return bool(self) and not self._keys.isdisjoint(keys)

    async def keep(self, connection: Any, flush: Flush) -> None:
        """Commit it."""
        await connection.fetch(_KEEP, flush.batch, flush.now, _zstd.compress(_encode(flush.posts)))
        self._add(flush)

    def _add(self, flush: Flush) -> None:
        self._waiting[flush.batch] = flush
        self._keys.update(seen.key for post in flush.posts for seen in post.observations)
        self._size += sum(len(post.body) for post in flush.posts)
        self.some.set()

    async def fold(self, connection: Any, now: float, *, of_all: bool = False) -> int:
        """Write what waits, of all processes if so asked; how many alerts changed their state. If it fails, it still
        waits. Whoever finds the rows of its own gone is content, so it does no harm if they live."""
        async with self._lock:
            if of_all:
                for row in await connection.fetch(_ALL):
                    self._add(unpacked(row["id"], row["at"], row["body"]))
            if not self._waiting:
                return 0
            self._under_way, self._waiting = self._waiting, {}
            self.some.clear()
            try:
                changed = await self._write(connection, now)
            except BaseException:
                self._waiting = self._under_way | self._waiting
                raise
            finally:
                self._under_way = {}
                self._count()
            return changed

    def _count(self) -> None:
        posts = [post for flush in self._waiting.values() for post in flush.posts]
        self._keys = {seen.key for post in posts for seen in post.observations}
        self._size = sum(len(post.body) for post in posts)
        if posts:
            self.some.set()

    async def _write(self, connection: Any, now: float) -> int:
        seen = [seen for flush in self._under_way.values() for post in flush.posts for seen in post.observations]
        changed = await self._resends.fold(connection, now) if self._resends.in_the_way(seen, ()) else 0
        try:
            changed += await self._take(connection, alone=False)
        except REFUSED as error:
            log.warning("posts cannot be folded together, their alerts are written one by one: %s", error)
            changed += await self._take(connection, alone=True)
        self._known.forget(one.key for one in seen)
        return changed

    async def _take(self, connection: Any, *, alone: bool) -> int:
        changed, opened, over = 0, list[int](), list[Observation]()
        async with connection.transaction():
            taken = {row["id"] for row in await connection.fetch(_TAKE, list(self._under_way))}
            mine = sorted((flush for flush in self._under_way.values() if flush.batch in taken), key=lambda f: f.now)
            if not mine:
                return 0
            late = Late(mine)
            over = await self._floods.bounded(connection, late.waves, late.now, self._known)
            for part in late.one_by_one() if alone else late.parts():
                found = await (_if_it_can(connection, part) if alone else _fold(connection, part))
                changed += found[0]
                opened += found[1]
        self._floods.opened(opened, late.now)
        self._floods.folded(over, late.now)
        return changed


async def _fold(connection: Any, part: tuple[Any, ...]) -> tuple[int, list[int]]:
    """How many alerts changed, and of each that was opened the source."""
    changed, _, opened = await connection.fetchrow(UNFOLDED_STATEMENT, *part)
    return int(changed), opened or []


async def _if_it_can(connection: Any, part: tuple[Any, ...]) -> tuple[int, list[int]]:
    try:
        async with connection.transaction():
            return await _fold(connection, part)
    except REFUSED as error:
        log.warning("an alert cannot be stored, only the post that told it: %s", error)
        return 0, []


class Late:
    """Flushes that were kept, as one, to be written now."""

    def __init__(self, flushes: Sequence[Flush]) -> None:
        self._at = {seen.key: flush.now for flush in flushes for post in flush.posts for seen in post.observations}
        self._flush = Flush(flushes[-1].batch, flushes[-1].now, [post for flush in flushes for post in flush.posts])
        self.now = self._flush.now
        self.waves = folded(self._flush)

    def parts(self) -> Iterator[tuple[Any, ...]]:
        """The parameters of `UNFOLDED_STATEMENT`, once for each wave."""
        body = kept(self._flush, _zstd)
        for n, wave in enumerate(self.waves):
            yield self._part(n, [wave[key] for key in sorted(wave)], BARE if n else body)

    def one_by_one(self) -> Iterator[tuple[Any, ...]]:
        """The same, first what is kept, then once for each alert."""
        yield self._part(0, [], kept(self._flush, _zstd))
        for n, wave in enumerate(self.waves):
            for key in sorted(wave):
                yield self._part(n, [wave[key]], BARE)

    def _part(self, wave: int, seen: list[Observation], body: tuple[Any, ...]) -> tuple[Any, ...]:
        part = Part(seen, [0] * len(seen))  # what is told is counted once it is told again in a storm of re-sends
        at = array([self._at.get(one.key, self.now) for one in seen])
        return (self._flush.batch + wave, self.now, *by_key(part), *body, *words(part), at)


def unpacked(batch: int, at: float, body: bytes) -> Flush:
    """The flush that a row holds."""
    return Flush(batch, at, _decode(zstandard.decompress(body)))
