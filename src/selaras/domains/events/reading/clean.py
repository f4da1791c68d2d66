"""Titles without what changes in them: "[FIRING:1] Disk full" and "RESOLVED: Disk full" name the same trouble."""

import re

from selaras.domains.events.reading.words import SAYING_OF, Level, Saying, level_of, pieces, saying_of

_BRACKETED = re.compile(r"^[\s*#!]*[\[(<]\s*([A-Za-z_]{2,20})\b[^\[\]<>]{0,80}[\])>]\s*[:\-–|]?\s*")
_GRADED = re.compile(r"^[\s*#!]*\[\s*([A-Za-z]{2,12}|[Pp]\d|(?:[Ss][Ee][Vv])-?\d)\s*\]\s*[:\-–|]?\s*(?=\S)")
_CAPITALS = re.compile(r"^[\s*#!]*([A-Z]{2,20})\s+(?=\S)")
# "Resolved in 12m 3s: "
_BEFORE_COLON = re.compile(
    r"^[\s*#!]*([A-Za-z]{2,20})(?:\s(?:in|after|for)(?:\s\d{1,6}\s?[a-z]{1,7}){1,5})?\s*[:|]\s+", re.IGNORECASE
)
_CHANGE = re.compile(r"[\s:\-–|(]*\b([A-Za-z]+)\s*(?:->|=>|→|➜)\s*([A-Za-z]+)\)?[\s*!.]*$")
_IS = re.compile(r"[\s:\-–|]*\b(?:is|has|was)\s+(?:now\s+|been\s+)?([A-Za-z]+)[\s*!.]*$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[\[(]\s*([A-Za-z]{2,20})\s*[\])][\s*!.]*$")
_LONGEST = 200
# A number, time or percentage that stands alone: "93", "(11%)", "10:02:11.123:", "95.2ms". No IP address, no "500s".
_MEASURE = re.compile(
    r"(?!\W*\d{1,3}(?:\.\d{1,3}){3}\b|\W*[1-5]\d\ds\b)\W*\d[\d.,:/TZ+-]*"
    r"(?:%|°c|[num]?s|min|[mhdw]|[kmgt]?i?b(?:ps)?|[mg]?hz)?\W*",
    re.IGNORECASE,
)
_BORDERS = re.compile(r"[\s=<>:]+")
_COUNTER = re.compile(r"\d{6,}")  # within a word: a time, or what is counted up
# What has numbers for names: "VM 104" and "VM 105" are two.
_NUMBERED = frozenset((
    "vm", "volume", "vol", "disk", "drive", "bay", "slot", "port", "interface", "node", "server", "host", "channel",
    "unit", "pool", "array", "raid", "fan", "psu", "rack", "vlan", "shard", "partition", "instance", "id", "device",
    "sensor", "line", "lane", "pump", "gate", "tank", "room", "broker", "replica", "ups",
))  # fmt: skip
_SMALL = frozenset((
    "is", "are", "was", "has", "been", "now", "again", "the", "a", "an", "of", "for", "from", "on", "in", "at", "to",
    "by", "with",
))  # fmt: skip


def bare_name(text: str) -> str:
    """A name on one line, without the state it begins or ends with."""
    name = " ".join(text.split("\n", 1)[0].split())
    for _ in range(3):
        shorter = _without_end(_without_beginning(name))
        if shorter == name:
            break
        name = shorter
    name = name.strip(" *-–|") or " ".join(text.split())
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def said_by_name(text: str) -> tuple[Saying | None, Level | None]:
    """What the state and the level are that a title begins or ends with."""
    line = " ".join(text.split("\n", 1)[0].split())
    saying, level = _said_once(line)
    graded = _GRADED.match(line)
    if saying is None and graded and level_of(graded[1]):
        saying, level = _said_once(line[graded.end() :])
        level = level_of(graded[1])
    return saying, level


def _said_once(line: str) -> tuple[Saying | None, Level | None]:
    for form in (_BRACKETED, _CAPITALS, _BEFORE_COLON, _IS, _IN_BRACKETS):
        found = form.search(line)
        if found and _is_state(found[1]):
            return saying_of(found[1]), level_of(found[1])
    change = _CHANGE.search(line)
    return (saying_of(change[2]), level_of(change[2])) if change else (None, None)


def essence(text: str) -> str:
    """What of a text stays the same while its numbers and states change."""
    kept: list[str] = []
    for token in _BORDERS.split(text):
        numbered = bool(kept) and kept[-1] in _NUMBERED and token.strip(".,:;()[]").isdigit()
        if numbered or not _MEASURE.fullmatch(token):
            kept += [
                w for w in pieces(token) if numbered or not (w in SAYING_OF or w in _SMALL or _COUNTER.fullmatch(w))
            ]
    return " ".join(kept)


def _without_beginning(name: str) -> str:
    for form in (_BRACKETED, _CAPITALS, _BEFORE_COLON):
        found = form.match(name)
        if found and _is_state(found[1]) and len(name) > found.end():
            return name[found.end() :]
    graded = _GRADED.match(name)
    return name[graded.end() :] if graded and level_of(graded[1]) else name


def _without_end(name: str) -> str:
    for form, word in ((_CHANGE, 2), (_IS, 1), (_IN_BRACKETS, 1)):
        found = form.search(name)
        if found and found.start() > 0 and _is_state(found[word]):
            return name[: found.start()]
    return name


def _is_state(word: str) -> bool:
    plain = "_".join(pieces(word))
    return plain in SAYING_OF
