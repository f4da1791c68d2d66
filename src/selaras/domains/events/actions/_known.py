"""What an intake process remembers of the alerts it has written, so that a re-send need not carry it all again."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec

from selaras.domains.events.actions._parts import Part
from selaras.domains.events.contracts import Observation


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
