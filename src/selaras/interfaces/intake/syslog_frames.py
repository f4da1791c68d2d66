"""Where one syslog message ends and the next begins on a stream (RFC 6587): octet counting or newlines, message by
message. Pure; what it holds is bounded.
"""

import re

_COUNT = re.compile(rb"([1-9][0-9]{0,8}) <")
_MAYBE_COUNT = re.compile(rb"[1-9][0-9]{0,8}( ?)\Z")
_BETWEEN = b"\r\n\0"  # some senders end counted messages too


class Frames:
    """The messages of one stream. A count counts if a message follows it and it is within the limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self._looked = 0  # no newline before here
        self._skipping = False  # the rest of a line whose beginning was given already

    @property
    def held(self) -> int:
        """Bytes of a message that is not whole yet."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now."""
        self._held += data
        made: list[bytes] = []
        while (one := self._next()) is not None:
            if one:
                made.append(one)
        return made

    def end(self) -> bytes:
        """What is left when the stream ends: a message cut short, or one whose sender ends lines only between them."""
        rest = b"" if self._skipping else bytes(self._held).strip(_BETWEEN)
        self._held.clear()
        return rest

    def _next(self) -> bytes | None:
        if self._skipping:
            return self._skip()
        if not self._looked:
            del self._held[: len(self._held) - len(self._held.lstrip(_BETWEEN))]
            if not self._held or _MAYBE_COUNT.fullmatch(self._held):
                return None
            if count := _COUNT.match(self._held):
                size = int(count[1])
                if size <= self._limit:
                    return self._counted(count.end() - 1, size)
        return self._line()

    def _counted(self, start: int, size: int) -> bytes | None:
        if len(self._held) < start + size:
            return None
        one = bytes(self._held[start : start + size])
        del self._held[: start + size]
        return one.rstrip(_BETWEEN)

    def _line(self) -> bytes | None:
        end = self._held.find(b"\n", self._looked)
        if end < 0 and len(self._held) <= self._limit:
            self._looked = len(self._held)
            return None
        cut = end < 0 or end > self._limit
        one = bytes(self._held[: self._limit if cut else end])
        del self._held[: self._limit if cut else end + 1]
        self._looked, self._skipping = 0, cut
        return one.rstrip(_BETWEEN)

    def _skip(self) -> bytes | None:
        end = self._held.find(b"\n")
        self._skipping = end < 0
        del self._held[: end + 1 if end >= 0 else len(self._held)]
        return None if end < 0 else b""
