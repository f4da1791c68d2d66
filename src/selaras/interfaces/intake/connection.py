"""One client of intake's own server: llhttp's parser (httptools) straight on the event loop."""

import asyncio
import logging
from collections import deque
from http import HTTPStatus
from typing import Any

import httptools

from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.dispatch import answer, later
from selaras.interfaces.intake.http import Answer, Refuse, problem, too_large

log = logging.getLogger(__name__)

_HEAD_LIMIT = 64 * 1024  # bytes of request line and headers
_IDLE = 75.0  # seconds a connection may be silent between requests, or in the middle of one
WHOLE = 120.0  # seconds in which a request has to be whole: a byte now and then is no request
_LINGER = 2.0  # seconds a refused client is still listened to
_PIPELINED = 32  # requests of one connection that may wait
_ACCEPTED = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}


class WireRequest:
    """A request as our own parser reads it: complete before it is handled."""

    __slots__ = ("_parts", "client", "fault", "headers", "keep_alive", "method", "path", "query", "size")

    def __init__(self, client: str) -> None:
        self.method = self.path = ""
        self.query = b""
        self.headers: dict[bytes, bytes] = {}
        self.client = client
        self.keep_alive = True
        self.size = 0
        self.fault: Answer | None = None
        self._parts: list[bytes] = []

    def add(self, part: bytes, limit: int) -> None:
        """Take a piece of the body; past `limit` there is a fault."""
        self.size += len(part)
        self._parts.append(part)
        if self.size > limit:
            self.fault = too_large(limit)

    async def body(self, limit: int) -> bytes:
        """See `http.Request`."""
        if self.size > limit:
            raise Refuse(too_large(limit))
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)


class Connection(asyncio.Protocol):
    """One client. Requests are answered in the order they came, one at a time."""

    def __init__(self, core: Core, open_: "set[Connection]") -> None:
        self._core, self._open = core, open_
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: Any = None
        self._client = ""
        self._request = WireRequest("")
        self._head = self._held = 0
        self._waiting: deque[WireRequest] = deque()
        self._task: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._closing = False
        self.heard = self.began = 0.0  # `began`: the request that is not whole yet; 0, none

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The event loop has a new client."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._client = peer[0] if isinstance(peer, tuple) else ""
        self.heard = asyncio.get_running_loop().time()
        if len(self._open) >= self._core.settings.connections:
            self._reject(later(self._core, "too many connections are open"))
        else:
            self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone; what it has posted is committed all the same."""
        self._closing = True
        self._writable.set()
        self._open.discard(self)
        self._core.buffered -= self._held
        self._held = 0

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what is not HTTP is told so, and cut off."""
        self.heard = asyncio.get_running_loop().time()
        if self._closing:
            return  # what still comes after a refusal is read and forgotten
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._reject(problem(400, "no upgrade is offered here"))
        except httptools.HttpParserError as error:
            if isinstance(error.__context__, _HeadTooLarge):
                self._reject(problem(431, f"the request's head is larger than {_HEAD_LIMIT} bytes"))
            else:
                self._reject(problem(400, "this is not an HTTP/1.1 request"))

    def on_message_begin(self) -> None:
        """Parser: a request begins."""
        self._request, self._head = WireRequest(self._client), 0
        self.began = self.heard

    def on_url(self, url: bytes) -> None:
        """Parser: (a piece of) the request target."""
        self._grow(len(url))
        self._request.query += url  # split once it is whole

    def on_header(self, name: bytes, value: bytes) -> None:
        """Parser: one header."""
        self._grow(len(name) + len(value))
        self._request.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """Parser: the head is whole."""
        request = self._request
        path, _, query = request.query.partition(b"?")
        request.method = self._parser.get_method().decode("latin-1")
        request.path, request.query = path.decode("latin-1"), query
        request.keep_alive = self._parser.should_keep_alive()
        limit = self._core.settings.body_limit
        declared = request.headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            self._reject(too_large(limit))
        elif request.headers.get(b"expect", b"").lower() == b"100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Parser: a piece of the body."""
        if not self._closing:
            self._request.add(body, self._core.settings.body_limit)
            self._take(len(body))
            if self._request.fault is not None:
                self._reject(self._request.fault)
            elif self._core.buffered > self._core.settings.waiting_bytes:
                self._reject(later(self._core, "too much is waiting to be stored"))

    def on_message_complete(self) -> None:
        """Parser: the request is whole."""
        self.began = 0.0
        if self._closing:
            return
        self._waiting.append(self._request)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._answer_all())
        elif len(self._waiting) >= _PIPELINED:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """The client reads slower than we write."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._writable.set()

    def idle(self, now: float) -> bool:
        """Whether nothing is under way and nothing was heard for long, or a request is long in coming."""
        slow = self.began and now - self.began > WHOLE
        return self._task is None and bool(slow or now - self.heard > _IDLE)

    def close(self) -> None:
        """Close after the answer that is being made, if one is."""
        self._closing = True
        if self._task is None:
            self._transport.close()

    async def finished(self) -> None:
        """Until the requests under way are answered."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def _take(self, size: int) -> None:
        # Bytes of bodies in memory, over all connections: what bounds it.
        self._held += size
        self._core.buffered += size

    def _grow(self, size: int) -> None:
        self._head += size
        if self._head > _HEAD_LIMIT:
            raise _HeadTooLarge

    def _reject(self, made: Answer) -> None:
        """Refuse in the middle of a request, and close once the client had time to read why.

        Closing at once would reset the connection while it still sends, and it would never see the answer.
        """
        if self._closing:
            return
        self._closing = True
        self._waiting.clear()
        self._transport.write(head(made, keep_alive=False) + made.body)
        if self._transport.can_write_eof():
            self._transport.write_eof()
        asyncio.get_running_loop().call_later(_LINGER, self._transport.close)

    async def _answer_all(self) -> None:
        while self._waiting:
            request = self._waiting.popleft()
            made = await answer(self._core, request)
            if self._held:
                self._take(-min(request.size, self._held))
            keep = request.keep_alive and not self._closing
            if made.status == 200 and not made.headers and keep:
                self._transport.write(_ACCEPTED)
            elif made.chunks is None:
                self._transport.write(head(made, keep_alive=keep) + made.body)
            else:
                await self._stream(made, keep_alive=keep)
            if not keep:
                self._transport.close()
                break
        self._task = None
        if not self._closing:
            self._transport.resume_reading()

    async def _stream(self, made: Answer, *, keep_alive: bool) -> None:
        assert made.chunks is not None
        self._transport.write(head(made, keep_alive=keep_alive))
        try:
            async for chunk in made.chunks:
                if self._transport.is_closing():
                    return
                self._transport.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
                await self._writable.wait()
        except Exception:
            # The head is out: cutting the connection is the only way left to say that this is not all.
            log.exception("intake failed in the middle of an answer")
            self._closing = True
            self._transport.abort()
        else:
            self._transport.write(b"0\r\n\r\n")


class _HeadTooLarge(Exception):
    pass


def head(made: Answer, *, keep_alive: bool) -> bytes:
    """Status line and headers of an answer."""
    lines = [b"HTTP/1.1 %d %b" % (made.status, _REASONS.get(made.status, b"Unknown"))]
    lines += [b"%b: %b" % header for header in made.headers if header[0] != b"connection"]
    lines.append(b"content-length: %d" % len(made.body) if made.chunks is None else b"transfer-encoding: chunked")
    if not keep_alive:
        lines.append(b"connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n"
