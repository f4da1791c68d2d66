"""An HTTP request to an address that somebody typed: checked before it is connected to, bounded in time and size.

The name is resolved once, every address checked, and the connection made to the checked one. No redirect is followed.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import SplitResult

from selaras.kernel.reach import resolve


class NotSent(OSError):
    """No connection came about: the other side has seen nothing of the request."""


class CutOff(OSError):
    """The connection ended before an answer came: the other side may have acted on the request."""


def call(
    where: SplitResult,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    private: bool,
    seconds: float,
    most: int,
) -> tuple[int, bytes]:
    """The status and the first `most` bytes of the answer, within `seconds` from the connection on.

    Raises `reach.Blocked`, NotSent, CutOff.
    """
    connection, raw = _connect(where, private=private, seconds=seconds)
    # Each read has its own timeout; an answer that drips is cut off as a whole.
    late = threading.Timer(seconds, _hang_up, (raw,))
    late.daemon = True
    late.start()
    try:
        path = (where.path or "/") + (f"?{where.query}" if where.query else "")
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, _beginning(answer, most)
    except (OSError, http.client.HTTPException) as problem:
        raise CutOff(str(problem) or type(problem).__name__) from problem
    finally:
        late.cancel()
        connection.close()


def _connect(where: SplitResult, *, private: bool, seconds: float) -> tuple[http.client.HTTPConnection, socket.socket]:
    host = where.hostname or ""
    secure = where.scheme == "https"
    port = where.port or (443 if secure else 80)
    try:
        addresses = resolve(host, port, private=private)
    except socket.gaierror as problem:
        raise NotSent(str(problem)) from problem
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        raw = socket.create_connection((addresses[0][1], port), timeout=seconds)
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
    except OSError as problem:
        raise NotSent(str(problem)) from problem
    return connection, connection.sock


def _beginning(answer: http.client.HTTPResponse, most: int) -> bytes:
    """What came of the body: its status says all that matters."""
    with suppress(OSError, http.client.HTTPException):
        return answer.read(most)
    return b""


def _hang_up(raw: socket.socket) -> None:
    with suppress(OSError):
        raw.shutdown(socket.SHUT_RDWR)
