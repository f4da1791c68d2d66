"""Bodies of webhooks: unpacked if they are compressed, read as JSON, refused with what is wrong and where."""

import json
import re
import zlib
from typing import Any

import msgspec

from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Refuse, Request, problem, too_large

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_HALVES = re.compile("[\ud800-\udfff]")
_decode = msgspec.json.Decoder().decode


class Unreadable(Exception):
    """A body that is not what its format asks for; the text says what is wrong."""


async def read_body(core: Core, request: Request) -> bytes:
    """The body, unpacked; never larger than the limit in either form. Refuses with 400, 413, 415."""
    limit = core.settings.body_limit
    body = await request.body(limit)
    encoding = request.headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding in (b"identity", b""):
        return body
    if encoding not in (b"gzip", b"x-gzip", b"deflate"):
        words = f'content-encoding "{encoding.decode("latin-1")[:40]}" is not supported, only gzip and deflate are'
        raise Refuse(problem(415, words))
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        whole = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise Refuse(problem(400, f"the compressed body cannot be unpacked: {error}")) from None
    if len(whole) > limit:
        raise Refuse(too_large(limit))
    if not unpacker.eof:
        raise Refuse(problem(400, "the compressed body is cut short"))
    return whole


async def read_json(core: Core, request: Request) -> tuple[bytes, Any]:
    """The body and the JSON value it is. Refuses with 400, 413, 415."""
    body = await read_body(core, request)
    try:
        return body, parsed(body)
    except Unreadable as error:
        raise Refuse(problem(400, str(error))) from None


def parsed(body: bytes) -> Any:
    """The JSON value that a body is. Raises Unreadable."""
    if not body.strip():
        raise Unreadable("the body is empty; JSON is expected")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"invalid UTF-8 at byte {error.start}") from None
    try:
        return _decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return _read_slowly(text)


def _read_slowly(text: str) -> Any:
    # Says where it is malformed, and takes what the fast one does not: halves of surrogate pairs, which
    # nothing behind this can hold, and so become U+FFFD.
    try:
        value = json.loads(text)
        whole = _HALVES.sub("\N{REPLACEMENT CHARACTER}", json.dumps(value, ensure_ascii=False))
        return json.loads(whole)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: line {error.lineno} column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"cannot be read as JSON: {type(error).__name__}") from None
