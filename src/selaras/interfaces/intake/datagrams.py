"""A UDP port: opened with room for bursts, and with what the system itself had to drop counted."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from selaras.domains.events.contracts.sources import RefusalReason
from selaras.interfaces.intake.core import Core

Address = tuple[str, int]
Received = Callable[[bytes, str, Callable[[bytes], None]], None]

_ROOM = 4 << 20  # bytes that the system may hold for us, if it allows (net.core.rmem_max)
_LOOK = 5.0  # seconds between looks at what it dropped


class Datagrams(asyncio.DatagramProtocol):
    """An open port. `received` is given each datagram, where it came from, and a way to answer."""

    def __init__(self, core: Core, received: Received) -> None:
        self._core, self._received = core, received
        self._socket = socket.socket()
        self._dropped = 0
        self._task: asyncio.Task[None] | None = None

    async def open(self, host: str, port: int) -> int:
        """Open it; gives its number. Raises OSError."""
        loop = asyncio.get_running_loop()
        found = (await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM))[0]
        self._socket.close()
        self._socket = socket.socket(found[0], socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
        try:
            self._socket.bind(found[4])
        except OSError:
            self._socket.close()
            raise
        self._socket.setblocking(False)
        self._inode = str(os.fstat(self._socket.fileno()).st_ino)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=self._socket)
        self._task = asyncio.create_task(self._watch())
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Close it."""
        if self._task is not None:
            self._task.cancel()
            self._count()
            self._transport.close()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """As asyncio calls it."""
        self._received(data, address_of(addr), lambda answer: self._answer(answer, addr))

    def _answer(self, answer: bytes, to: Address) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(answer, to)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            self._count()

    def _count(self) -> None:
        """What the system dropped because we did not read in time: from whom, it does not say."""
        dropped = dropped_of(self._inode)
        if dropped > self._dropped:
            self._core.sources.count("*", RefusalReason.OVERLOADED, dropped - self._dropped)
            self._dropped = dropped


def address_of(peer: Any) -> str:
    """The address of a peer as asyncio names it, one of IPv4 as such; empty if it is not known."""
    return str(peer[0]).removeprefix("::ffff:") if peer else ""


def dropped_of(inode: str) -> int:
    """How many datagrams Linux dropped at a socket; 0 where it does not say."""
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if len(fields) > 12 and fields[9] == inode:
                    return int(fields[12])
    return 0
