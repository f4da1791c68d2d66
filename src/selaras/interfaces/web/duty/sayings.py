"""What happened to a page, in words."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from selaras.domains.duty.contracts.pages import PageEntryRow
from selaras.domains.duty.contracts.shifts import LogRow
from selaras.interfaces.web.duty.drawing import span
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.sentences import Sentence


def tell_entry(entry: PageEntryRow) -> tuple[str, str, str]:
    """The icon, the line and what the provider said of an entry."""
    data = entry.data
    person, channel = str(data.get("person", "")), str(data.get("channel", ""))
    place = {"person": person, "channel": channel}
    answer = data.get("answer")
    quote = spoken(answer) if isinstance(answer, Sentence) else ""
    match entry.verb:
        case "page":
            return "bell", _("opened it"), ""
        case "step":
            return "users", _step(entry), ""
        case "sent":
            return "send", _("%(person)s was told by %(channel)s") % place, quote
        case "retry":
            return "refresh", _("%(channel)s did not take it for %(person)s; it is tried again") % place, quote
        case "failed":
            return "circle-x", _("%(channel)s failed for good for %(person)s") % place, quote
        case "gone":
            return "circle-x", _("%(channel)s of %(person)s takes no more messages and is switched off") % place, ""
        case "doubtful":
            return "alert-triangle", _doubt(entry) % place, ""
        case "unreached":
            return "alert-circle", _unreached(entry) % place, ""
        case "acknowledge":
            return "user-check", _("has it"), ""
        case "resolve":
            return "circle-check", _("resolved it"), ""
        case "hold":
            return "player-pause", _("calls nobody else for now"), quote
        case "release":
            return "player-play", _("goes on: what held it back has ended"), ""
        case "exhausted":
            return "alert-octagon", _("Nobody answered in the last step"), ""
    return _of_shift(entry)


def tell_log(row: LogRow) -> tuple[str, str, str]:
    """The icon, the line and the quotation of a line of a shift log."""
    if row.verb == "note":
        return "pencil", "", row.body
    return tell_entry(PageEntryRow(row.at, row.verb, row.actor_name, row.data))


def _of_shift(entry: PageEntryRow) -> tuple[str, str, str]:
    data = {name: str(value) for name, value in entry.data.items()}
    match entry.verb:
        case "shift":
            who = {name: data.get(name) or _("nobody") for name in ("outgoing", "incoming")}
            return "clock", _("The shift changes from %(outgoing)s to %(incoming)s") % who, ""
        case "late":
            return "alert-triangle", _("The handover of %(outgoing)s is not signed by both yet") % data, ""
        case "hand_over":
            return "send", _("signed and handed over"), ""
        case "take_over":
            return "circle-check", _("signed and took over"), ""
        case "cover" | "uncover":
            return "users", _cover(entry.verb, data), ""
        case "swap.accept":
            return "refresh", _("%(asker)s and %(other)s have swapped a shift") % data, ""
        case "swap.decline" | "swap.withdraw":
            return "refresh", _("%(asker)s and %(other)s swap no shift") % data, ""
    return "circle", entry.verb, ""


def _cover(verb: str, data: Mapping[str, str]) -> str:
    when = span(*(datetime.fromisoformat(data[name]) for name in ("begin", "end")))
    said = {"person": data["person"], "instead_of": data["instead_of"], "when": when}
    if verb == "uncover":
        return _("cancelled a change of the rota: %(when)s") % said
    if not data["person"]:
        return _("%(instead_of)s is away: %(when)s") % said
    if data["instead_of"]:
        return _("%(person)s is on duty instead of %(instead_of)s: %(when)s") % said
    return _("%(person)s is on duty: %(when)s") % said


def _step(entry: PageEntryRow) -> str:
    data = entry.data
    people, nobody = (data.get(name) for name in ("people", "nobody"))
    told = ", ".join(map(str, people)) if isinstance(people, list) else ""
    line = _("Step %(step)s, round %(round)s: tells %(people)s") % {
        "step": data.get("step"),
        "round": data.get("round"),
        "people": told or _("nobody"),
    }
    if isinstance(nobody, list) and nobody:
        line += " · " + _("nobody on duty: %(names)s") % {"names": ", ".join(map(str, nobody))}
    return line


def _doubt(entry: PageEntryRow) -> str:
    if entry.data.get("again"):
        return _("the sender was cut off while telling %(person)s by %(channel)s; sent again, marked as the same")
    return _("the sender was cut off while telling %(person)s by %(channel)s; it may have arrived")


def _unreached(entry: PageEntryRow) -> str:
    return (
        _("%(person)s has quiet hours") if entry.data.get("quiet") else _("there is no other way to reach %(person)s")
    )
