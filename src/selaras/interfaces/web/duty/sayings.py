"""What happened to a page, in words."""

from django.utils.translation import gettext as _

from selaras.domains.duty.contracts import PageEntryRow
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
        case "doubtful":
            return "alert-triangle", _doubt(entry) % place, ""
        case "unreached":
            return "alert-circle", _unreached(entry) % place, ""
        case "acknowledge":
            return "user-check", _("has it"), ""
        case "resolve":
            return "circle-check", _("resolved it"), ""
        case "exhausted":
            return "alert-octagon", _("Nobody answered in the last step"), ""
    return "circle", entry.verb, ""


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
