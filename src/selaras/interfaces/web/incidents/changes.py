"""Changes of fields in words, for timelines and for the person whose save came too late."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from selaras.domains.incidents.contracts import LEVEL_WORDS
from selaras.interfaces.web.shell.words import spoken


def changes_in_words(data: Mapping[str, Any]) -> str:
    """`changed the priority from 3 to 2, …`; a change without words of its own names its field."""
    said = [
        _one(field, change, data) for field, change in data.items() if isinstance(change, Mapping) and "to" in change
    ]
    return _("changed %(what)s") % {"what": ", ".join(said)} if said else _("changed it")


def _one(field: str, change: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    before, after = change.get("from"), change.get("to")
    match field:
        case "priority":
            return _("the priority from %(a)s to %(b)s") % {"a": before, "b": after}
        case "impact":
            return _("the impact to %(b)s") % {"b": _level(after)}
        case "urgency":
            return _("the urgency to %(b)s") % {"b": _level(after)}
        case "title":
            return _("the title from “%(a)s”") % {"a": before}
        case "team_id":
            return _("the team to %(b)s") % {"b": data.get("team") or _("nobody")}
        case "assignee_id":
            return _("who has it to %(b)s") % {"b": data.get("assignee") or _("nobody")}
        case "service_id":
            return _("the service")
        case _:
            return field


def _level(value: Any) -> str:
    return spoken(LEVEL_WORDS[value]) if value in LEVEL_WORDS else str(value)
