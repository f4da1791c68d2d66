"""The live stream: `GET /live` tells open pages what changed, by server-sent events.

Raw ASGI. A message holds ids and kinds only; a page that wants more reads it through its own view, which asks for
permission again. Who is asking is known from Django's session cookie.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from selaras.interfaces.live.hub import Hub
from selaras.interfaces.live.listener import Listener
from selaras.interfaces.live.who import authenticate
from selaras.interfaces.live.wire import BEAT, CLOSED, encode, opening

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT = 15.0  # seconds; proxies cut silent connections after 30 to 60
LIFE = 600.0  # seconds; then the browser comes again, and is asked again who it is
_STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

hub = Hub()
listener = Listener(hub)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer the lifespan and `/live`."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _http(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            hub.close()
            await listener.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _http(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] != "GET":
        await _plain(send, 405, b"Only GET.")
        return
    headers = {name.lower(): value for name, value in scope["headers"]}
    viewer = await authenticate(headers.get(b"cookie", b"").decode("latin-1"))
    if viewer is None:
        # 204 tells EventSource not to come again by itself; a page of somebody signed out has nothing to learn.
        await _plain(send, 204, b"")
        return
    listener.start()
    await send({"type": "http.response.start", "status": 200, "headers": _STREAM})
    client = hub.join(viewer, last=headers.get(b"last-event-id", b"").decode("latin-1"))
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await send({"type": "http.response.body", "body": opening(), "more_body": True})
        await _stream(client, gone, send)
    finally:
        gone.cancel()
        hub.leave(client)
    await send({"type": "http.response.body", "body": b""})


async def _stream(client: Any, gone: "asyncio.Future[None]", send: Send) -> None:
    """Send what the client's queue holds, a heartbeat when it is silent, until it leaves or its time is up."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LIFE
    while not gone.done() and loop.time() < end:
        item = asyncio.ensure_future(client.next())
        done, _ = await asyncio.wait({item, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        if item not in done:
            item.cancel()
        if gone in done:
            return
        message = item.result() if item in done else None
        if message is CLOSED:
            return
        body = BEAT if message is None else encode(message)
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _plain(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
