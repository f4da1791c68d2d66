"""The little of HTTP that intake needs: requests in, answers out, errors in Alertmanager's two shapes.

A handler sees a `Request` and does not know whether it came through ASGI (`app.py`) or our own server (`server.py`).
"""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import msgspec

Header = tuple[bytes, bytes]

_JSON = (b"content-type", b"application/json")
_encode = msgspec.json.encode


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A whole response; or, with `chunks`, the head of one whose body follows piece by piece."""

    status: int
    body: bytes = b""
    headers: tuple[Header, ...] = ()
    chunks: AsyncIterator[bytes] | None = None


class Request(Protocol):
    """One request. Header names are lower case; of a repeated header the last counts. `client` is "" if not known."""

    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    client: str

    async def body(self, limit: int) -> bytes:
        """The whole body. Refuses with 413 as soon as it is known to be over `limit` bytes."""


class Refuse(Exception):
    """Ends a request with this answer; nothing was kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def as_json(status: int, value: object, *extra: Header) -> Answer:
    """A JSON document."""
    return Answer(status, _encode(value) + b"\n", (_JSON, *extra))


def problem(status: int, message: str, *extra: Header, code: int | None = None) -> Answer:
    """An error as Alertmanager's HTTP layer words it: `{"code": …, "message": …}`."""
    return as_json(status, {"code": code or status, "message": message}, *extra)


def wrong_type(headers: Mapping[bytes, bytes]) -> Answer | None:
    """415 if the body is not plain JSON by its headers."""
    given = headers.get(b"content-type", b"application/octet-stream")
    if given != b"application/json":
        plain = given.partition(b";")[0].strip().lower().decode("latin-1")
        if plain != "application/json":
            return problem(415, f'unsupported media type "{plain}", only [application/json] are allowed')
    if headers.get(b"content-encoding", b"identity") != b"identity":
        return problem(415, "a compressed body is not supported")
    return None


def text(status: int, words: str) -> Answer:
    """A line of plain text."""
    return Answer(status, words.encode(), ((b"content-type", b"text/plain; charset=utf-8"),))


async def streamed(chunks: AsyncIterator[bytes]) -> Answer:
    """A JSON document that is made while it is sent. What fails before its first piece fails here."""
    first = await anext(chunks)

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return Answer(200, b"", (_JSON,), whole())


def too_large(limit: int) -> Answer:
    """413, naming the limit."""
    return problem(413, f"the body is larger than {limit} bytes", (b"connection", b"close"))
