"""What a mail makes: an alert named by its subject, without the state that the subject says.

Lines such as `Host: db1` or `State: CRITICAL`, which tools write for people, are read as fields.
"""

import re

from selaras.domains.events.reading.clean import bare_name, essence, said_by_name
from selaras.domains.events.reading.guess import guess
from selaras.domains.events.reading.moments import believed
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, severity_labels
from selaras.domains.events.reading.words import LEVEL_OF, Level, Saying, level_of, pieces
from selaras.interfaces.intake.mail_text import Mail, read_mail
from selaras.kernel import clock

UNREADABLE = "Unreadable mail"
_DAY, _INFORMATION = 86_400.0, 300.0  # seconds an alert fires whose mail names no state
_FIELD = re.compile(r"^[ \t*>]*([A-Za-z][A-Za-z /_-]{1,29}?)[ \t*]*[:=][ \t]+(\S.{0,200})$", re.MULTILINE)
_ANSWER = re.compile(r"^\s*(?:re|fw|fwd|aw|wg|bls|trs)\s*:\s*", re.IGNORECASE)
_FIELDS = 40
_GRAVE = {"critical", "emergency", "fatal", "error", "failed", "failure", "unreachable", "warning", "peringatan"}
_SENTENCE = re.compile(r"\s*\w")
_TAKEN = ("instance", "service", "severity", "original_severity", "environment")


def notice_of(raw: bytes, client: str) -> Notice:
    """The notice of a mail, whatever it is."""
    try:
        return _notice(read_mail(raw), client)
    except Exception as error:  # the standard library's parser fails in many ways on what is no mail
        labels = labels_from({"alertname": UNREADABLE, "instance": client, **severity_labels(Level.WARNING.value)})
        told = {"summary": raw[:2000].decode(errors="replace"), "unreadable": type(error).__name__}
        return Notice(Saying.FIRING, labels, annotations_from(told), lasts=_DAY)


def _notice(mail: Mail, client: str) -> Notice:
    subject = _subject(mail)
    fields = {name.strip(): value.strip() for name, value in _FIELD.findall(mail.text)[:_FIELDS]}
    found = _guessed(mail, fields)
    said, _ = said_by_name(subject)
    stated = said is not None or (found is not None and found.lasts is None)
    saying = said or (found.saying if found and stated else Saying.FIRING)
    taken = {name: found.labels[name] for name in _TAKEN if found and name in found.labels}
    labels = labels_from(
        {"alertname": bare_name(subject), **severity_labels(_level(mail, fields)), **taken, "sender": mail.sender}
    )
    told = {
        "summary": next((line for line in mail.text.split("\n") if _SENTENCE.match(line)), subject),
        "description": mail.text,
        "subject": subject,
        "sender_address": client,
        "message_id": mail.message_id,
    }
    place = {name: labels.get(name, "") for name in ("instance", "service", "sender")}
    identity = {"mail": essence(bare_name(subject)) or bare_name(subject), **place}
    lasts = None if stated else _INFORMATION if labels.get("severity") == Level.INFO else _DAY
    return Notice(
        saying,
        labels,
        annotations_from(told),
        identity=identity,
        starts=believed(mail.sent, clock.now().timestamp()),
        lasts=lasts,
    )


def _subject(mail: Mail) -> str:
    text = mail.subject
    while (shorter := _ANSWER.sub("", text)) != text:
        text = shorter
    return text or mail.text.partition("\n")[0][:200] or "Mail without a subject"


def _guessed(mail: Mail, fields: dict[str, str]) -> Notice | None:
    """What the subject says, and the lines of its text that are written as fields."""
    found = guess({"title": mail.subject, **fields})
    return found[0] if len(found) == 1 else None


def _level(mail: Mail, fields: dict[str, str]) -> str:
    """How severe it is: by its state, by a word of its subject that is seldom anything else, or by its priority."""
    said = said_by_name(mail.subject)[1]
    stated = next((value for name, value in fields.items() if name.lower() in ("state", "status")), "")
    spoken = (LEVEL_OF[word] for word in pieces(mail.subject) if word in _GRAVE)
    return said or level_of(stated) or next(spoken, None) or ("high" if mail.urgent else "")
