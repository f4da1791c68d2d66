"""What each verb of a timeline is called, after the name of whoever did it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from selaras.domains.agreements.contracts import METRIC_WORDS, Metric
from selaras.domains.incidents.contracts import MOMENT_WORDS, WAITING_WORDS, Moment, WaitingFor
from selaras.domains.records.contracts import EntryRow
from selaras.interfaces.web.incidents.changes import changes_in_words
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.sentences import Sentence


def worded(entry: EntryRow) -> tuple[str, str]:
    """The icon and the words for what an entry tells; an unknown verb speaks for itself."""
    icon, phrase = _PHRASES.get(entry.verb, ("circle", lambda data: entry.verb))
    return icon, phrase(entry.data)


def _metrics(data: Mapping[str, Any]) -> str:
    known = [METRIC_WORDS[Metric(name)] for name in data.get("metrics", []) if name in list(Metric)]
    return ", ".join(spoken(word) for word in known)


def _clocks(msgid: str) -> Callable[[Mapping[str, Any]], str]:
    """With the agreement where one is told: a cause that hits several customers starts the clocks of each."""
    return lambda data: " · ".join(filter(None, (_(msgid) % {"clocks": _metrics(data)}, data.get("agreement"))))


def _stored(data: Mapping[str, Any], otherwise: str) -> str:
    stored = data.get("sentence")
    return spoken(Sentence.from_json(stored)) if isinstance(stored, Mapping) else otherwise


def _reasoned(data: Mapping[str, Any]) -> str:
    reason = str(data.get("reason") or "")
    return f"{_stored(data, '')}: {reason}" if reason else _stored(data, "")


def _assigned(data: Mapping[str, Any]) -> str:
    names = " · ".join(str(data[key]) for key in ("team", "assignee") if data.get(key))
    return _("assigned it to %(to)s") % {"to": names or _("nobody")}


def _waits(data: Mapping[str, Any]) -> str:
    for_ = data.get("waiting_for")
    whom = spoken(WAITING_WORDS[WaitingFor(for_)]) if for_ in list(WaitingFor) else ""
    return _("put it on hold for %(whom)s") % {"whom": whom}


def _opened(data: Mapping[str, Any]) -> str:
    ways = {
        "phone": _("took this by phone"),
        "mail": _("reported this by mail"),
        "chat": _("reported this by chat"),
        "event": _("opened this on what monitoring saw"),
        "api": _("reported this through the API"),
        "import": _("brought this in from elsewhere"),
    }
    return ways.get(str(data.get("source")), _("reported this"))


def _link(data: Mapping[str, Any]) -> str:
    return _("linked it to %(number)s") % {"number": data.get("other", "")}


def _unlink(data: Mapping[str, Any]) -> str:
    return _("took away the link to %(number)s") % {"number": data.get("other", "")}


def _number(msgid: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda data: _(msgid) % {"number": data.get("number", "")}


def _below(data: Mapping[str, Any]) -> str:
    """Which children were resolved along, and which were left, each with its reason."""
    done = ", ".join(data.get("done", []))
    left = "; ".join(f"{one['number']}: {_stored(one, '')}" for one in data.get("left", []))
    said = [
        _("resolved its parts too: %(numbers)s") % {"numbers": done} if done else "",
        _("left as they are: %(numbers)s") % {"numbers": left} if left else "",
    ]
    return "; ".join(one for one in said if one)


def _numbers(msgid: str, key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda data: _(msgid) % {"numbers": ", ".join(data.get(key, []))}


def _named(msgid: str, field: str) -> Callable[[Mapping[str, Any]], str]:
    """With a name that the entry holds in both languages, as `field`_id and `field`_en."""

    def words(data: Mapping[str, Any]) -> str:
        language = "en" if (get_language() or "id").startswith("en") else "id"
        return _(msgid) % {"name": data.get(f"{field}_{language}", "")}

    return words


def _escalated_up(data: Mapping[str, Any]) -> str:
    words = _("escalated it to %(name)s (level %(level)s)") % {"name": data.get("to"), "level": data.get("level")}
    moment = data.get("moment")
    if moment not in list(Moment):
        return words
    return f"{words}: {_metrics(data)}, {spoken(MOMENT_WORDS[Moment(moment)])}"


def _roles(data: Mapping[str, Any]) -> str:
    return _(
        "gave the roles: %(manager)s leads, %(lead)s sees to the technology, %(voice)s writes to the customers"
    ) % {
        "manager": data.get("manager"),
        "lead": data.get("technical_lead"),
        "voice": data.get("communications"),
    }


_PHRASES: dict[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    "opened": ("flag", _opened),
    "noted": ("message", lambda data: _("wrote")),
    "attached": ("link", lambda data: _("kept the file %(file)s") % {"file": data.get("filename", "")}),
    "start": ("player-play", lambda data: _("took it")),
    "assign": ("user-check", _assigned),
    "changed": ("pencil", changes_in_words),
    "wait": ("player-pause", _waits),
    "resume": ("player-play", lambda data: _("resumed it")),
    "resolve": ("circle-check", lambda data: _("resolved it")),
    "confirm": ("circle-check", lambda data: _("confirmed that it is solved")),
    "reopen": ("arrow-back-up", lambda data: _("reopened it")),
    "close": ("lock", lambda data: _("closed it")),
    "cancel": ("ban", lambda data: _("cancelled it")),
    "merge": ("git-merge", lambda data: _("merged it into %(number)s") % {"number": data.get("into", "")}),
    "split": ("git-merge", lambda data: _("took it out of the merge again")),
    "merged_here": ("git-merge", lambda data: _("merged %(number)s into this") % {"number": data.get("number", "")}),
    "put_under": ("git-merge", _number(gettext_noop("put it under %(number)s"))),
    "take_out": ("git-merge", _number(gettext_noop("took it out of %(number)s"))),
    "child_joined": ("git-merge", _number(gettext_noop("put %(number)s under this"))),
    "child_left": ("git-merge", _number(gettext_noop("took %(number)s out of this"))),
    "replied_below": ("send", _numbers(gettext_noop("wrote the same to its parts: %(numbers)s"), "done")),
    "resolved_below": ("circle-check", _below),
    "children_left": ("info-circle", _numbers(gettext_noop("left its parts as they are: %(numbers)s"), "numbers")),
    "model_applied": ("list-check", _named(gettext_noop("took the steps of “%(name)s”"), "name")),
    "step.done": ("circle-check", _named(gettext_noop("did the step “%(name)s”"), "text")),
    "step.not_needed": ("ban", _named(gettext_noop("said that the step “%(name)s” is not needed"), "text")),
    "step.open": ("arrow-back-up", _named(gettext_noop("opened the step “%(name)s” again"), "text")),
    "escalated": ("arrow-right", lambda data: _("escalated it to %(to)s") % {"to": data.get("team", "")}),
    "escalated_up": ("arrow-up", _escalated_up),
    "escalation_answered": ("message", lambda data: _("answered the escalation")),
    "escalation_unled": ("alert-triangle", lambda data: _("found nobody who leads the team, so nobody was asked")),
    "major.declared": ("urgent", lambda data: _("declared it a major incident")),
    "major.roles": ("users", _roles),
    "major.updated": ("world", lambda data: _("wrote to every customer that is hit")),
    "major.stood_down": ("arrow-down", lambda data: _("stood it down: it is no major incident any more")),
    "major.review_owed": ("pencil", lambda data: _("ended the major incident; its review is owed")),
    "major.review_written": ("pencil", lambda data: _("wrote on the review")),
    "major.improvement": ("plus", lambda data: _("agreed on an improvement")),
    "major.improved": ("circle-check", lambda data: _("did an improvement")),
    "major.reviewed": ("circle-check", lambda data: _("signed the review")),
    "linked": ("link", _link),
    "unlinked": ("link", _unlink),
    "recur": ("flame", lambda data: _stored(data, _("opened it again: the cause is back"))),
    "cause.joined": ("flame", lambda data: _stored(data, _("saw another alert of the same cause"))),
    "cause.cleared": ("circle-check", lambda data: _("saw the cause end")),
    "cause.confirmed": ("circle-check", _named(gettext_noop("confirmed “%(name)s” as the cause"), "name")),
    "cause.withdrawn": ("arrow-back-up", lambda data: _("took back what was confirmed as the cause")),
    "runbook": ("list-check", _reasoned),
    "clocks.started": ("clock", _clocks(gettext_noop("clock started: %(clocks)s"))),
    "clocks.stopped": ("clock-stop", _clocks(gettext_noop("clock stopped: %(clocks)s"))),
    "clocks.paused": ("clock-pause", _clocks(gettext_noop("clock paused: %(clocks)s"))),
    "clocks.resumed": ("clock", _clocks(gettext_noop("clock runs again: %(clocks)s"))),
    "clocks.restarted": ("clock", _clocks(gettext_noop("clock runs again: %(clocks)s"))),
    "clocks.renewed": ("clock", _clocks(gettext_noop("clock started: %(clocks)s"))),
    "clocks.retargeted": ("clock", _clocks(gettext_noop("clock held against another promise: %(clocks)s"))),
    "clock.warned": ("clock-exclamation", _clocks(gettext_noop("time is running short: %(clocks)s"))),
    "clock.breached": ("clock-exclamation", _clocks(gettext_noop("time is over: %(clocks)s"))),
    "obligation.noted": ("file-certificate", lambda data: _("noted how an obligation went")),
}
