"""Where in a payload the alerts are: itself, a list, a map by name, or wrapped, however often."""

from typing import Any

import msgspec

from selaras.domains.events.reading.families import LISTED, WRAPPERS
from selaras.domains.events.reading.flat import opened
from selaras.domains.events.reading.words import pieces

ALERTS = 2000  # of one post
_DEPTH = 8

# Wrappers that say whose the names in them are: the `id` of an `issue` is an issue's.
_NAMING = frozenset(("alert", "alarm", "incident", "problem", "issue"))


class Part(msgspec.Struct):
    """One alert of a payload.

    `hint` is what a map called it, `under` what wrapped it alone, `around` what was said beside the list it stood in.
    """

    value: dict[str, Any]
    hint: str = ""
    around: dict[str, Any] = {}
    under: str = ""


class TooMany(ValueError):
    """More alerts in one post than are taken."""


def parts_of(value: Any) -> list[Part]:
    """The alerts of a payload; none if it holds no object. Raises TooMany."""
    found: list[Part] = []
    whole = opened(value)
    _split(whole, "", {}, _DEPTH, found)
    return found or ([Part(whole)] if isinstance(whole, dict) and whole else [])


def _split(value: Any, hint: str, around: dict[str, Any], deeper: int, found: list[Part], under: str = "") -> None:
    if len(found) > ALERTS:
        raise TooMany(f"more than {ALERTS} alerts in one post")
    if isinstance(value, list):
        for each in value:
            _split(opened(each), hint, around, deeper - 1, found) if deeper else None
    elif isinstance(value, dict) and value:
        _split_object(value, hint, around, deeper, found, under)


def _split_object(
    value: dict[str, Any], hint: str, around: dict[str, Any], deeper: int, found: list[Part], under: str
) -> None:
    listed = _listed(value) if deeper else None
    if listed is not None:
        beside = {**around, **{name: each for name, each in value.items() if name != listed}}
        _split(opened(value[listed]), hint, beside, deeper - 1, found)
        return
    inner = {
        str(name)[:200]: each for name, raw in value.items() if isinstance(each := opened(raw), dict | list) and each
    }
    if deeper and len(inner) == len(value) and (len(inner) == 1 or _alike(list(inner.values()))):
        for name, each in inner.items():
            known = "_".join(pieces(name)) in WRAPPERS
            _split(each, hint if known else name, around, deeper - 1, found, name if name.lower() in _NAMING else under)
        return
    found.append(Part(value, hint, around, under))


def _listed(value: dict[str, Any]) -> str | None:
    """The name of the list that holds alerts, if there is one: objects with more to say than a name and a value."""
    for wanted in LISTED:
        for name, raw in value.items():
            if str(name).lower() == wanted and _holds_alerts(opened(raw), sure=wanted in LISTED[:6]):
                return str(name)
    return None


def _holds_alerts(each: Any, *, sure: bool) -> bool:
    if not isinstance(each, list) or not each or not all(isinstance(opened(one), dict) for one in each[:20]):
        return False
    return sure or all(_tells(opened(one)) for one in each[:20])


_TELLING = frozenset(
    ("title", "summary", "message", "severity", "status", "state", "name", "alertname", "description", "host", "labels")
)


def _tells(one: dict[str, Any]) -> bool:
    told = {word for name in one for word in pieces(str(name)[:200])}
    return len(told & _TELLING) >= 2


def _alike(values: list[Any]) -> bool:
    """Whether these are several of one kind: objects that share most of their names."""
    if not all(isinstance(each, dict) for each in values):
        return False
    names = [set(each) for each in values]
    shared = set.intersection(*names)
    return 2 * len(shared) >= max(len(each) for each in names) > 0
