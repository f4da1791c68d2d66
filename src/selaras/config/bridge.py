"""A WSGI application in bounded threads behind ASGI, and the start and stop of several ASGI applications.

One hop to a thread a request: body in, whole answer out. General adapters hop for every message, which cost a
quarter more CPU on a real page (docs/decisions/0002-one-origin.md).
"""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from selaras.config.bridge_types import Asgi, Environ, Message, Receive, Scope, Send, Wsgi

# Bodies and answers above this many bytes are not held in memory as a whole.
HELD_BYTES = 1 << 20
# Django's own limits are tighter and say more; this one keeps the disk from filling.
BODY_BYTES = 64 << 20


class WsgiInThreads:
    """Answer ASGI requests with a WSGI application, at most `threads` at a time."""

    def __init__(self, app: Wsgi, threads: int) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(HELD_BYTES) as body:
            if not await _read(receive, body):
                await _too_large(send)
                return
            loop = asyncio.get_running_loop()
            answer = _Answer(self.app, _environ(scope, body))
            try:
                more = await loop.run_in_executor(self.pool, answer.begin)
                await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
                while more:
                    await send({"type": "http.response.body", "body": answer.part, "more_body": True})
                    more = await loop.run_in_executor(self.pool, answer.go_on)
                await send({"type": "http.response.body", "body": answer.part})
            finally:
                if not answer.closed:
                    await loop.run_in_executor(self.pool, answer.close)


class _Answer:
    """A WSGI answer taken in parts of about HELD_BYTES; most have one part and are closed in the same hop."""

    def __init__(self, app: Wsgi, environ: Environ) -> None:
        self.app, self.environ = app, environ
        self.status, self.headers, self.part = 500, list[tuple[bytes, bytes]](), b""
        self.closed = True

    def begin(self) -> bool:
        """Call the application; True if more parts follow the first."""
        self.result = self.app(self.environ, self._start)
        self.closed = False
        self.rest: Iterator[bytes] = iter(self.result)
        return self.go_on()

    def go_on(self) -> bool:
        """Take the next part."""
        taken, size = [], 0
        for piece in self.rest:
            taken.append(piece)
            size += len(piece)
            if size >= HELD_BYTES:
                self.part = b"".join(taken)
                return True
        self.part = b"".join(taken)
        self.close()
        return False

    def close(self) -> None:
        """Tell the application that the request is over (Django hands back its connection then)."""
        self.closed = True
        getattr(self.result, "close", lambda: None)()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]


async def _read(receive: Receive, body: IO[bytes]) -> bool:
    more, size = True, 0
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        piece = message.get("body", b"")
        size += len(piece)
        if size > BODY_BYTES:
            return False
        body.write(piece)
        more = message.get("more_body", False)
    body.seek(0)
    return True


async def _too_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"The request is too large."})


def _environ(scope: Scope, body: IO[bytes]) -> Environ:
    server, client = scope.get("server") or ("localhost", 0), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:  # would be taken for the header with a hyphen
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        environ[key] = environ[key] + ("; " if name == "COOKIE" else ",") + value if key in environ else value
    return environ


class Lifespans:
    """Start and stop several ASGI applications as one; those that know no lifespan are left alone."""

    def __init__(self, *apps: Asgi) -> None:
        self.apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        running = [_Lifespan(app, scope) for app in self.apps]
        await receive()
        failures = [why for one in running if (why := await one.tell("lifespan.startup"))]
        if failures:
            await send({"type": "lifespan.startup.failed", "message": "; ".join(failures)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for one in running:
            await one.tell("lifespan.shutdown")
        await send({"type": "lifespan.shutdown.complete"})


class _Lifespan:
    def __init__(self, app: Asgi, scope: Scope) -> None:
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.outbox: asyncio.Queue[Message] = asyncio.Queue()
        self.task = asyncio.ensure_future(app(scope, self.inbox.get, self.outbox.put))

    async def tell(self, what: str) -> str:
        """Tell the application and wait for its word; gives the reason if it failed."""
        if self.task.done():
            return ""
        await self.inbox.put({"type": what})
        word = asyncio.ensure_future(self.outbox.get())
        await asyncio.wait({word, self.task}, return_when=asyncio.FIRST_COMPLETED)
        if word.done():
            message = word.result()
            return str(message.get("message") or message["type"]) if message["type"].endswith("failed") else ""
        word.cancel()
        with suppress(Exception):
            self.task.result()
        return ""
