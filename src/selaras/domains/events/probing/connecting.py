"""Connect to a host's address, once it was judged."""

import asyncio
import ssl
from contextlib import suppress
from ipaddress import ip_address

from selaras.domains.events.contracts.checks import Probe
from selaras.kernel.reach import resolve


class Failed(Exception):
    """The target is not as it should be; the text says how."""


class Unable(Exception):
    """This machine cannot ask; the text says why."""


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def address_of(asked: Probe, host: str, port: int) -> str:
    """The first address of a host. Raises Blocked, or OSError if the name is unknown."""
    found = await asyncio.to_thread(resolve, host, port, private=False, networks=asked.networks)
    return found[0][1]


async def connect(asked: Probe, host: str, port: int, *, secure: bool = False) -> Streams:
    """Streams to it. With `secure`, its certificate is verified unless the check says otherwise."""
    address = await address_of(asked, host, port)
    if not secure:
        return await asyncio.open_connection(address, port)
    context = ssl.create_default_context()
    if not asked.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return await asyncio.open_connection(address, port, ssl=context, server_hostname=host)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close without waiting for the other side."""
    with suppress(OSError):
        writer.transport.abort()


def host_and_port(target: str, default: int | None = None) -> tuple[str, int]:
    """`host:port`, `[v6]:port`, or a host alone where there is a default. Raises ValueError."""
    host, colon, port = target.rpartition(":")
    if not colon or (target.count(":") > 1 and not target.startswith("[")) or target.endswith("]"):
        host, port = target, ""
    host = host.strip("[]")
    if ":" in host:
        ip_address(host)
    number = int(port) if port else default
    if not host or any(mark in host for mark in "/ @") or number is None or not 0 < number < 65_536:
        raise ValueError(target)
    return host, number


async def ask_tcp(asked: Probe) -> str:
    """Whether a port takes a connection."""
    host, port = host_and_port(asked.target)
    _, writer = await connect(asked, host, port)
    await hang_up(writer)
    return f"port {port} is open"
