"""Times as tools write them: ISO in many hands, seconds to nanoseconds since 1970, mail's form, a few with words."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""Stands for "until told": what can be shown in every time zone."""

_BELIEVED = (
    7 * 86_400.0
)  # seconds: a sender's queue may have held it so long; a clock that was never set is further off
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()  # before it, a number is not a time of an event
_SOONEST, _UNITS = 10_000_000_000, (1, 1e3, 1e6, 1e9)
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?")
_FRACTION = re.compile(r"(\.\d{6})\d+")
_ZONE = re.compile(r"([+-]\d\d)[.:]?(\d\d)$")
_FORMS = (
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
    "%b %d, %Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%H:%M:%S %d-%m-%Y",
)
_NAMED_ZONE = re.compile(r"\s(?:UTC|GMT|Z)(?=\s|$)")


def believed(at: float | None, now: float) -> float | None:
    """When something began by its sender's clock, unless that clock is plainly wrong: then our own counts."""
    return at if at is not None and now - _BELIEVED <= at <= now + _BELIEVED else None


def moment_of(value: Any) -> float | None:
    """Seconds since 1970 (UTC where no zone is given), or None: no time, or year 1, as Go writes a missing one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _counted(float(value))
    if not isinstance(value, str) or not 8 <= len(value) <= 50:
        return None
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return _counted(float(text))
    read = _iso(text) or _spoken(text)
    if read is None or read.year < 1990:
        return None
    return min((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp(), LATEST)


def _counted(number: float) -> float | None:
    for unit in _UNITS:
        seconds = number / unit
        if _EARLIEST <= seconds < _SOONEST:
            return seconds
    return None


def _iso(text: str) -> datetime | None:
    tidy = _ZONE.sub(r"\1:\2", _FRACTION.sub(r"\1", text)) if ":" in text else text
    try:
        return datetime.fromisoformat(tidy.replace(" UTC", "+00:00").replace(" Z", "Z"))
    except ValueError:
        return None


def _spoken(text: str) -> datetime | None:
    tidy = _NAMED_ZONE.sub("", text)
    for form in _FORMS:
        try:
            return datetime.strptime(tidy, form)  # noqa: DTZ007  # a missing zone is UTC, said by the caller
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
