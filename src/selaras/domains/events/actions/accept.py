"""Accept observations: fold them into alerts, log the changes of state, keep the bodies. One statement and one
commit for what is new, and the same for what is known.

Takes an asyncpg connection and imports no Django: this is the hot path of intake. Django code that needs the same
(demo history, tests) runs `STATEMENT` on its own connection (`actions/feed.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import zstandard

from selaras.domains.events.actions._accept_sql import KNOWN_STATEMENT, STATEMENT
from selaras.domains.events.actions._known import Known as Known  # for whoever makes a Writer
from selaras.domains.events.actions._known import told_of
from selaras.domains.events.actions._parts import Part, array, by_key, facts, words
from selaras.domains.events.actions._resends import Resends as Resends  # likewise
from selaras.domains.events.actions._resends import packed
from selaras.domains.events.actions.flood import Floods
from selaras.domains.events.contracts import Observation, Post, StoredPost
from selaras.domains.events.rules import waves

# A flush may take so many numbers, one a wave; a writer reserves them for a thousand flushes.
WAVES, BLOCK = 8, 8000


_encode = msgspec.msgpack.Encoder().encode
_decode_posts = msgspec.msgpack.Decoder(list[StoredPost]).decode


@dataclass(frozen=True, slots=True)
class Flush:
    """Posts to be committed together. `batch` is a number of its own, a multiple of 8; `now` in seconds since 1970."""

    batch: int
    now: float
    posts: Sequence[Post]


class Writer:
    """Writes flushes on one asyncpg connection, one at a time. Not for more than one task.

    What is known is written by a commit of its own: in one with the rest its locks would not be in one order. The
    commit of the rest comes after it, and takes both to the disk. In a storm, what only fires on is not written yet
    but kept with the rest (`_resends.py`).
    """

    def __init__(self, connection: Any, known: Known, floods: Floods, resends: Resends) -> None:
        self.connection = connection
        self._known, self._floods, self._resends = known, floods, resends
        self._zstd = zstandard.ZstdCompressor(level=1)
        self._statement: Any = None
        self._again: Any = None
        self._next, self._last = 0, 0

    async def write(self, posts: Sequence[Post], now: float) -> int:
        """Commit the posts; the number of alerts that changed. Errors are asyncpg's; then not all of it was written."""
        if self._statement is None:
            self._statement = await self.connection.prepare(STATEMENT)
            self._again = await self.connection.prepare(KNOWN_STATEMENT)
        if not self._floods.known:
            await self._floods.share(self.connection, now)
        flush = Flush(await self._batch(), now, posts)
        made = folded(flush)
        over = await self._floods.bounded(self.connection, made, now, self._known)
        changed = await self._store(flush, made)
        self._floods.folded(over, now)
        return changed

    async def _store(self, flush: Flush, made: list[dict[bytes, Observation]]) -> int:
        now = flush.now
        body = kept(flush, self._zstd)
        if len(made) > 1:
            return await self._write_waves(flush, made, body)
        new, known, on = self._known.split(made[0], now, apart=self._resends.worth_it(len(made[0])))
        changed = await self._make_way(now, (*new.seen, *known.seen), on.seen)
        more = bool(new.seen or on.seen) or not known.seen
        if known.seen:
            again = Flush(flush.batch + 1, now, ())
            changed += await self._write_known(again, known, BARE if more else body, lazily=more)
        if more:
            later = packed(on) if on.seen else None
            opened, ids = await self._write((flush.batch, now, *by_key(new), *body, *words(new), later), now)
            self._known.add(new, ids, now)
            if on.seen:
                self._resends.add(on, flush.batch, now)
            changed += opened
        return changed

    async def _write_waves(self, flush: Flush, made: list[dict[bytes, Observation]], body: tuple[Any, ...]) -> int:
        changed = await self._make_way(flush.now, [seen for wave in made for seen in wave.values()])
        async with self.connection.transaction():
            for part in parameters(flush, made, body):
                changed += (await self._write(part, flush.now))[0]
        self._known.forget(key for wave in made for key in wave)
        return changed

    async def _make_way(self, now: float, other: Sequence[Observation], resent: Sequence[Observation] = ()) -> int:
        """Write what waits, if it is in the way of these; how many alerts it changed."""
        return await self._resends.fold(self.connection, now) if self._resends.in_the_way(other, resent) else 0

    async def _write(self, part: tuple[Any, ...], now: float) -> tuple[int, list[int]]:
        """How many alerts changed, and the numbers that `Known.add` wants."""
        changed, ids, opened = await self._statement.fetchrow(*part)
        self._floods.opened(opened or (), now)
        return int(changed), ids or []

    async def _write_known(self, flush: Flush, known: Part, body: tuple[Any, ...], *, lazily: bool) -> int:
        given = (flush.batch, flush.now, array(known.ids), *facts(known), *body, lazily)
        changed, strange, _ = await self._again.fetchrow(*given)
        if not strange:
            return int(changed)
        # Another process has told something else since, or the row is gone.
        part = Part()
        for seen, told, alert in zip(known.seen, known.told, known.ids, strict=True):
            if alert in strange:
                part.seen.append(seen)
                part.told.append(told)
        whole = (flush.batch + 1, flush.now, *by_key(part), *BARE, *words(part), None)
        more, ids = await self._write(whole, flush.now)
        self._known.add(part, ids, flush.now)
        return int(changed) + more

    async def _batch(self) -> int:
        if self._next == self._last:
            self._next = BLOCK * int(await self.connection.fetchval(NEXT_BLOCK))
            self._last = self._next + BLOCK
        self._next += WAVES
        return self._next - WAVES


NEXT_BLOCK = "SELECT nextval('events_rawbatch_block')"
"""Gives n: the numbers from BLOCK × n are the caller's, below BLOCK × (n + 1)."""

BARE = (0, 0, 0, None)
"""In place of `kept` where the posts are kept already."""


def folded(flush: Flush) -> list[dict[bytes, Observation]]:
    """The waves of a flush, nearly always one."""
    return waves((seen for post in flush.posts for seen in post.observations), flush.now, WAVES)


def kept(flush: Flush, zstd: zstandard.ZstdCompressor) -> tuple[Any, ...]:
    """What a flush keeps of its posts, as they came: posts, observations, size and body."""
    stored = _encode([StoredPost(post.source_id, post.wire, post.body) for post in flush.posts])
    observations = sum(len(post.observations) for post in flush.posts)
    return (len(flush.posts), observations, len(stored), zstd.compress(stored))


def parameters(
    flush: Flush, made: Sequence[Mapping[bytes, Observation]], body: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    """The parameters of `STATEMENT`, once for each wave. Batch numbers differ from wave to wave: a wave's own number
    marks what it changed, and not the wave before it."""
    parts = []
    for n, wave in enumerate(made):
        seen = [wave[key] for key in sorted(wave)]
        part = Part(seen, [told_of(s) for s in seen])
        parts.append((flush.batch + n, flush.now, *by_key(part), *(BARE if n else body), *words(part), None))
    return parts


def unpack(body: bytes) -> list[StoredPost]:
    """The posts of a raw batch, as they came."""
    return _decode_posts(zstandard.decompress(body))
