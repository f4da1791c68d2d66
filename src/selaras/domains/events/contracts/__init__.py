"""Events and alerts: their words, the rows that cross domains, and what intake hands to the writer.

Nothing here imports Django: the intake process uses this module too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

import msgspec

from selaras.kernel.sentences import Sentence, say

FIRING = "firing"
RESOLVED = "resolved"


CHANNEL = "selaras_events"
"""PostgreSQL notification channel; payload `accepted` (intake changed alerts), `assessed` (their class is known) or
`silenced` (a silence was made, changed or ended)."""


_FNV_OFFSET, _FNV_PRIME, _64 = 14695981039346656037, 1099511628211, (1 << 64) - 1


LOG_LOCK = (0x53454C41, 1)
"""The advisory lock that a writer of changes holds, shared, from before its first one until its transaction ends."""


class BadMatcher(ValueError):
    """A label matcher that cannot be read; its text says why."""


_in_order = msgspec.msgpack.Encoder(order="sorted").encode


def alert_key(source_id: int, labels: Mapping[str, str]) -> bytes:
    """The 16 bytes that name an alert: blake2b of its source and of its labels as msgpack, sorted by name.

    Stored, so never to change; msgpack has one way only to write a map of strings in a given order.
    """
    return blake2b(b"%d " % source_id + _in_order(labels), digest_size=16).digest()


def fingerprint(labels: Mapping[str, str]) -> str:
    """Alertmanager's name of a label set: FNV-1a, 64 bits, over sorted names and values, each ended by 0xFF; hex."""
    digest = _FNV_OFFSET
    for name, value in sorted(labels.items()):
        for byte in b"%b\xff%b\xff" % (name.encode(), value.encode()):
            digest = ((digest ^ byte) * _FNV_PRIME) & _64
    return f"{digest:016x}"


class AlertClass(StrEnum):
    """What an alert means for us, apart from the severity its sender gave it."""

    INFORMATIONAL = "informational"
    WARNING = "warning"
    EXCEPTION = "exception"


CLASS_WORDS: dict[AlertClass, Sentence] = {
    AlertClass.INFORMATIONAL: say("Informational"),
    AlertClass.WARNING: say("Warning"),
    AlertClass.EXCEPTION: say("Exception"),
}


SEVERITIES = ("critical", "error", "warning", "info")
"""Of the alerts that Selaras opens by itself; the rules make a class of them."""


class ChangeReason(StrEnum):
    """Why an alert changed its state."""

    SENT = "sent"  # its source said so
    EXPIRED = "expired"  # its source fell silent until the end time it had given


class Observation(msgspec.Struct, gc=False):
    """What one alert in one post says. Times are seconds since 1970 (UTC); `key` is that of `alert_key`.

    `labels` and `annotations` are JSON objects of strings, as text: PostgreSQL parses them, we need not.
    `timed_out` says that `ends` was not given but follows from the resolve timeout.
    """

    key: bytes
    source_id: int
    starts: float
    ends: float
    timed_out: bool
    url: str
    annotations: str
    labels: str
    count: int = 1


class Post(msgspec.Struct, gc=False):
    """One accepted request body: what it says, and the body itself, kept as it came."""

    source_id: int
    wire: str
    body: bytes
    observations: list[Observation]


class StoredPost(msgspec.Struct, array_like=True, gc=False):
    """A post as it lies in a raw batch."""

    source_id: int
    wire: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule asks of a label: `=`, `!=`, `=~`, `!~` (anchored, RE2). A missing label equals ""."""

    label: str
    op: str
    value: str
