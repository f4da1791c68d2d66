"""Pure decisions about runbooks: what a sound step is, what an answer means, what of it may be kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from selaras.domains.operations.contracts import METHODS, StepKind, StepRow
from selaras.domains.operations.filling import is_json, is_odd, labels_of, secrets_of, written
from selaras.kernel.sentences import Sentence, say

MOST_STEPS = 30
ANSWER_LENGTH = 2048  # characters of an answer that are kept
_MOST_HEADERS = _MOST_SECRETS = 10
_LATER = frozenset({408, 425, 429})
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,59}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,60}")
# They are the connection's own, or name the place that is meant.
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type", "idempotency-key"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SHORTEST_SECRET = 4


def step_fault(step: StepRow) -> Sentence | None:
    """What is wrong with a step, if anything."""
    if not step.title or len(step.title) > 200 or "\0" in step.title:
        return say("Give it a title of up to 200 characters.")
    if len(step.text) > 4000 or "\0" in step.text:
        return say("Write up to 4,000 characters.")
    return _call_fault(step) if step.kind is StepKind.CALL else None


def _call_fault(step: StepRow) -> Sentence | None:
    if step.method not in METHODS:
        return say("Choose one of the methods.")
    if step.body and (step.method in ("GET", "HEAD") or len(step.body) > 20_000 or not is_json(step.body)):
        return say("The body is JSON of up to 20,000 characters, with {{ label }} inside of quotes; GET has none.")
    if not (100 <= step.expects_from <= step.expects_to <= 599):
        return say("The expected status is between 100 and 599, the lower one first.")
    if not 1 <= step.seconds <= 60 or not 0 <= step.retries <= 5:
        return say("Wait 1 to 60 seconds for the answer, and repeat up to 5 times.")
    return _url_fault(step.url) or _headers_fault(step.headers) or _secrets_fault(step)


def _url_fault(url: str) -> Sentence | None:
    wrong = say("Give an address that begins with https:// or http:// and names a host, without {{ label }} in it.")
    try:
        where = urlsplit(url)
        _port = where.port
    except ValueError:
        return wrong
    if where.scheme not in ("http", "https") or not where.hostname or "{" in where.netloc or where.username:
        return wrong
    if len(url) > 1000 or not url.isascii() or any(sign in url for sign in "\r\n\t") or is_odd(url):
        return wrong
    return None


def _headers_fault(headers: Mapping[str, str]) -> Sentence | None:
    if len(headers) > _MOST_HEADERS:
        return say("At most %(most)s headers.", most=_MOST_HEADERS)
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or name.lower() in _OURS:
            return say("“%(name)s” cannot be a header here.", name=name[:60])
        if not value or len(value) > 1000 or not value.isascii() or not value.isprintable():
            return say("Give the header “%(name)s” a value of plain characters.", name=name)
    return None


def _secrets_fault(step: StepRow) -> Sentence | None:
    if len(step.secrets) > _MOST_SECRETS:
        return say("At most %(most)s secrets.", most=_MOST_SECRETS)
    for name, value in step.secrets.items():
        if not _NAME.fullmatch(name):
            return say("“%(name)s” cannot name a secret: use letters, digits and _.", name=name[:60])
        if len(value) < _SHORTEST_SECRET or len(value) > 1000 or not value.isprintable():
            return say("Give the secret “%(name)s” 4 to 1,000 printable characters.", name=name)
    missing = sorted(set(secrets_of(step.url, step.body)) - step.secrets.keys())
    return say("No secret is called “%(name)s”.", name=missing[0]) if missing else None


def origin(url: str) -> str:
    """Where a request goes: a secret kept for one origin is not sent to another."""
    where = urlsplit(url)
    return f"{where.scheme}://{where.netloc}".lower()


def needs_of(steps: Iterable[StepRow]) -> tuple[str, ...]:
    """The labels that a run of these steps must have."""
    return tuple(labels_of(*(text for step in steps for text in (step.url, step.body))))


def is_expected(step_from: int, step_to: int, status: int) -> bool:
    """Whether an answer means that the step is done."""
    return step_from <= status <= step_to


def may_come_right(status: int) -> bool:
    """Whether the same request may be answered otherwise later."""
    return status >= 500 or status in _LATER


def wait_after(attempts: int) -> timedelta:
    """How long to wait before the next of several tries: 1, 2, 4 … seconds."""
    return timedelta(seconds=min(60, 2 ** max(0, attempts - 1)))


def kept_answer(body: bytes, secrets: Sequence[str]) -> str:
    """The beginning of an answer as it may be kept: as text, without what was sent in secret."""
    # Bodies are cut off where they are long, which may be within a letter.
    text = _CONTROL.sub(" ", body.decode(errors="replace").rstrip("\ufffd"))
    return hidden(text, secrets)[:ANSWER_LENGTH]


def hidden(text: str, secrets: Sequence[str]) -> str:
    """A text without the secrets that may stand in it, nor the beginning of one where it was cut off."""
    parts = sorted(_parts(secrets), key=len, reverse=True)
    for part in parts:
        text = text.replace(part, "•••")
    cut = max((_begun(text, part) for part in parts), default=0)
    return f"{text[:-cut]}•••" if cut else text


def _begun(text: str, part: str) -> int:
    """How much of a part the text ends with, if it is enough to matter."""
    tail = text[1 - len(part) :]
    at = tail.find(part[:_SHORTEST_SECRET])
    while at >= 0 and not part.startswith(tail[at:]):
        at = tail.find(part[:_SHORTEST_SECRET], at + 1)
    return len(tail) - at if at >= 0 else 0


def _parts(secrets: Sequence[str]) -> set[str]:
    """Each secret as it may be written, and what stands in it behind a scheme ("Bearer …")."""
    found = {part for secret in secrets for own in (secret, secret.rpartition(" ")[2]) for part in written(own)}
    return {part for part in found if len(part) >= _SHORTEST_SECRET}
