"""What each verb of a run's log is called, after the name of whoever did it."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from selaras.domains.operations.contracts import RunEntryRow
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.sentences import Sentence

Data = Mapping[str, object]


def tell_entry(entry: RunEntryRow) -> tuple[str, str, str]:
    """The icon, the words, and what was said with it."""
    icon, phrase = _PHRASES.get(entry.verb, ("circle", lambda data: entry.verb))
    why = entry.data.get("why")
    quote = spoken(why) if isinstance(why, Sentence) else str(entry.data.get("reason") or entry.data.get("note") or "")
    return icon, phrase(entry.data), quote


def _started(data: Data) -> str:
    rule = data.get("rule")
    return _("started it, as the rule “%(rule)s” says") % {"rule": rule} if rule else _("started it")


_PHRASES: dict[str, tuple[str, Callable[[Data], str]]] = {
    "start": ("player-play", _started),
    "ask": ("player-pause", lambda data: _("asks for approval of “%(step)s” and what follows") % data),
    "approve": ("shield-check", lambda data: _("approved it")),
    "refuse": ("ban", lambda data: _("refused it")),
    "expire": ("clock-stop", lambda data: _("ended it, as nobody approved in time")),
    "finish": ("circle-check", lambda data: _("finished it")),
    "fail": ("circle-x", lambda data: _("ended it, as a step failed")),
    "cancel": ("ban", lambda data: _("cancelled it")),
    "step.done": ("check", lambda data: _("did “%(step)s”") % data),
    "step.failed": ("circle-x", lambda data: _("could not do “%(step)s”") % data),
    "step.retry": ("refresh", lambda data: _("will try “%(step)s” again") % data),
    "step.doubtful": ("alert-triangle", lambda data: _("does not know what came of “%(step)s”") % data),
}
