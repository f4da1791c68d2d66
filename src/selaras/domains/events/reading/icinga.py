"""Icinga 2's event stream and its objects, as notices: the same alerts as its notifications make. Pure.

Only hard states count, and, as with Icinga's own notifications, no trouble is told while its object is in downtime or
cannot be reached: it is told when that ends, if it lasts. Sources: Icinga 2's documentation, "Event Streams" and
"Config Objects".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.monitoring import Notification, notice_of
from selaras.domains.events.reading.notice import Notice

TOOL = "icinga"
EVENTS = (
    "StateChange", "AcknowledgementSet", "AcknowledgementCleared", "DowntimeStarted", "DowntimeTriggered",
    "DowntimeRemoved", "Flapping",
)  # fmt: skip
"""What we ask it to tell."""
_BOTH = (
    "name", "state", "state_type", "last_hard_state_change", "last_check_result", "last_reachable", "acknowledgement",
    "downtime_depth", "flapping", "enable_flapping",
)  # fmt: skip
ATTRIBUTES = {"host": (*_BOTH, "address"), "service": (*_BOTH, "host_name")}
"""What we ask of an object."""

_HARD = 1
_SERVICE = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}
_HOST = {0: "UP", 1: "DOWN", 2: "DOWN", 3: "DOWN"}


class Thing(NamedTuple):
    """A host, or a service of it."""

    host: str
    service: str = ""


class Unreadable(Exception):
    """It is nothing that Icinga would say; the text says why."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What lines of the stream say: notices, and the things that must be looked at anew."""

    notices: list[Notice] = field(default_factory=list)
    again: set[Thing] = field(default_factory=set)


def hear(lines: Sequence[bytes]) -> tuple[Heard, list[str]]:
    """What they say, in their order, and what of it cannot be read."""
    heard, faults = Heard(), []
    for line in lines:
        try:
            _hear(_mapping(msgspec.json.decode(line)), heard)
        except (Unreadable, msgspec.DecodeError, UnicodeDecodeError) as fault:
            faults.append(str(fault))
    return heard, faults


def standing(kind: str, attrs: Mapping[str, Any]) -> tuple[Thing, list[Notice]]:
    """How an object stands now, `kind` host or service; what does not hold is told as over. Raises Unreadable."""
    given = _mapping(attrs)
    name = _text(given, "name")
    thing = Thing(_text(given, "host_name"), name) if kind == "service" else Thing(name)
    if not thing.host or (kind == "service" and not name):
        raise Unreadable(f"a {kind} without a name")
    notices = _trouble(thing, given, _number(given, "last_hard_state_change"))
    # Icinga goes on counting where flapping is disabled.
    flaps = given.get("flapping") and given.get("enable_flapping")
    notices.append(_notice("FLAPPINGSTART" if flaps else "FLAPPINGSTOP", thing))
    notices.append(_notice("DOWNTIMESTART" if _number(given, "downtime_depth") else "DOWNTIMEEND", thing))
    return thing, notices


def all_clear(thing: Thing) -> list[Notice]:
    """Nothing is wrong with it, or it is gone."""
    return [_notice(kind, thing) for kind in ("RECOVERY", "FLAPPINGSTOP", "DOWNTIMEEND")]


def _hear(event: Mapping[str, Any], heard: Heard) -> None:
    of = _mapping(event["downtime"]) if "downtime" in event else event
    names = ("host_name", "service_name") if "downtime" in event else ("host", "service")
    thing = Thing(_text(of, names[0]), _text(of, names[1]))
    if not thing.host:
        raise Unreadable("an event without a host")
    match event.get("type"):
        case "StateChange":
            result = {"last_check_result": event.get("check_result"), "last_reachable": _reachable(event)}
            heard.notices.extend(_trouble(thing, {**event, **result}, _number(event, "timestamp")))
        case "AcknowledgementSet":
            said = {"author": _text(event, "author"), "comment": _text(event, "comment")}
            heard.notices.append(_notice("ACKNOWLEDGEMENT", thing, at=_number(event, "timestamp"), **said))
        case _:
            heard.again.add(thing)


def _trouble(thing: Thing, given: Mapping[str, Any], at: float) -> list[Notice]:
    """What a state says: a problem, its acknowledgement, its end, or nothing yet."""
    state = int(_number(given, "state"))
    words = _SERVICE if thing.service else _HOST
    if state and _number(given, "state_type") != _HARD:
        return [_notice("RECOVERY", thing)]  # a soft state comes after a hard one that was well
    result = given.get("last_check_result")
    output, _, more = _text(_mapping(result), "output").partition("\n") if result else ("", "", "")
    told = {"output": output, "long_output": more, "address": _text(given, "address"), "at": moment_of(at)}
    if not state:
        return [_notice("RECOVERY", thing, state=words[0], **told)]
    if _number(given, "downtime_depth") or given.get("last_reachable") is False:
        return []
    notices = [_notice("PROBLEM", thing, state=words.get(state, "UNKNOWN"), **told)]
    if given.get("acknowledgement"):
        notices.append(_notice("ACKNOWLEDGEMENT", thing, at=told["at"]))
    return notices


def _reachable(event: Mapping[str, Any]) -> bool:
    result = event.get("check_result")
    after = _mapping(result).get("vars_after") if result else None
    return _mapping(after).get("reachable") is not False if after else True


def _notice(kind: str, thing: Thing, **told: Any) -> Notice:
    return notice_of(Notification(kind, thing.host, thing.service, tool=TOOL, **told))


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable("an object is expected")
    return value


def _text(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{name}: a text is expected")
    return value or ""


def _number(of: Mapping[str, Any], name: str) -> float:
    value = of.get(name, 0)
    if not isinstance(value, int | float):
        raise Unreadable(f"{name}: a number is expected")
    return float(value)
