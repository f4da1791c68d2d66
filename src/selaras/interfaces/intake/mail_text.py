"""What a mail says, from bytes: its subject, from whom, and its text, whatever charset it claims. Pure."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

_PARTS = 200  # looked at, of one mail
_TEXT = 200_000  # characters of a text that are looked at
_BLOCKS = frozenset(
    ("p", "div", "br", "tr", "li", "table", "ul", "ol", "hr", "pre", "blockquote", *(f"h{n}" for n in range(1, 7)))
)
_UNSEEN = frozenset(["style", "script", "head", "title", "template"])


@dataclass(frozen=True, slots=True)
class Mail:
    """The parts of a mail that matter here; empty: it has none."""

    subject: str
    sender: str  # the address
    text: str
    message_id: str
    sent: float | None  # seconds since 1970, by the sender's clock
    urgent: bool


def read_mail(raw: bytes) -> Mail:
    """The mail. Raises whatever the parser does on what is no mail at all: then it is kept as it came."""
    message = message_from_bytes(raw, policy=policy.compat32)
    return Mail(
        subject=header(message, "subject"),
        sender=parseaddr(header(message, "from"))[1] or header(message, "from"),
        text=_text(message)[:_TEXT],
        message_id=header(message, "message-id").strip("<> "),
        sent=_moment(header(message, "date")),
        urgent=_is_urgent(message),
    )


def header(message: Message, name: str) -> str:
    """A header as text on one line; bytes without a charset are UTF-8, else Western."""
    value = message.get(name)
    if value is None:
        return ""
    raw = str(value) if isinstance(value, str) else value.encode()
    try:
        pieces = decode_header(raw)
    except Exception:
        pieces = [(raw, None)]
    made = [_decoded(piece, charset) if isinstance(piece, bytes) else _unescaped(piece) for piece, charset in pieces]
    return " ".join("".join(made).split())


def _unescaped(text: str) -> str:
    return _decoded(text.encode("utf-8", "surrogateescape"), None)


def _decoded(data: bytes, charset: str | None) -> str:
    """Bytes by the charset that is claimed, if that fits; else by UTF-8, if that does; else as Western."""
    for claimed in (charset, "utf-8"):
        try:
            if claimed and claimed.lower() not in ("unknown-8bit", "us-ascii"):
                return data.decode(claimed)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", errors="replace")


def _text(message: Message) -> str:
    """Its plain text, else its HTML as text. Attachments are passed over."""
    found: dict[str, str] = {}
    for number, part in enumerate(message.walk()):
        if number >= _PARTS:
            break
        kind = part.get_content_type()
        if part.is_multipart() or kind not in ("text/plain", "text/html") or part.get_filename():
            continue
        if "attachment" in str(part.get("content-disposition", "")).lower():
            continue
        payload = part.get_payload(decode=True)
        text = _decoded(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""
        if text.strip() and kind not in found:
            found[kind] = text
    if "text/plain" in found:
        return found["text/plain"].replace("\r\n", "\n").strip()
    return from_html(found.get("text/html", ""))


def from_html(html: str) -> str:
    """HTML as the lines that a reader sees."""
    reader = _Reader()
    reader.feed(html[: 10 * _TEXT])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        self._around(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        self._around(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data.replace("\n", " "))

    def _around(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")


def _moment(text: str) -> float | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return found.timestamp() if found.tzinfo else None


def _is_urgent(message: Message) -> bool:
    priority = str(message.get("x-priority", "")).strip()[:1]
    return priority in ("1", "2") or str(message.get("importance", "")).strip().lower() == "high"
