"""How a log's columns and words become ours: read from a mapping file that is already parsed, and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from selaras.domains.incidents.contracts import MERGED, WAITING, WaitingFor
from selaras.domains.incidents.lifecycle import INCIDENT
from selaras.domains.people.contracts import Function
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say

REQUIRED = ("number", "state", "changed_at", "opened_at")
OPTIONAL = (
    "sequence",
    "changed_by",
    "opened_by",
    "resolved_at",
    "closed_at",
    "impact",
    "urgency",
    "priority",
    "team",
    "assignee",
    "caller",
    "service",
    "description",
    "cause",
    "solution",
    "note",
)
LEVELS = {"impact": 3, "urgency": 3, "priority": 5}  # the highest of each
AS_BEFORE = "as before"


@dataclass(frozen=True, slots=True)
class LogMapping:
    """A checked mapping. `columns` goes from our field to the log's column; the rest from the log's words to ours."""

    source: str
    columns: Mapping[str, str]
    title: tuple[str, ...]
    kept: tuple[str, ...]
    unknown: frozenset[str]
    date_formats: tuple[str, ...]
    zone: ZoneInfo
    states: Mapping[str, tuple[str, str]]  # word → state and whom it waits for; ("", "") leaves it as before
    levels: Mapping[str, Mapping[str, int]]
    defaults: Mapping[str, int]
    teams: Mapping[str, str]  # group → slug of a team
    create_teams: Function | None
    create_people: bool
    services: Mapping[str, str]  # word → slug of a service

    def needed(self) -> tuple[str, ...]:
        """The columns that a file must have, each once."""
        return tuple(dict.fromkeys([*self.columns.values(), *self.title, *self.kept]))


def read_mapping(told: Mapping[str, Any]) -> LogMapping:
    """A mapping from its parsed file. Raises Invalid naming the key at fault."""
    columns = {str(k): str(v) for k, v in _table(told, "columns").items()}
    for name in (*REQUIRED, *columns):
        if name not in columns:
            raise _wrong(f"columns.{name}", say("is missing"))
        if name not in (*REQUIRED, *OPTIONAL):
            raise _wrong(f"columns.{name}", say("is not a field that can be imported"))
    dates, people, teams = _table(told, "dates"), _table(told, "people"), _table(told, "teams")
    return LogMapping(
        source=_source(told),
        columns=columns,
        title=_strings(told, "title"),
        kept=_strings(told, "kept"),
        unknown=frozenset({"", *_strings(told, "unknown")}),
        date_formats=_formats(dates),
        zone=_zone(dates),
        states={str(word): _state(str(word), str(told_)) for word, told_ in _table(told, "states").items()},
        levels={name: _levels(told, name) for name in LEVELS},
        defaults=_defaults(told, columns),
        teams={str(k): str(v) for k, v in _table(teams, "names").items()},
        create_teams=_function(teams),
        create_people=bool(people.get("create", False)),
        services={str(k): str(v) for k, v in _table(told, "services").items()},
    )


def _source(told: Mapping[str, Any]) -> str:
    source = told.get("source")
    if not isinstance(source, str) or not 0 < len(source) <= 80:
        raise _wrong("source", say("names the log in 1 to 80 characters"))
    return source


def _formats(dates: Mapping[str, Any]) -> tuple[str, ...]:
    formats = _strings(dates, "formats")
    if not formats:
        raise _wrong("dates.formats", say("lists at least one format, such as %(example)s", example='"%d/%m/%Y %H:%M"'))
    return formats


def _zone(dates: Mapping[str, Any]) -> ZoneInfo:
    try:
        return ZoneInfo(str(dates["zone"]))
    except (KeyError, ValueError, ZoneInfoNotFoundError):
        raise _wrong("dates.zone", say("names a time zone, such as %(example)s", example='"Asia/Jakarta"')) from None


def _state(word: str, told: str) -> tuple[str, str]:
    """`in_progress`, `waiting: supplier`, or `as before`."""
    if told == AS_BEFORE:
        return "", ""
    state, _, whom = (part.strip() for part in told.partition(":"))
    waits = state == WAITING
    if state not in INCIDENT.states or state == MERGED or waits != (whom in list(WaitingFor)) or (whom and not waits):
        raise _wrong(f"states.{word}", say("names no state that can be imported: %(told)s", told=told))
    return state, whom


def _levels(told: Mapping[str, Any], name: str) -> dict[str, int]:
    words = _table(_table(told, "levels"), name)
    if not all(isinstance(level, int) and 1 <= level <= LEVELS[name] for level in words.values()):
        raise _wrong(f"levels.{name}", say("goes from 1 to %(most)s", most=LEVELS[name]))
    return {str(word): level for word, level in words.items()}


def _defaults(told: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, int]:
    """Levels for lines that do not tell them; priority, if nobody tells it, follows from our matrix."""
    defaults = _table(told, "defaults")
    for name in LEVELS:
        level = defaults.get(name)
        if level is None and name not in columns and name != "priority":
            raise _wrong(f"columns.{name}", say("is missing; map it, or set defaults.%(name)s", name=name))
        if level is not None and not (isinstance(level, int) and 1 <= level <= LEVELS[name]):
            raise _wrong(f"defaults.{name}", say("goes from 1 to %(most)s", most=LEVELS[name]))
    return {name: defaults[name] for name in LEVELS if name in defaults}


def _function(teams: Mapping[str, Any]) -> Function | None:
    told = teams.get("create")
    if told is None:
        return None
    if told not in list(Function):
        raise _wrong("teams.create", say("names the function of new teams: %(known)s", known=", ".join(Function)))
    return Function(told)


def _table(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    if not isinstance(found, Mapping):
        raise _wrong(name, say("is a table"))
    return found


def _strings(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = told.get(name, [])
    if not isinstance(found, Sequence) or isinstance(found, str) or not all(isinstance(x, str) for x in found):
        raise _wrong(name, say("is a list of words"))
    return tuple(found)


def _wrong(key: str, what: Sentence) -> Invalid:
    return Invalid({key: say("The mapping's “%(key)s” %(what)s.", key=key, what=what)})
