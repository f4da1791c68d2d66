"""The syslog listeners: UDP, and streams over TCP or TLS. RFC 5424 and 3164, 5426, 6587, 5425.

Syslog has no acknowledgement. A stream is read no faster than messages are committed, so its sender waits and keeps
what it has; datagrams for which there is no room are counted as dropped.
"""

import asyncio
import logging
import ssl
from collections import deque
from functools import partial

from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.reading.notice import Notice
from selaras.interfaces.intake.commit import UNAVAILABLE
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.datagrams import Datagrams, address_of
from selaras.interfaces.intake.http import Refuse
from selaras.interfaces.intake.inbox import Inbox, Item
from selaras.interfaces.intake.syslog_frames import Frames
from selaras.interfaces.intake.syslog_notice import Kinds, notice_of

log = logging.getLogger(__name__)

WIRE = "syslog"
_READ = 65_536
_LAST = 0.3  # seconds that streams are read when the process stops


class Syslog:
    """All syslog listeners of one process; they share one inbox."""

    def __init__(self, core: Core) -> None:
        self._core, self._inbox, self._kinds = core, Inbox(core, WIRE), Kinds()
        self._servers: list[asyncio.Server] = []
        self._datagrams: list[Datagrams] = []
        self._open: set[asyncio.Task[None]] = set()
        self._partial = 0

    async def listen_udp(self, host: str, port: int) -> int:
        """Open a port for datagrams, one message each; gives its number. Raises OSError."""
        opened = Datagrams(self._core, lambda body, client, _answer: self.datagram(body, client))
        number = await opened.open(host, port)
        self._datagrams.append(opened)
        return number

    async def listen_tcp(self, host: str, port: int, context: ssl.SSLContext | None = None) -> int:
        """Open a port for streams, with TLS if there is a context; gives its number. Raises OSError."""
        server = await asyncio.start_server(self._accept, host, port, ssl=context, backlog=512)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take nothing more, and commit what was taken."""
        for opened in self._datagrams:
            opened.close()
        for server in self._servers:
            server.close()
        if self._open:  # what has arrived already is read
            await asyncio.wait(self._open, timeout=_LAST)
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._inbox.stop()

    def datagram(self, body: bytes, client: str) -> None:
        """Take one datagram, or count it as dropped."""
        body = body.rstrip(b"\r\n\0")
        if body:
            self._inbox.offer(self._item(body, client))

    def _item(self, body: bytes, client: str) -> Item:
        return Item(client, body, partial(self._read, body, client))

    def _read(self, body: bytes, client: str, source_id: int) -> Notice:
        return notice_of(body, client, source_id, self._kinds)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        client = address_of(writer.get_extra_info("peername"))
        if len(self._open) >= self._core.settings.connections:
            self._core.sources.count(client, RefusalReason.OVERLOADED)
            writer.close()
            return
        self._open.add(task)
        try:
            await self._core.sources.identify({}, client)
            await self._follow(reader, client)
        except (Refuse, *UNAVAILABLE, ssl.SSLError) as error:
            log.info("the syslog connection of %s is closed: %s", client, error)
        except asyncio.CancelledError:
            pass  # we stop
        finally:
            self._open.discard(task)
            writer.close()

    async def _follow(self, reader: asyncio.StreamReader, client: str) -> None:
        """Read a stream to its end, or until the connections together hold too much that is not whole."""
        frames = Frames(self._core.settings.message_limit)
        whole: deque[bytes] = deque()
        held = 0
        try:
            while self._partial <= self._core.settings.partial_bytes and (data := await reader.read(_READ)):
                whole += frames.feed(data)
                self._partial += frames.held - held
                held = frames.held
                while whole:
                    await self._inbox.put(self._item(whole[0], client))
                    whole.popleft()
        finally:
            self._partial -= held
            for rest in filter(None, (*whole, frames.end())):
                self._inbox.offer(self._item(rest, client))
