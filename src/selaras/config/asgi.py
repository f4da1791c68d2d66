"""One origin for one machine: intake and the live stream answer by themselves, the rest is Django in threads.

`selaras up` serves this on one port. Measured against the other ways in docs/decisions/0002-one-origin.md.
"""

from selaras.config.bridge import Lifespans, WsgiInThreads
from selaras.config.bridge_types import Asgi, Receive, Scope, Send
from selaras.config.wsgi import application as django
from selaras.interfaces.intake.app import application as intake
from selaras.interfaces.intake.app import owns
from selaras.interfaces.live.app import application as live

# Requests that Django works on at a time: each holds a thread and a database connection.
THREADS = 8

pages = WsgiInThreads(django, threads=THREADS)
lifespans = Lifespans(intake, live)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a request to whom it belongs."""
    if scope["type"] == "lifespan":
        await lifespans(scope, receive, send)
    elif scope["type"] == "http":
        await _owner(scope["path"])(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


def _owner(path: str) -> Asgi:
    if owns(path):
        return intake
    return live if path == "/live" or path.startswith("/live/") else pages
