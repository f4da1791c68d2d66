"""One syslog message, from bytes to its parts: RFC 5424, and what RFC 3164 describes of the older practice.

Pure, and never fails: what is not of either form is a `Line` that says why, with as much as could be read.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp"),
    *("audit", "alert", "clock", *(f"local{number}" for number in range(8))),
)
SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_NOTICE_OF_USER = 13  # what RFC 3164 says of a message without a priority

_PRIORITY = re.compile(rb"<(0|[1-9][0-9]{0,2})>")
_VERSION = re.compile(rb"[1-9][0-9]{0,2} ")
_HEADER = (("timestamp", 32), ("hostname", 255), ("app-name", 48), ("procid", 128), ("msgid", 32))
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-](0\d|1\d|2[0-3]):[0-5]\d)", re.ASCII
)  # RFC 5424, 6.2.3: upper case, no leap seconds
_ELEMENT = re.compile(rb'\[([!#-<>-\\^-~]{1,32})((?: [!#-<>-\\^-~]{1,32}="(?:[^"\\\]]|\\.)*")*)\]', re.DOTALL)
_PARAMETER = re.compile(rb' ([^=]+)="((?:[^"\\\]]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\\]])')

# Of RFC 3164 and of what routers and relays really send: a counter, a time (with or without year, fraction, zone; or
# by ISO 8601), the host, and a tag.
_COUNTER = re.compile(r"\d{1,10}: ")
_OLD_TIME = re.compile(
    r"[*.]?((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,6})?"
    r"(?: [A-Z]{2,5})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?):? "
)
_HOST = re.compile(r"([A-Za-z0-9_.:\-]{1,255}[A-Za-z0-9_.\-]|[A-Za-z0-9]) ")
_TAG = re.compile(r"(%?[^\s:\[\]]{1,64})(?:\[([^\]\s]{0,64})\])?: ?")


@dataclass(slots=True)
class Line:
    """What a message says. Empty: not said. `fault` says why it is not of its form; then `message` is all of it."""

    facility: str
    severity: str
    host: str = ""
    app: str = ""
    process: str = ""
    kind: str = ""  # MSGID, or the mnemonic of a router
    message: str = ""
    at: float | None = None  # seconds since 1970, where the sender named its zone
    data: dict[str, dict[str, str]] = field(default_factory=dict)  # structured data: element → parameter → value
    fault: str = ""


class _Malformed(Exception):
    """Not of RFC 5424; the text says what."""


def read_line(line: bytes) -> Line:
    """The parts of one message, without its framing."""
    found = _PRIORITY.match(line)
    priority = int(found[1]) if found else _NOTICE_OF_USER
    if found is None or priority > 191:
        fault = "it begins without a priority from <0> to <191>"
        return _whole(line, _NOTICE_OF_USER, fault)
    version = _VERSION.match(line, found.end())
    if version is None:
        return _old(line, found.end(), priority)
    try:
        return _new(line, version.end(), priority)
    except _Malformed as malformed:
        return _whole(line, priority, str(malformed))


def _made(priority: int) -> Line:
    return Line(FACILITIES[priority >> 3], SEVERITIES[priority & 7])


def _whole(line: bytes, priority: int, fault: str) -> Line:
    made = _made(priority)
    made.message, made.fault = line.decode(errors="replace"), fault
    return made


def _new(line: bytes, start: int, priority: int) -> Line:
    """RFC 5424, behind the version. Raises _Malformed."""
    texts = []
    for name, longest in _HEADER:
        end = line.find(b" ", start)
        text = line[start : end if end >= 0 else len(line)]
        if end < 0 or not 0 < len(text) <= longest or not text.isascii() or not text.decode().isprintable():
            raise _Malformed(f"its {name} is not 1 to {longest} printable ASCII characters and a space")
        texts.append("" if text == b"-" else text.decode())
        start = end + 1
    made = _made(priority)
    made.at = _moment(texts[0])
    _, made.host, made.app, made.process, made.kind = texts
    made.data, start = _structured(line, start)
    if start < len(line):
        if line[start : start + 1] != b" ":
            raise _Malformed(f"a space is expected behind its structured data, at byte {start}")
        made.message, made.fault = _decoded(line[start + 1 :])
    return made


def _moment(text: str) -> float | None:
    if not text:
        return None
    if not _MOMENT.fullmatch(text):
        raise _Malformed("its timestamp is not a time by RFC 3339, to the microsecond at most")
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        raise _Malformed("its timestamp is no time of the calendar") from None


def _structured(line: bytes, start: int) -> tuple[dict[str, dict[str, str]], int]:
    """The structured data and where it ends."""
    if line[start : start + 1] == b"-":
        return {}, start + 1
    data: dict[str, dict[str, str]] = {}
    while found := _ELEMENT.match(line, start):
        name = found[1].decode()
        if name in data:
            raise _Malformed(f"its structured data has two elements {name}")
        pairs = ((pair[1].decode(), pair[2].decode(errors="replace")) for pair in _PARAMETER.finditer(found[2]))
        # A backslash before any other character is itself (6.3.3).
        data[name] = {key: _ESCAPED.sub(r"\1", value) for key, value in pairs}
        start = found.end()
    if not data or line[start : start + 1] == b"[":
        raise _Malformed(f'its structured data is neither "-" nor elements like [id name="value"], at byte {start}')
    return data, start


def _decoded(text: bytes) -> tuple[str, str]:
    text = text.removeprefix(b"\xef\xbb\xbf")
    try:
        return text.decode(), ""
    except UnicodeDecodeError as error:
        return text.decode(errors="replace"), f"its message is not valid UTF-8 at byte {error.start}"


def _old(line: bytes, start: int, priority: int) -> Line:
    """RFC 3164, behind the priority. There is little that it forbids."""
    made = _made(priority)
    text, made.fault = _decoded(line[start:])
    counter = _COUNTER.match(text)
    place = counter.end() if counter else 0
    if time := _OLD_TIME.match(text, place):
        made.at, place = _zoned(time[1]), time.end()
        host = _HOST.match(text, place)
        if host and not host[1].endswith(":"):
            made.host, place = host[1], host.end()
    if tag := _TAG.match(text, place):
        place = tag.end()
        if tag[1].startswith("%"):  # %LINK-3-UPDOWN: of Cisco and its kin
            made.kind = tag[1][1:]
        else:
            made.app, made.process = tag[1], tag[2] or ""
    made.message = text[place:]
    return made


def _zoned(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.timestamp() if found.tzinfo else None
