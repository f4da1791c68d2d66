"""The process that speaks to Apprise: one question on stdin, one answer on stdout, both JSON. No Django, no database.

Before anything is sent, this process loses the ability to connect to an address that is not public: whatever a
service's code resolves or is redirected to, the check is made on the address it really connects to.
"""

import json
import logging
import re
import socket
import sys
from collections.abc import Callable
from typing import Any

from selaras.kernel.reach import Blocked, is_public

# Services that act on this machine instead of reaching a person.
_LOCAL = frozenset({"dbus", "qt", "glib", "kde", "gnome", "macosx", "windows", "syslog", "file"})


def main() -> None:
    """Answer one question."""
    question = json.load(sys.stdin)
    kept, sys.stdout = sys.stdout, sys.stderr  # what plugins print is no answer
    kept.write(json.dumps(_answer(question)))


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    import apprise

    url = str(question["url"]).strip()
    if url.split("://", 1)[0].lower() in _LOCAL:
        return {"why": "this service acts on the server itself", "again": False}
    said: list[str] = []
    logging.getLogger("apprise").addHandler(_Hearing(said))
    found = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if found is None:
        return {"why": "no service is known by this address", "again": False}
    service = str(found.service_name)
    if "body" not in question:
        return {"service": service}
    blocked: list[str] = []
    if not question.get("private"):
        for name in ("connect", "connect_ex", "sendto"):
            setattr(socket.socket, name, _checked(getattr(socket.socket, name), blocked))
    sent = bool(found.notify(body=question["body"], title=question["title"]))
    said += [f"{address} is not a public address" for address in dict.fromkeys(blocked)]
    return {"service": service, "sent": sent, "why": _without(url, " ".join(said))[:300], "again": not blocked}


def _without(url: str, words: str) -> str:
    """What was said, without anything of the address that may be a secret."""
    for part in re.split(r"[/:@?&=]", url):
        if len(part) > 5 and not is_public(part) and part in words:
            words = words.replace(part, "***")
    return words


def _checked(original: Callable[..., Any], blocked: list[str]) -> Callable[..., Any]:
    def call(self: socket.socket, *arguments: Any) -> Any:
        where = arguments[-1]
        address = where[0] if isinstance(where, tuple) else str(where)
        if not is_public(str(address)):
            blocked.append(str(address))
            raise Blocked(str(address))
        return original(self, *arguments)

    return call


class _Hearing(logging.Handler):
    """Keeps what Apprise says of a failure."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


if __name__ == "__main__":
    main()
