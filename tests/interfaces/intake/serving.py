"""The real intake on a real port, in the test's own event loop, over the test's database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx
from django.db import connection

from selaras.interfaces.intake.app import Intake
from selaras.interfaces.intake.server import serve
from selaras.interfaces.intake.settings import IntakeSettings

JSON = {"content-type": "application/json"}


def database_url() -> str:
    """The database Django is on, as a URL."""
    where = connection.get_connection_params()
    host = quote(str(where.get("host", "")), safe="")
    port = f"&port={where['port']}" if where.get("port") else ""
    return f"postgresql://{where['user']}:{quote(str(where['password']))}@/{where['dbname']}?host={host}{port}"


@asynccontextmanager
async def intake_port(dsn: str, **settings: Any) -> AsyncIterator[int]:
    """Intake's own server; its port."""
    over = asyncio.Event()
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    made = IntakeSettings(dsn=dsn, **settings)
    task = asyncio.create_task(serve("127.0.0.1", 0, settings=lambda: made, until=over, listening=port.set_result))
    try:
        yield await port
    finally:
        over.set()
        await task


@asynccontextmanager
async def intake(dsn: str, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of intake's own server."""
    async with (
        intake_port(dsn, **settings) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client


@asynccontextmanager
async def mounted(dsn: str, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same as an ASGI application."""
    made = IntakeSettings(dsn=dsn, **settings)
    application = Intake(lambda: made)
    transport = httpx.ASGITransport(application, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        yield client
    await application.core.stop()
