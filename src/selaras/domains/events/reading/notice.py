"""A notice: what a tool says once of an alert, and will not repeat. Every format but Alertmanager's own makes these.

Its alert fires until a notice says that it is over, since silence means nothing here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from selaras.domains.events.reading.words import Level, Saying, level_of

LABEL_LIMIT, ANNOTATION_LIMIT = 4096, 16_384  # characters; what is over is cut, the raw body has all of it
LABELS = 60  # of one alert; those past it are dropped
SEVERITY, ORIGINAL = "severity", "original_severity"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_UNNAMED = re.compile(r"[^a-zA-Z0-9_]+")


class Notice(msgspec.Struct):
    """One thing said of one alert. Times are seconds since 1970; None: not said.

    `identity` names the alert, apart from its severity (which may change while it fires); None: its labels do.
    `at` is when the sender said it, by the sender's clock. `lasts`: seconds it fires unless told again.
    """

    saying: Saying
    labels: dict[str, str]
    annotations: dict[str, str]
    identity: dict[str, str] | None = None
    at: float | None = None
    starts: float | None = None
    ends: float | None = None
    lasts: float | None = None
    url: str = ""

    @property
    def level(self) -> str:
        """Its level; "" if its severity is none of ours."""
        word = self.labels.get(SEVERITY, "")
        return word if word in _LEVELS else ""


_LEVELS = frozenset(level.value for level in Level)


def labels_from(pairs: Mapping[str, Any]) -> dict[str, str]:
    """Labels that can be stored: sound names, short texts, nothing empty."""
    made: dict[str, str] = {}
    for name, value in pairs.items():
        text = text_of(value, LABEL_LIMIT).strip()
        if text and len(made) < LABELS:
            made.setdefault(sound_name(name), text)
    return made


def annotations_from(pairs: Mapping[str, Any]) -> dict[str, str]:
    """Annotations that can be stored."""
    made: dict[str, str] = {}
    for name, value in pairs.items():
        text = text_of(value, ANNOTATION_LIMIT).strip()
        if text and len(made) < LABELS:
            made.setdefault(sound_name(name), text)
    return made


def severity_labels(word: Any, **reading: bool) -> dict[str, str]:
    """The label `severity` for a sender's word, and the word itself where it is another."""
    text = text_of(word, 100).strip()
    level = level_of(word, **reading)
    if level is None:
        return {SEVERITY: text.lower()} if text else {}
    return {SEVERITY: level.value} if text == level else {SEVERITY: level.value, ORIGINAL: text}


def text_of(value: Any, limit: int) -> str:
    """A JSON value as a text that PostgreSQL can hold, cut at `limit` characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else _written(value)
    text = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _written(value: Any) -> str:
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return ", ".join(str(each) for each in value)
    return json.dumps(value, ensure_ascii=False)


def sound_name(name: str) -> str:
    """A label's name for any name."""
    sound = _UNNAMED.sub("_", name)[:200].strip("_") or "_"
    return f"_{sound}" if sound[0].isdigit() else sound


def web_address(value: Any) -> str:
    """An http(s) address that can be shown as a link, else ""."""
    text = value.strip() if isinstance(value, str) else ""
    sound = (
        re.match(r"https?://[^/]", text) is not None
        and len(text) <= 2000
        and not re.search(r"[\s\0\ud800-\udfff]", text)
    )
    return text if sound else ""
