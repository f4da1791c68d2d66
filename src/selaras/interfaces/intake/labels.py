"""Labels and annotations as they come in: checked once, then known by their bytes.

Senders repeat themselves: the labels of an alert arrive as the same bytes every time. `LabelBook` remembers what a
piece of JSON was found to be, so that a re-send costs one look-up instead of parsing, checking, sorting and hashing.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from selaras.domains.events.contracts import alert_key
from selaras.interfaces.intake.settings import MB, IntakeSettings

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_strings = msgspec.json.Decoder(dict[str, str]).decode
_anything = msgspec.json.Decoder().decode
_as_text: Callable[[object], bytes] = msgspec.json.Encoder().encode
_GENERATION = 16 * MB  # bytes of labels remembered before the older half is forgotten
_OVERHEAD = 400  # bytes an entry takes beside its labels
_MET = 100_000  # pieces of JSON whose hash is known, so that their second coming is noticed
_ENTRY_LIMIT = 4096  # longer ones are not remembered


class BadAlert(Exception):
    """One alert of a post cannot be taken: the field at fault and what is wrong with it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")


class LabelBook:
    """What labels and annotations were found to be. Two generations, the older dropped when the younger is full."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._settings = settings
        self._young: dict[tuple[int, bytes], tuple[bytes, str]] = {}
        self._old: dict[tuple[int, bytes], tuple[bytes, str]] = {}
        self._young_told: dict[bytes, str] = {b"{}": "{}", b"null": "{}"}
        self._old_told: dict[bytes, str] = {}
        self._size = 0
        self._met: set[int] = set()
        self._names: set[str] = set()

    def look_up(self, source_id: int, raw: bytes) -> tuple[bytes, str]:
        """The alert's key and its labels as JSON text. Raises BadAlert."""
        known = self._young.get((source_id, raw))
        if known is None:
            known = self._old.pop((source_id, raw), None) or self._read(source_id, raw)
            if self._has_room(raw):
                self._young[source_id, raw] = known
        return known

    def annotations(self, raw: bytes) -> str:
        """Annotations as JSON text. Raises BadAlert."""
        known = self._young_told.get(raw)
        if known is None:
            known = self._old_told.pop(raw, None) or self._read_annotations(raw)
            if self._has_room(raw):
                self._young_told[raw] = known
        return known

    def from_pairs(self, source_id: int, pairs: dict[str, str]) -> tuple[bytes, str]:
        """The same for labels that are already read."""
        _drop_empty(pairs)
        self._check("labels", pairs, _OVERSIZE)
        return alert_key(source_id, pairs), _as_text(pairs).decode()

    def annotations_from_pairs(self, pairs: dict[str, str]) -> str:
        """The same for annotations that are already read."""
        self._check("annotations", pairs, _OVERSIZE)
        return _as_text(pairs).decode()

    def _read(self, source_id: int, raw: bytes) -> tuple[bytes, str]:
        pairs, clean = self._pairs("labels", raw)
        if not pairs or "" in pairs.values():
            _drop_empty(pairs)
            clean = False
        self._check("labels", pairs, len(raw))
        return alert_key(source_id, pairs), raw.decode() if clean else _as_text(pairs).decode()

    def _read_annotations(self, raw: bytes) -> str:
        pairs, clean = self._pairs("annotations", raw)
        self._check("annotations", pairs, len(raw))
        return raw.decode() if clean else _as_text(pairs).decode()

    def _pairs(self, field: str, raw: bytes) -> tuple[dict[str, str], bool]:
        try:
            return _strings(raw), True
        except msgspec.ValidationError:
            return read_strings(field, _anything(raw)), False

    def _check(self, field: str, pairs: dict[str, str], size: int) -> None:
        if not self._names.issuperset(pairs):
            self._check_names(field, pairs)
        if size > self._settings.value_limit:
            _check_sizes(field, pairs, self._settings)

    def _check_names(self, field: str, pairs: dict[str, str]) -> None:
        for name in pairs:
            if not _NAME.fullmatch(name) or len(name) > 1024:
                raise BadAlert(field, f'invalid name "{name[:80]}"')
        if len(self._names) < 10_000:
            self._names.update(pairs)

    def _has_room(self, raw: bytes) -> bool:
        """Make room for an entry; False if it is too long to be remembered, or was never met before.

        Alerts that come once would only push out those that come again.
        """
        mark = hash(raw)
        if len(raw) > _ENTRY_LIMIT or mark not in self._met:
            if len(self._met) >= _MET:
                self._met.clear()
            self._met.add(mark)
            return False
        self._size += 2 * len(raw) + _OVERHEAD
        if self._size > _GENERATION:
            self._old, self._young = self._young, {}
            self._old_told, self._young_told = self._young_told, {}
            self._size = 0
        return True


def _drop_empty(pairs: dict[str, str]) -> None:
    for name in [name for name, value in pairs.items() if not value]:
        del pairs[name]
    if not pairs:
        raise BadAlert("labels", "at least one label pair required")


_OVERSIZE = 1 << 62  # "size unknown": check each value


def _check_sizes(field: str, pairs: dict[str, str], settings: IntakeSettings) -> None:
    total = 0
    for name, value in pairs.items():
        size = len(value.encode(errors="surrogatepass"))
        if size > settings.value_limit:
            raise BadAlert(f"{field}.{name}", f"value of {size} bytes is larger than {settings.value_limit}")
        total += len(name) + size
    if total > settings.alert_limit:
        raise BadAlert(field, f"{total} bytes are larger than {settings.alert_limit}")


def read_strings(field: str, pairs: Any) -> dict[str, str]:
    """Labels or annotations from a JSON value of any kind; null values are empty. Raises BadAlert."""
    if pairs is None:
        raise BadAlert(field, "is required")
    if not isinstance(pairs, dict):
        raise BadAlert(field, f"an object is expected, not {kind(pairs)}")
    for name, value in pairs.items():
        check_text(field, name)
        if value is not None and not isinstance(value, str):
            raise BadAlert(f"{field}.{name[:80]}", f"a string is expected, not {kind(value)}")
        check_text(f"{field}.{name[:80]}", value or "")
    return {name: value or "" for name, value in pairs.items()}


_KINDS = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}


def kind(value: Any) -> str:
    """What a JSON value is, in words."""
    return _KINDS.get(type(value), "null")


def check_text(field: str, value: str) -> str:
    """Refuse what PostgreSQL cannot hold: U+0000 and lone surrogates."""
    if "\0" in value:
        raise BadAlert(field, "contains U+0000, which cannot be stored")
    if _SURROGATE.search(value):
        raise BadAlert(field, "contains half of a surrogate pair")
    return value
