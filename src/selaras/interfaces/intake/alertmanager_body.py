"""Alertmanager's `POST /api/v2/alerts` body: from bytes to observations, with its semantics.

The fast way decodes the whole list by type and leaves labels as bytes for the LabelBook. What does not fit takes the
slow way, alert by alert, so that the good ones are kept and each bad one is named.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from selaras.domains.events.contracts import Observation
from selaras.interfaces.intake.labels import BadAlert, LabelBook, check_text, kind, read_strings

_EMPTY = msgspec.Raw(b"{}")
_NUL = b"\\u0000"
_URL_LIMIT = 8192
# What dates can be shown in any time zone: later ends count as this one, so that year 9999 stays readable.
_LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Unreadable(Exception):
    """The body as a whole is not a list of alerts; the text says where."""


_WIRE = {"starts_at": "startsAt", "ends_at": "endsAt", "generator_url": "generatorURL"}


class _Alert(msgspec.Struct, gc=False, rename=_WIRE):
    labels: msgspec.Raw
    annotations: msgspec.Raw = _EMPTY
    starts_at: str | None = None
    ends_at: str | None = None
    generator_url: str | None = None


_decode: Callable[[bytes], list[_Alert]] = msgspec.json.Decoder(list[_Alert]).decode

Read = tuple[list[Observation], list[tuple[int, BadAlert]]]


def read(body: bytes, source_id: int, now: float, timeout: float, book: LabelBook) -> Read:
    """The observations of a body, and (index, fault) of each alert that cannot be taken. Raises Unreadable."""
    if not body.isascii():
        _check_utf8(body)
    if _NUL in body:
        return _read_slowly(body, source_id, now, timeout, book)
    try:
        return _read_fast(_decode(body), source_id, now, timeout, book)
    except (msgspec.DecodeError, RecursionError):
        return _read_slowly(body, source_id, now, timeout, book)


def _check_utf8(body: bytes) -> None:
    # msgspec does not look into what it is asked to leave as it is.
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"invalid UTF-8 at byte {error.start}") from None


def _read_fast(alerts: list[_Alert], source_id: int, now: float, timeout: float, book: LabelBook) -> Read:
    seen: list[Observation] = []
    bad: list[tuple[int, BadAlert]] = []
    for index, alert in enumerate(alerts):
        try:
            key, labels = book.look_up(source_id, bytes(alert.labels))
            starts, ends, timed_out = _times(alert.starts_at, alert.ends_at, now, timeout)
            url = _urls[alert.generator_url]
            annotations = book.annotations(bytes(alert.annotations))
        except BadAlert as fault:
            bad.append((index, fault))
        else:
            seen.append(Observation(key, source_id, starts, ends, timed_out, url, annotations, labels))
    return seen, bad


class _Moments(dict[str | None, float | None]):
    """Seconds since 1970 of the times last seen, as they are written: the alerts of a post share a few."""

    def __missing__(self, text: str) -> float | None:
        try:
            moment = msgspec.convert(text, datetime)
        except msgspec.ValidationError:
            raise ValueError(text) from None
        if len(self) > _REMEMBERED:
            self.clear()
            self.update(_NO_TIME)
        # Go writes a missing time as year 1. Without a zone it is UTC.
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        self[text] = found = None if moment.year == 1 else min(aware.timestamp(), _LATEST)
        return found


class _Urls(dict[str | None, str]):
    """The generator addresses last seen: the alerts of a rule share one. Raises BadAlert."""

    def __missing__(self, url: str) -> str:
        if len(url) > _URL_LIMIT:
            raise BadAlert("generatorURL", f"longer than {_URL_LIMIT} characters")
        if not url.startswith(("http://", "https://", "/")) or " " in url:
            raise BadAlert("generatorURL", "must be an http or https address")
        if len(self) > _REMEMBERED:
            self.clear()
            self.update(_NO_URL)
        self[url] = url
        return url


_REMEMBERED = 1000
_NO_TIME: dict[str | None, float | None] = {None: None, "": None}
_NO_URL: dict[str | None, str] = {None: "", "": ""}
_moments, _urls = _Moments(_NO_TIME), _Urls(_NO_URL)


def _times(starts_at: str | None, ends_at: str | None, now: float, timeout: float) -> tuple[float, float, bool]:
    """As Alertmanager: an end that is missing follows from the timeout; a start that is missing is now, or the end."""
    starts, ends = _moment("startsAt", starts_at), _moment("endsAt", ends_at)
    timed_out = ends is None
    if ends is None:
        ends = now + timeout
        starts = now if starts is None else starts
    elif starts is None:
        starts = ends
    if ends < starts:
        raise BadAlert("endsAt", "start time must be before end time")
    return starts, ends, timed_out


def _moment(field: str, text: str | None) -> float | None:
    try:
        return _moments[text]
    except ValueError:
        raise BadAlert(field, f"not a time by RFC 3339: {(text or '')[:80]}") from None


def _read_slowly(body: bytes, source_id: int, now: float, timeout: float, book: LabelBook) -> Read:
    seen: list[Observation] = []
    bad: list[tuple[int, BadAlert]] = []
    for index, item in enumerate(_items(body)):
        try:
            seen.append(_observation(item, source_id, now, timeout, book))
        except BadAlert as fault:
            bad.append((index, fault))
    return seen, bad


def _items(body: bytes) -> list[Any]:
    try:
        items = json.loads(body)
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno} column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"cannot be read as JSON: {type(error).__name__}") from None
    if items is None:
        return []
    if not isinstance(items, list):
        raise Unreadable(f"a list of alerts is expected, not {kind(items)}")
    return items


def _observation(item: Any, source_id: int, now: float, timeout: float, book: LabelBook) -> Observation:
    if not isinstance(item, dict):
        raise BadAlert("alert", f"an object is expected, not {kind(item)}")
    key, labels = book.from_pairs(source_id, read_strings("labels", item.get("labels")))
    starts, ends, timed_out = _times(_text(item, "startsAt"), _text(item, "endsAt"), now, timeout)
    url = _urls[_text(item, "generatorURL")]
    annotations = book.annotations_from_pairs(read_strings("annotations", item.get("annotations") or {}))
    return Observation(key, source_id, starts, ends, timed_out, url, annotations, labels)


def _text(item: dict[str, Any], field: str) -> str | None:
    value = item.get(field)
    if value is not None and not isinstance(value, str):
        raise BadAlert(field, f"a string is expected, not {kind(value)}")
    return check_text(field, value) if value else None
