"""A flush: posts that are committed together, as the parameters of the statements that take them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import zstandard

from selaras.domains.events.actions._known import told_of
from selaras.domains.events.actions._parts import Part, by_key, words
from selaras.domains.events.contracts import Observation, Post, StoredPost
from selaras.domains.events.rules import waves

WAVES = 8
"""A flush may take so many numbers, one a wave."""

_encode = msgspec.msgpack.Encoder().encode
_decode_posts = msgspec.msgpack.Decoder(list[StoredPost]).decode


@dataclass(frozen=True, slots=True)
class Flush:
    """Posts to be committed together. `batch` is a number of its own, a multiple of 8; `now` in seconds since 1970."""

    batch: int
    now: float
    posts: Sequence[Post]


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
