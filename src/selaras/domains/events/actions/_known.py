"""What an intake process remembers of the alerts it has written, so that a re-send need not carry it all again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

from selaras.domains.events.contracts import Observation


@dataclass(frozen=True, slots=True)
class Part:
    """Observations in the order of their keys, with a hash of what is told of each (0: not counted yet), and for those
    that are known the numbers of their alerts."""

    seen: list[Observation] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)


_json = msgspec.json.Encoder().encode


class _Entry(msgspec.Struct, gc=False):
    annotations: str
    url: str
    told: int
    alert: int
    firing: bool


class Known:
    """The alerts that this process has written, with what was told of each: what may be written by number alone.

    A hint and no truth: the row itself says whether it is so. Bounded; forgotten all at once. What is told is counted
    when an alert comes a second time: those that come once would pay for nothing.
    """

    LIMIT = 100_000  # alerts; below 50 MB as alerts usually are
    LONGEST = 4096  # characters of annotations that are remembered

    def __init__(self) -> None:
        self._told: dict[bytes, _Entry | None] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._told

    def split(self, wave: Mapping[bytes, Observation], now: float, *, apart: bool) -> tuple[Part, Part, Part]:
        """What is new or told anew, what is known, and of that, if it is to be told `apart`, what only fires on."""
        memory = self._told
        new, known, on = Part(), Part(), Part()
        for key in sorted(wave):
            seen = wave[key]
            entry = memory.get(key)
            if entry is not None and entry.annotations == seen.annotations and entry.url == seen.url:
                firing = seen.ends > now
                part = on if apart and firing and entry.firing else known
                entry.firing = firing
                part.seen.append(seen)
                part.told.append(entry.told)
                part.ids.append(entry.alert)
            else:
                new.seen.append(seen)
                new.told.append(told_of(seen) if key in memory else 0)
        return new, known, on

    def add(self, written: Part, ids: Iterable[int], now: float) -> None:
        """These are stored, and committed; `ids` are the numbers of those whose told is counted, in the same order."""
        if len(self._told) > self.LIMIT:
            self._told.clear()
        numbers = iter(ids)
        for seen, told in zip(written.seen, written.told, strict=True):
            known = _Entry(seen.annotations, seen.url, told, next(numbers), seen.ends > now) if told else None
            self._told[seen.key] = known if len(seen.annotations) <= self.LONGEST else None

    def forget(self, keys: Iterable[bytes]) -> None:
        """These are not as we knew them: the next that is said of them is written whole."""
        for key in keys:
            self._told.pop(key, None)


def told_of(seen: Observation) -> int:
    """A number (64 bits, signed) of what is told of an alert beside its labels; the same in every process."""
    text = f"{seen.url}\0{seen.annotations}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), signed=True) or 1


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
