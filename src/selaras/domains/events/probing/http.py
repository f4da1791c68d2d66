"""HTTP: the status, and a word that the body must hold."""

from urllib.parse import urlsplit

import httptools

from selaras.domains.events.contracts.checks import Probe
from selaras.domains.events.probing.connecting import Failed, connect, hang_up

_BODY = 1 << 20  # bytes looked at
_PIECE = 1 << 16


class _Response:
    """What httptools tells us."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.over = False

    def on_body(self, piece: bytes) -> None:
        self.body += piece

    def on_message_complete(self) -> None:
        self.over = True


async def ask_http(asked: Probe) -> str:
    """GET it; the status must be in the range that is wanted, and the body hold what is wanted."""
    where = urlsplit(asked.target)
    secure = where.scheme == "https"
    host, port = where.hostname or "", where.port or (443 if secure else 80)
    reader, writer = await connect(asked, host, port, secure=secure)
    heard = _Response()
    parser = httptools.HttpResponseParser(heard)
    try:
        writer.write(
            _request(where.netloc.rpartition("@")[2], f"{where.path or '/'}{'?' if where.query else ''}{where.query}")
        )
        while not heard.over and len(heard.body) < _BODY:
            piece = await reader.read(_PIECE)
            if not piece:
                break
            parser.feed_data(piece)
        status = parser.get_status_code()
    except httptools.HttpParserError as error:
        raise Failed(f"this is not HTTP: {error}") from None
    finally:
        await hang_up(writer)
    if not status:
        raise Failed("the connection was closed without an answer")
    if not asked.status_from <= status <= asked.status_to:
        raise Failed(f"status {status}, expected {asked.status_from} to {asked.status_to}")
    if asked.contains and asked.contains not in heard.body.decode("utf-8", errors="replace"):
        raise Failed(f"status {status}, but the answer does not contain “{asked.contains}”")
    return f"status {status}"


def _request(host: str, path: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "User-Agent: Selaras", "Accept: */*", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("ascii", errors="replace")
