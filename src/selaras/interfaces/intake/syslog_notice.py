"""What a syslog message makes: a notice whose labels leave out what changes from one message to the next.

A log repeats itself with other numbers in it. The name of its alert is its kind (MSGID), else its text without what
looks like a value, so that a message a second is one alert. How many there may be is bounded, whatever is sent.
"""

import re
from datetime import UTC, datetime
from time import monotonic

from selaras.domains.events.reading.moments import believed
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, severity_labels
from selaras.domains.events.reading.words import Level, Saying
from selaras.interfaces.intake.syslog_line import Line, read_line
from selaras.kernel import clock

UNREADABLE = "Unreadable syslog message"
OTHER = "Other messages"

_LASTS, _INFORMATION = 3600.0, 300.0  # seconds an alert fires that is not logged again
_VALUE = re.compile(r"""'[^']{0,200}'|"[^"]{0,200}"|\S*\d\S*|\S+@\S+""")
_RUN = re.compile(r"…(?:[\s,;:=]*…)+")
_NAME = 120  # characters of a text that becomes a name
_CHANGES = frozenset({"timeQuality", "meta", "origin"})  # elements registered for what differs by message
_WORD = re.compile(r"[^\W\d]{1,64}(?:[ ._/-][^\W\d]{1,64}){0,4}")


class Kinds:
    """How many alerts may be told apart of one host, program and severity: `few`; the rest goes into one of them.

    Counted anew every hour, by this process, or earlier if there are very many. How many alerts a source may open at
    all is bounded where every wire's are (events/actions/flood.py).
    """

    def __init__(self, few: int = 20, hours: float = 1.0, most: int = 100_000) -> None:
        self._few, self._age, self._most = few, hours * 3600, most
        self._of_place: dict[tuple[int, str, str, str], set[int]] = {}
        self._texts, self._until = 0, 0.0

    def bounded(self, source_id: int, labels: dict[str, str]) -> dict[str, str]:
        """The labels, or fewer of them where there are too many already."""
        if monotonic() > self._until or self._texts >= self._most:
            self._of_place.clear()
            self._texts, self._until = 0, monotonic() + self._age
        place = (labels.get("instance", ""), labels.get("app", ""), labels.get("severity", ""))
        known = self._of_place.setdefault((source_id, *place), set())
        text = hash(repr(labels))
        if text in known:
            return labels
        if len(known) < self._few:
            known.add(text)
            self._texts += 1
            return labels
        kept = {name: value for name, value in labels.items() if name in _PLACE}
        return {**kept, "alertname": f"{kept['app']}: {OTHER.lower()}" if "app" in kept else OTHER}


_PLACE = ("instance", "app", "severity")


def notice_of(body: bytes, client: str, source_id: int, kinds: Kinds) -> Notice:
    """The notice of one message; `client` is the address it came from."""
    line = read_line(body)
    readable = not line.fault or line.host or line.app or line.at is not None
    labels = labels_from(
        {
            "alertname": _name(line) if readable else UNREADABLE,
            "instance": line.host or client,
            "app": line.app,
            "facility": line.facility if readable else "",
            "msgid": line.kind,
            **severity_labels(line.severity),
            **(_words(line) if readable else {}),
        }
    )
    starts = believed(line.at, clock.now().timestamp())
    told = {
        "summary": line.message or line.kind or line.app,
        "unreadable": line.fault,
        "process": line.process,
        "logged_at": ""
        if line.at is None or starts is not None
        else f"{datetime.fromtimestamp(line.at, UTC):%F %T} UTC",
        "sender": client,
        **{f"{name.partition('@')[0]}_{key}": text for name, of in line.data.items() for key, text in of.items()},
    }
    lasts = _INFORMATION if labels.get("severity") == Level.INFO else _LASTS
    kept = kinds.bounded(source_id, labels)
    return Notice(Saying.FIRING, kept, annotations_from(told), starts=starts, lasts=lasts)


def _name(line: Line) -> str:
    text = line.kind or masked(line.message)
    return f"{line.app}: {text}" if line.app and text else line.app or text or "Syslog message"


def masked(message: str) -> str:
    """A message's first line without what looks like a value: quoted, with a digit, or an address."""
    first = message.lstrip()[: 4 * _NAME].partition("\n")[0]
    text = _RUN.sub("…", _VALUE.sub("…", first)).strip()
    return text if len(text) <= _NAME else text[: _NAME - 1] + "…"


def _words(line: Line) -> dict[str, str]:
    """Structured data that says what kind of message it is: words. Numbers and identifiers are annotations alone."""
    return {
        f"{name.partition('@')[0]}_{key}": text
        for name, of in line.data.items()
        if name not in _CHANGES
        for key, text in of.items()
        if _WORD.fullmatch(text)
    }
