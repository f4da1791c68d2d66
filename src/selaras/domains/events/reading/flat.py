"""A JSON value laid flat: every fact of it with its path in words, however deep, embedded and oddly paired it came."""

from collections.abc import Iterator
from typing import Any

import msgspec

from selaras.domains.events.reading.families import ASIDE
from selaras.domains.events.reading.words import name_pieces, pieces

DEPTH, FACTS = 10, 2000  # deeper, and past so many, nothing is looked at: it is kept in the raw body
_PAIRED = (("name", "value"), ("key", "value"), ("label", "value"), ("title", "value"), ("k", "v"), ("name", "key"))
_NAME = 200  # characters of a name that are looked at
_EMBEDDED = 1_000_000  # characters of a text that is read as JSON
_decode = msgspec.json.Decoder().decode

Scalar = str | int | float | bool


class Fact(msgspec.Struct, gc=False):
    """One value: the words of its path, the last name as written, how deep, and whether it is beside the matter."""

    words: tuple[str, ...]
    parents: tuple[str, ...]
    name: str
    value: Scalar
    depth: int
    own: int  # how many of the words are of the last name
    aside: bool


def opened(value: Any) -> Any:
    """The JSON that a text holds (as Amazon SNS wraps it), else the value itself."""
    if isinstance(value, str) and value[:1] in "{[" and 2 < len(value) <= _EMBEDDED:
        try:
            return _decode(value)
        except (msgspec.DecodeError, RecursionError, ValueError):
            return value
    return value


def facts_of(value: Any, *, depth: int = 0, under: str = "") -> list[Fact]:
    """The facts of a value, in its order; `depth` is what its first level counts as, `under` the name it had."""
    found: list[Fact] = []
    for fact in _walk(value, name_pieces(under), (), depth, depth + DEPTH):
        found.append(fact)
        if len(found) == FACTS:
            break
    return found


def _walk(value: Any, words: tuple[str, ...], names: tuple[str, ...], depth: int, deepest: int) -> Iterator[Fact]:
    if depth > deepest:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _below(str(name)[:_NAME], inner, words, names, depth, deepest)
    elif isinstance(value, list):
        yield from _listed(value, words, names, depth, deepest)


def _below(
    name: str, value: Any, words: tuple[str, ...], names: tuple[str, ...], depth: int, deepest: int
) -> Iterator[Fact]:
    inner, own = opened(value), name_pieces(name)
    path = (*words, *own)
    if isinstance(inner, dict | list):
        if isinstance(inner, list) and inner and isinstance(inner[0], str | int | float):
            yield from _texts(name, inner, words, names, depth)
        yield from _walk(inner, path, (*names, name), depth + 1, deepest)
    elif inner is not None and inner != "":
        aside = any(_is_aside(each) for each in names) or bool(ASIDE.intersection(own))
        yield Fact(path, tuple(n.lower() for n in names), name, inner, depth, len(own), aside)


def _is_aside(name: str) -> bool:
    return bool(ASIDE.intersection(pieces(name))) or "_".join(pieces(name)) in ASIDE


def _texts(name: str, values: list[Any], words: tuple[str, ...], names: tuple[str, ...], depth: int) -> Iterator[Fact]:
    """A list of texts: `key:value` as tags are written, else its first."""
    pairs = [each.split(":", 1) for each in values if isinstance(each, str) and 0 < each.find(":") < 60]
    if len(pairs) == len(values) and not any(right.startswith("//") for _, right in pairs):
        for left, right in pairs[:100]:
            yield from _below(left, right, (*words, *name_pieces(name)), (*names, name), depth + 1, depth + 1)
    elif isinstance(values[0], str | int | float) and values[0] != "":
        yield from _below(name, values[0], words, names, depth, depth)


def _listed(
    values: list[Any], words: tuple[str, ...], names: tuple[str, ...], depth: int, deepest: int
) -> Iterator[Fact]:
    for each in values[:100]:
        pair = _pair(each)
        if pair is not None:
            yield from _below(pair[0], pair[1], words, names, depth, deepest)
        elif isinstance(each, dict):
            yield from _walk(each, words, names, depth, deepest)


def _pair(each: Any) -> tuple[str, Any] | None:
    if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) and not isinstance(each[1], dict | list):
        return each[0], each[1]
    if isinstance(each, dict) and len(each) <= 4:
        low = {str(name).lower(): value for name, value in each.items()}
        for name, value in _PAIRED:
            if isinstance(low.get(name), str) and isinstance(low.get(value), str | int | float | bool):
                return low[name], low[value]
    return None
