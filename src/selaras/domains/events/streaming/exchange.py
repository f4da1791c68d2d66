"""One request over a TLS connection of its own, and its answer piece by piece as it comes. No Django, no database."""

import asyncio
import hashlib
import json
import socket
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httptools

from selaras.domains.events.contracts.streams import ICINGA_PORT, Target
from selaras.kernel.reach import resolve

_CONNECT = 10.0  # seconds
_PIECE = 1 << 16
_QUIET = ((socket.TCP_KEEPIDLE, 30), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3))


class WrongCertificate(Exception):
    """The certificate is not the one with the fingerprint that is known; the text is the fingerprint it has."""


class Answered(Exception):
    """The answer is no success: its status and the beginning of what it says."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status} {words}")
        self.status, self.words = status, words


class Exchange:
    """The answer to a request: its body comes in pieces, until it is over."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._parser = httptools.HttpResponseParser(self)
        self._come = bytearray()
        self.headed = self.over = False

    def on_headers_complete(self) -> None:
        """Told by httptools."""
        self.headed = True

    def on_body(self, piece: bytes) -> None:
        """Told by httptools."""
        self._come += piece

    def on_message_complete(self) -> None:
        """Told by httptools."""
        self.over = True

    async def head(self) -> int:
        """The status."""
        while not self.headed and not self.over:
            await self._read()
        return int(self._parser.get_status_code())

    async def piece(self) -> bytes:
        """What has come of the body; empty: it is over. May be cancelled without a loss."""
        while not self._come and not self.over:
            await self._read()
        taken = bytes(self._come)
        self._come.clear()
        return taken

    async def whole(self, most: int) -> bytes:
        """The whole body. OSError if it has more than `most` bytes."""
        body = bytearray()
        while piece := await self.piece():
            body += piece
            if len(body) > most:
                raise OSError(f"the answer has more than {most >> 20} MB")
        return bytes(body)

    async def _read(self) -> None:
        come = await self._reader.read(_PIECE)
        if come:
            self._parser.feed_data(come)
        elif self.headed:
            self.over = True  # an answer without a length ends with its connection
        else:
            raise ConnectionResetError("the connection was closed without an answer")


@asynccontextmanager
async def exchange(target: Target, path: str, asks: Mapping[str, Any], *, reads: bool) -> AsyncIterator[Exchange]:
    """Post `asks` as JSON (`reads`: it is a GET with a body, as Icinga takes long questions). Raises Answered."""
    where = urlsplit(target.address)
    host, port = where.hostname or "", where.port or ICINGA_PORT
    async with asyncio.timeout(_CONNECT):
        reader, writer = await _connect(target, host, port)
    try:
        writer.write(_request(target, where.netloc, where.path.rstrip("/") + path, asks, reads=reads))
        answer = Exchange(reader)
        async with asyncio.timeout(_CONNECT * 3):
            status = await answer.head()
            if status != 200:
                raise Answered(status, (await answer.piece()).decode(errors="replace")[:300])
        yield answer
    finally:
        writer.transport.abort()


async def _connect(target: Target, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    found = await asyncio.to_thread(resolve, host, port, private=False, networks=target.networks)
    reader, writer = await asyncio.open_connection(found[0][1], port, ssl=_context(target), server_hostname=host)
    try:
        _prove(target, writer)
        kept = writer.get_extra_info("socket")
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _QUIET:
            kept.setsockopt(socket.IPPROTO_TCP, option, value)
    except BaseException:
        writer.transport.abort()
        raise
    return reader, writer


def _context(target: Target) -> ssl.SSLContext:
    if target.fingerprint:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    context = ssl.create_default_context(cadata=target.authority or None)
    # The authority that Icinga makes by itself leaves out what RFC 5280 wants of one.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _prove(target: Target, writer: asyncio.StreamWriter) -> None:
    """Before the password is sent."""
    if target.fingerprint:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        has = hashlib.sha256(certificate or b"").hexdigest()
        if has != target.fingerprint:
            raise WrongCertificate(has)


def _request(target: Target, host: str, path: str, asks: Mapping[str, Any], *, reads: bool) -> bytes:
    body = json.dumps(asks).encode()
    secret = b64encode(f"{target.user}:{target.password}".encode()).decode()
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: Selaras",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Authorization: Basic {secret}",
        *(["X-HTTP-Method-Override: GET"] if reads else []),
        "Connection: close",
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin-1", errors="replace") + body
