"""The trail of changes in words, for the page of a person, team or organisation, and for a save that came too late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from selaras.domains.people.contracts import FUNCTION_WORDS, ROLE_WORDS, ChangeRow, Function, Role
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Stale

_LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}


@dataclass(frozen=True, slots=True)
class Line:
    """A change as the page shows it."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Late:
    """A save that came too late: what came between."""

    changes: tuple[Line, ...]


def lines_of(rows: Iterable[ChangeRow]) -> tuple[Line, ...]:
    """Each change in words, in the order given."""
    return tuple(Line(row.at, row.actor_name, _words(row)) for row in rows)


def late_of(stale: Stale) -> Late:
    """What somebody missed."""
    return Late(lines_of(row for row in stale.changes if isinstance(row, ChangeRow)))


def typed_over(typed: Mapping[str, Any], now: Mapping[str, Any], stale: Stale) -> dict[str, Any]:
    """What a form holds after others were faster: what was typed, and their newer value where nothing was."""
    was: dict[str, Any] = {}
    for row in stale.changes:
        if isinstance(row, ChangeRow):
            was = {**{field: change["from"] for field, change in row.data.items()}, **was}
    untouched = {field for field, value in typed.items() if field in was and _same(value, was[field])}
    return {field: now[field] if field in untouched else value for field, value in typed.items()}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return str(one or "") == str(other or "")


def _words(row: ChangeRow) -> str:
    about = {"person": row.person_name, "team": row.team_name, "token": row.data.get("token", {}).get("to")}
    match row.verb:
        case "create":
            return _("made it")
        case "take_over":
            return _("took it over from another system")
        case "join":
            return _("added %(person)s to %(team)s") % about
        case "leave":
            return _("took %(person)s out of %(team)s") % about
        case "lead":
            return _("made %(person)s the lead of %(team)s") % about
        case "unlead":
            return _("ended the lead of %(person)s over %(team)s") % about
        case "link":
            return _("made a link to choose a password")
        case "password":
            return _("chose a password")
        case "token":
            return _("made the API token “%(token)s”") % about
        case "end_token":
            return _("ended the API token “%(token)s”") % about
        case "deactivate":
            return _("deactivated the account")
        case "reactivate":
            return _("reactivated the account")
        case _:
            return _("changed %(what)s") % {"what": ", ".join(_changes(row.data))}


def _changes(data: Mapping[str, Any]) -> list[str]:
    labels = {
        "name": _("the name"),
        "email": _("the address"),
        "organisation_id": _("the organisation"),
        "parent_id": _("the one above it"),
        "roles": _("the duties"),
        "language": _("the language"),
        "timezone": _("the time zone"),
        "function": _("the function"),
    }
    return [
        _("%(field)s from “%(before)s” to “%(after)s”")
        % {"field": labels[field], "before": _value(field, change, "from"), "after": _value(field, change, "to")}
        for field, change in data.items()
        if field in labels
    ]


def _value(field: str, change: Mapping[str, Any], side: str) -> str:
    value = change[side]
    match field:
        case "roles":
            return ", ".join(spoken(ROLE_WORDS[Role(role)]) for role in value) or _("none")
        case "language":
            return _LANGUAGES[value]
        case "function":
            return spoken(FUNCTION_WORDS[Function(value)])
        case "organisation_id" | "parent_id":
            return change.get(f"{side}_name") or _("nothing")
        case _:
            return str(value)
