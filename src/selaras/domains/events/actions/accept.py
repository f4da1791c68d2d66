"""Accept observations: fold them into alerts, log the changes of state, keep the bodies. One statement, one commit.

Takes an asyncpg connection and imports no Django: this is the hot path of intake. Django code that needs the same
(demo history, tests) runs `STATEMENT` on its own connection (`actions/feed.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import zstandard
from asyncpg.pgproto.pgproto import UUID

from selaras.domains.events.contracts import LOG_LOCK, Observation, Post, StoredPost
from selaras.domains.events.rules import waves

# A flush may take so many numbers, one a wave; a writer reserves them for a thousand flushes.
WAVES, BLOCK = 8, 8000

# How an observation (EXCLUDED) merges into its alert (a): rules.fold in SQL; a property test holds the two together.
_OVERLAP = """((EXCLUDED.ends_at > a.starts_at AND EXCLUDED.ends_at < a.ends_at)
    OR (EXCLUDED.starts_at > a.starts_at AND EXCLUDED.starts_at < a.ends_at))"""
_KEEPS = f"""(a.ends_at > EXCLUDED.ends_at AND {_OVERLAP} AND CASE WHEN EXCLUDED.state = 'resolved'
    THEN a.ends_at <= EXCLUDED.last_seen ELSE NOT a.timed_out END)"""
# Whether it fires after the merge: kept ends are in the past only if the observation is resolved, so this is enough.
_STATE = "EXCLUDED.state"
_ENDS = f"CASE WHEN {_KEEPS} THEN a.ends_at ELSE EXCLUDED.ends_at END"

# `check_at` moves forward only when expiry looks (expire.py): a re-send changes no indexed column, so it stays HOT.
MERGE = f"""
    starts_at = CASE WHEN EXCLUDED.starts_at > a.starts_at AND {_OVERLAP} THEN a.starts_at ELSE EXCLUDED.starts_at END,
    ends_at = {_ENDS},
    timed_out = CASE WHEN {_KEEPS} THEN a.timed_out ELSE EXCLUDED.timed_out END,
    check_at = CASE WHEN EXCLUDED.state = 'firing' AND (a.state = 'resolved' OR EXCLUDED.ends_at < a.check_at)
        THEN EXCLUDED.ends_at ELSE a.check_at END,
    last_seen = GREATEST(a.last_seen, EXCLUDED.last_seen),
    received = a.received + EXCLUDED.received,
    changed_batch = CASE WHEN a.state <> {_STATE} THEN EXCLUDED.changed_batch ELSE a.changed_batch END,
    episode = a.episode + CASE WHEN a.state = 'resolved' AND {_STATE} = 'firing' THEN 1 ELSE 0 END,
    state = {_STATE},
    generator_url = EXCLUDED.generator_url,
    annotations = EXCLUDED.annotations"""

# The alerts come as arrays in the order of their keys, so that two writers never wait for each other in a circle.
_UPSERT = f"""
    INSERT INTO events_alert AS a (key, source_id, starts_at, ends_at, check_at, first_seen, last_seen, received,
        changed_batch, episode, state, timed_out, generator_url, annotations, labels)
    SELECT key, source_id, to_timestamp(starts), to_timestamp(ends), to_timestamp(ends), to_timestamp($2),
        to_timestamp($2), count, $1, 1, CASE WHEN ends <= $2 THEN 'resolved' ELSE 'firing' END, timed_out, url,
        annotations::jsonb, labels::jsonb
    FROM pg_advisory_xact_lock_shared({LOG_LOCK[0]}, {LOG_LOCK[1]}),
        unnest($3::uuid[], $4::bigint[], $5::float8[], $6::float8[], $7::bigint[], $8::boolean[], $9::text[],
            $10::text[], $11::text[])
        AS seen (key, source_id, starts, ends, count, timed_out, url, annotations, labels)
    ON CONFLICT (key) DO UPDATE SET {MERGE}
    RETURNING id, state, episode, starts_at, ends_at, changed_batch"""  # noqa: S608  # our own words only

_LOG = """
    INSERT INTO events_change (at, alert_id, batch, episode, state, reason, starts_at, ends_at)
    SELECT to_timestamp($2), id, $1 / 8 * 8, episode, state, 'sent', starts_at, ends_at
    FROM folded WHERE changed_batch = $1
    RETURNING 1"""

STATEMENT = f"""
WITH folded AS ({_UPSERT}
), logged AS ({_LOG}
), kept AS (
    INSERT INTO events_rawbatch (id, at, posts, observations, size, body)
    SELECT $1, to_timestamp($2), $12, $13, $14, $15 WHERE $15::bytea IS NOT NULL)
SELECT count(*) FROM logged"""  # noqa: S608  # our own words only
"""Parameters: batch, now, nine arrays of alerts, posts, observations, size, body (NULL in all waves but the first).
Gives the number of alerts that changed their state."""

_encode = msgspec.msgpack.Encoder().encode
_decode_posts = msgspec.msgpack.Decoder(list[StoredPost]).decode


@dataclass(frozen=True, slots=True)
class Flush:
    """Posts to be committed together. `batch` is a number of its own, a multiple of 8; `now` in seconds since 1970."""

    batch: int
    now: float
    posts: Sequence[Post]


class Writer:
    """Writes flushes on one asyncpg connection, one at a time. Not for more than one task."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._zstd = zstandard.ZstdCompressor(level=1)
        self._statement: Any = None
        self._next, self._last = 0, 0

    async def write(self, posts: Sequence[Post], now: float) -> int:
        """Commit the posts; the number of alerts that changed. Errors are asyncpg's; then nothing was written."""
        if self._statement is None:
            self._statement = await self.connection.prepare(STATEMENT)
        parts = parameters(Flush(await self._batch(), now, posts), self._zstd)
        if len(parts) == 1:
            return int(await self._statement.fetchval(*parts[0]))
        async with self.connection.transaction():
            return sum([int(await self._statement.fetchval(*part)) for part in parts])

    async def _batch(self) -> int:
        if self._next == self._last:
            self._next = BLOCK * int(await self.connection.fetchval(NEXT_BLOCK))
            self._last = self._next + BLOCK
        self._next += WAVES
        return self._next - WAVES


NEXT_BLOCK = "SELECT nextval('events_rawbatch_block')"
"""Gives n: the numbers from BLOCK × n are the caller's, below BLOCK × (n + 1)."""


def parameters(flush: Flush, zstd: zstandard.ZstdCompressor) -> list[tuple[Any, ...]]:
    """The parameters of `STATEMENT`, once for each wave (nearly always one). Batch numbers differ from wave to wave."""
    made = waves((seen for post in flush.posts for seen in post.observations), flush.now, WAVES)
    stored = _encode([StoredPost(post.source_id, post.wire, post.body) for post in flush.posts])
    observations = sum(len(post.observations) for post in flush.posts)
    kept = (len(flush.posts), observations, len(stored), zstd.compress(stored))
    bare = (0, 0, 0, None)
    return [
        # A wave's own number marks what it changed, and not the wave before it.
        (flush.batch + n, flush.now, *_arrays(wave), *(kept if n == 0 else bare))
        for n, wave in enumerate(made)
    ]


def _arrays(wave: Mapping[bytes, Observation]) -> tuple[list[Any], ...]:
    seen = [wave[key] for key in sorted(wave)]
    return (
        [UUID(s.key) for s in seen],
        [s.source_id for s in seen],
        [s.starts for s in seen],
        [s.ends for s in seen],
        [s.count for s in seen],
        [s.timed_out for s in seen],
        [s.url for s in seen],
        [s.annotations for s in seen],
        [s.labels for s in seen],
    )


def unpack(body: bytes) -> list[StoredPost]:
    """The posts of a raw batch, as they came."""
    return _decode_posts(zstandard.decompress(body))
