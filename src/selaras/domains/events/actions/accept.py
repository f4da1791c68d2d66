"""Accept observations: fold them into alerts, log the changes of state, keep the bodies. One statement and one
commit for what is new, and the same for what is known.

Takes an asyncpg connection and imports no Django: this is the hot path of intake. Django code that needs the same
(demo history, tests) runs `STATEMENT` on its own connection (`actions/feed.py`).
"""

from collections.abc import Sequence
from typing import Any

import zstandard

from selaras.domains.events.actions._accept_sql import KNOWN_STATEMENT, STATEMENT
from selaras.domains.events.actions._flush import BARE, WAVES, Flush, folded, kept, parameters
from selaras.domains.events.actions._flush import unpack as unpack  # for whoever reads what was kept
from selaras.domains.events.actions._known import Known
from selaras.domains.events.actions._parts import Part, array, by_key, facts, words
from selaras.domains.events.actions._resends import Resends as Resends
from selaras.domains.events.actions._resends import packed
from selaras.domains.events.actions._unfolded import Unfolded as Unfolded
from selaras.domains.events.actions.flood import Floods
from selaras.domains.events.contracts import Observation, Post

BLOCK = 1000 * WAVES
"""A writer reserves the numbers of a thousand flushes."""


class Memory:
    """What the writers of one process share: what they know of alerts, and what they have yet to write.

    `few`: alerts in a flush below which its re-sends had better be written at once. Then there is no storm of them.
    `many`: posts in a flush from which on small ones wait for others.
    """

    def __init__(self, few: int = 200, many: int = 4) -> None:
        self.known, self.floods = Known(), Floods()
        self.resends = Resends(self.known, few)
        self.unfolded = Unfolded(self.known, self.floods, self.resends, many)

    def __bool__(self) -> bool:
        """Whether something waits to be written."""
        return bool(self.unfolded or self.resends)

    async def fold(self, connection: Any, now: float, *, of_all: bool = False) -> int:
        """Write what waits, small posts of all processes if so asked; how many alerts changed their state.

        If it fails, it still waits.
        """
        changed = await self.unfolded.fold(connection, now, of_all=of_all)
        return changed + await self.resends.fold(connection, now)


class Writer:
    """Writes flushes on one asyncpg connection, one at a time. Not for more than one task.

    What is known is written by a commit of its own: in one with the rest its locks would not be in one order. The
    commit of the rest comes after it, and takes both to the disk. In a storm, what only fires on is not written yet
    but kept with the rest (`_resends.py`); nor is anything that small posts say, when they come from many at once
    (`_unfolded.py`).
    """

    def __init__(self, connection: Any, memory: Memory) -> None:
        self.connection = connection
        self._known, self._floods = memory.known, memory.floods
        self._resends, self._unfolded = memory.resends, memory.unfolded
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
        if self._unfolded.worth_it(posts):
            await self._unfolded.keep(self.connection, flush)
            return 0
        changed = await self._make_way_for(flush)
        made = folded(flush)
        over = await self._floods.bounded(self.connection, made, now, self._known)
        changed += await self._store(flush, made)
        self._floods.folded(over, now)
        return changed

    async def _make_way_for(self, flush: Flush) -> int:
        """Write what small posts said of the alerts of this flush; how many alerts it changed."""
        keys = (seen.key for post in flush.posts for seen in post.observations)
        return await self._unfolded.fold(self.connection, flush.now) if self._unfolded.in_the_way(keys) else 0

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
