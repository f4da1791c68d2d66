"""What tools call severities and states: one table for every wire format. Original words are kept beside ours."""

import re
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

from selaras.kernel.text import whole_number

T = TypeVar("T")


class Level(StrEnum):
    """The four severities that a label `severity` holds, whatever the sender calls them."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Saying(StrEnum):
    """What a notice says of its alert."""

    FIRING = "firing"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"


_LEVELS: dict[Level, str] = {
    Level.CRITICAL: """critical crit critically fatal emergency emerg panic page disaster catastrophic blocker
        severe security down p0 p1 sev0 sev1 s1 highest urgent unavailable red alert very_high extreme kritis
        gawat darurat""",
    Level.ERROR: "error err major high p2 sev2 s2 failure failed unreachable orange exception tinggi galat",
    Level.WARNING: """warning warn minor average medium moderate p3 sev3 s3 unknown indeterminate degraded
        yellow attention peringatan sedang waspada no_data nodata unstable""",
    Level.INFO: """info information informational informative low notice none debug trace p4 p5 sev4 sev5 s4
        s5 lowest rendah informasi trivial verbose not_classified blue""",
}
_SAYINGS: dict[Saying, str] = {
    Saying.RESOLVED: """ok okay resolved resolve recovered recovery recover closed close cleared clear up
        running normal green healthy inactive success successful succeeded passed passing ended end fixed restored
        deactivated back_to_normal expired cancelled canceled solved completed online available operational
        reachable finished back reset rtn pulih selesai teratasi""",
    Saying.ACKNOWLEDGED: "acknowledged acknowledge acknowledgement acknowledgment ack acked",
    Saying.FIRING: """firing fired fire alarm alarming alert alerting problem down critical crit open opened
        active activated triggered trigger new created failing failed failure fail error warning warn
        unhealthy unreachable started start bad red breached ongoing degraded raised reopened reopen refired
        retriggered unavailable offline no_data nodata unknown pending in_alarm custom exceeded violated major
        minor incident investigating stopped crashed aborted timed_out gangguan mati gagal
        terputus menyala""",
}
LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words.split()}
SAYING_OF = {word: saying for saying, words in _SAYINGS.items() for word in words.split()}
# In `CLOSE_CRITICAL` and `ResolvedWarning` these only say what it was that began or ended.
_ADJECTIVES = frozenset(
    ("critical", "crit", "warning", "warn", "error", "major", "minor", "alert", "problem", "incident", "event")
)
# "not ok", "no longer firing": the word after these means its contrary.
_NOT = frozenset({"not", "no_longer", "non", "un", "isn_t"})
# Numbers without words: 1 is the worst, as priorities are counted.
_COUNTED = {1: Level.CRITICAL, 2: Level.ERROR, 3: Level.WARNING, 4: Level.INFO, 5: Level.INFO}
_COUNTED |= {8: Level.ERROR, 9: Level.CRITICAL, 10: Level.CRITICAL}  # of ten, which is counted the other way
_ARROW = re.compile(r"\s*(?:->|=>|→|➜|\bto\b)\s*", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[a-z0-9]+")
# Names that are written without any border between their words: `alertstatus`, `HOSTNAME`.
_GLUED = re.compile(
    "(alert|alarm|event|incident|problem|issue|trigger|monitor|check|sensor|host|node|server|device|machine|instance"
    "|service|application|metric|severity|priority|string|current|overall)"
    "(id|key|name|title|type|status|state|severity|priority|level|message|description|details|text|value|time|url|link)"
)
_LONGEST = 80  # characters of a text in which a word is looked for: longer ones are prose


def pieces(text: str) -> list[str]:
    """The words of a name or a short text, in lower case: `AlarmName`, `alarm_name` and `alarm name` are the same."""
    return _WORDS.findall(_CAMEL.sub(" ", text).lower())


@lru_cache(maxsize=10_000)
def name_pieces(name: str) -> tuple[str, ...]:
    """The words of a field's name, also where nothing shows where one ends: `alertstatus`."""
    found: list[str] = []
    for piece in pieces(name):
        glued = _GLUED.fullmatch(piece)
        found += glued.groups() if glued else (piece,)
    return tuple(found)


def level_of(value: Any, *, highest_worst: bool = False) -> Level | None:
    """The level of a severity word or number; None if it is none. `highest_worst`: 0 to 15, as security tools count."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    number = whole_number(text, digits=3)
    if number is not None:
        return _ladder(number) if highest_worst else _COUNTED.get(number, Level.CRITICAL if text == "0" else None)
    return _first(text, LEVEL_OF)


def saying_of(value: Any) -> Saying | None:
    """What a state word says; of a change ("DOWN -> UP") its end counts; None if it is no such word."""
    if not isinstance(value, str) or len(value) > 2 * _LONGEST:
        return None
    return _first(_ARROW.split(value)[-1], SAYING_OF)


def is_all_clear(value: Any) -> bool:
    """Whether a severity word means that nothing is wrong."""
    return isinstance(value, str) and level_of(value) is None and saying_of(value) == Saying.RESOLVED


def _ladder(number: int) -> Level:
    steps = ((12, Level.CRITICAL), (9, Level.ERROR), (5, Level.WARNING))
    return next((level for least, level in steps if number >= least), Level.INFO)


def _first(text: str, table: dict[str, T]) -> T | None:
    if len(text) > _LONGEST:
        return None
    found = pieces(text)
    whole = table.get("_".join(found)) or table.get("".join(found))
    if whole is not None:
        return whole
    pairs = ["_".join(pair) for pair in pairwise(found)]
    # The last word of `incident.resolved`, the first of `High (custom)`: sayings stand last, levels anywhere.
    last_first = found[::-1]
    last_first.sort(key=_ADJECTIVES.__contains__)
    for word in (*pairs, *last_first) if table is SAYING_OF else (*pairs, *found):
        if word in table and not _negated(found, word):
            return table[word]
    return None


def _negated(found: list[str], word: str) -> bool:
    at = found.index(word) if word in found else 0
    return at > 0 and found[at - 1] in _NOT
