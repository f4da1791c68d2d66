"""A part of a flush, as the lists that the statements of `_accept_sql.py` take."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from selaras.domains.events.contracts import Observation

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Part:
    """Observations in the order of their keys, with a hash of what is told of each (0: not counted yet), and for those
    that are known the numbers of their alerts."""

    seen: list[Observation] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)


def by_key(part: Part) -> tuple[str, ...]:
    """Six lists: the keys, and `facts`."""
    return (array([s.key.hex() for s in part.seen]), *facts(part))


def words(part: Part) -> tuple[str, ...]:
    """Four lists: sources, addresses, annotations, labels."""
    seen = part.seen
    return (
        array([s.source_id for s in seen]),
        _json([s.url for s in seen]).decode(),
        f"[{','.join([s.annotations for s in seen])}]",
        f"[{','.join([s.labels for s in seen])}]",
    )


def facts(part: Part) -> tuple[str, ...]:
    """What is sent of each alert beside its name and its words, a text of each."""
    seen = part.seen
    return (
        array([s.starts for s in seen]),
        array([s.ends for s in seen]),
        array([s.count for s in seen]),
        array([s.timed_out for s in seen]),
        array(part.told),
    )


def array(plain: list[Any]) -> str:
    """A list as PostgreSQL writes it."""
    # Numbers, truths and hexadecimal digits look alike in JSON and in PostgreSQL's arrays, but for the brackets.
    return f"{{{_json(plain)[1:-1].decode()}}}"
