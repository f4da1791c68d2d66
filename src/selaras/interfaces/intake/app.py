"""Intake as an ASGI application, to be mounted beside others on one origin: hand it what `owns` says is its own.

It takes the database from SELARAS_DSN or DATABASE_URL, connects when first asked, and holds nothing that matters.
By itself intake runs faster on its own server (`server.py`).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.dispatch import ROUTES, answer
from selaras.interfaces.intake.heartbeats import ABOVE
from selaras.interfaces.intake.http import Answer, Refuse, problem, too_large
from selaras.interfaces.intake.settings import IntakeSettings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def owns(path: str) -> bool:
    """Whether a path is intake's to answer."""
    return path.startswith(("/api/v2/", "/-/", "/webhooks/", ABOVE)) or path in ROUTES


class AsgiRequest:
    """A request over ASGI."""

    __slots__ = ("_receive", "client", "headers", "method", "path", "query")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope.get("query_string", b"")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        client = scope.get("client")
        self.client: str = client[0] if client else ""
        self._receive = receive

    async def body(self, limit: int) -> bytes:
        """See `http.Request`."""
        declared = self.headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            raise Refuse(too_large(limit))
        parts, size, more = [], 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Refuse(problem(400, "the request ended early"))
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > limit:
                raise Refuse(too_large(limit))
            more = message.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)


class Intake:
    """The ASGI application. `settings` is asked once, when it starts."""

    def __init__(self, settings: Callable[[], IntakeSettings] = IntakeSettings.from_environment) -> None:
        self.core = Core(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the server's lifespan events."""
        if scope["type"] == "http":
            await self.core.start()
            await _send(send, await answer(self.core, AsgiRequest(scope, receive)))
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.core.start()
                except RuntimeError as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.core.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _send(send: Send, made: Answer) -> None:
    headers = list(made.headers)
    if made.chunks is None:
        headers.append((b"content-length", str(len(made.body)).encode()))
    await send({"type": "http.response.start", "status": made.status, "headers": headers})
    if made.chunks is not None:
        async for chunk in made.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": made.body})


application = Intake()
