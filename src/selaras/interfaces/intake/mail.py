"""The mail listener: SMTP and LMTP. 250 means: on disk.

A mail belongs to the source whose token its address carries (`alerts+TOKEN@…`, or `TOKEN@…`), else to the source in
whose networks the sender is. Anything else is refused at its address, so that the sender hears of it.
"""

import asyncio
import logging
import ssl
from contextlib import suppress
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from selaras.domains.events.contracts.sources import RefusalReason
from selaras.interfaces.intake.commit import UNAVAILABLE, Overloaded, Unavailable
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.datagrams import address_of
from selaras.interfaces.intake.http import Refuse
from selaras.interfaces.intake.mail_notice import notice_of
from selaras.interfaces.intake.notices import take

log = logging.getLogger(__name__)

WIRE = "mail"
_BEGINS = "slr_ev_"  # a token
_LINE = 1 << 20  # bytes of a line: tools that write HTML know no end of one
_GRACE = 5.0  # seconds that mails under way are given when the process stops
_LATER = "451 4.3.0 It cannot be stored now; send it again later"


class Mail:
    """All mail listeners of one process; also what aiosmtpd calls its handler."""

    def __init__(self, core: Core, context: ssl.SSLContext | None) -> None:
        self._core, self._context = core, context
        self._servers: list[asyncio.Server] = []
        self._open: set[_Smtp | _Lmtp] = set()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def listen(self, host: str, port: int, *, lmtp: bool) -> int:
        """Open a port; gives its number. Raises OSError."""
        loop = asyncio.get_running_loop()
        kind = _Lmtp if lmtp else _Smtp

        def made() -> asyncio.Protocol:
            return kind(
                self,
                self._open,
                data_size_limit=self._core.settings.mail_limit,
                enable_SMTPUTF8=True,
                ident="Selaras",
                hostname="selaras",
                tls_context=self._context,
                timeout=120,
                loop=loop,
            )

        server = await loop.create_server(made, host, port, backlog=128)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take nothing more; what is being stored is answered."""
        for server in self._servers:
            server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _GRACE)
        for protocol in list(self._open):
            if protocol.transport is not None:
                protocol.transport.close()

    async def handle_MAIL(  # noqa: N802  # as aiosmtpd names its hooks
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whoever it is from: whose it is, its recipient says."""
        if len(self._open) > self._core.settings.mail_connections:
            self._core.sources.count(address_of(session.peer), RefusalReason.OVERLOADED)
            return "421 4.3.2 Too many connections; send it again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  # the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The source that an address names, or that the sender's own address does."""
        try:
            source = await self._source(address, address_of(session.peer))
        except Refuse:
            return "550 5.1.1 No source of events has this address"
        except (Overloaded, Unavailable, *UNAVAILABLE):
            return _LATER
        known = getattr(envelope, "source", None)
        # LMTP answers for each recipient, and a mail is one source's: the sender repeats it for the others.
        if envelope.rcpt_tos and (known != source or isinstance(server, LMTP)):
            return "452 4.5.3 One recipient at a time"
        envelope.source = source  # type: ignore[attr-defined]  # ours; the envelope is what a mail has of its own
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        """Store it, and then say so."""
        raw = bytes(envelope.original_content or b"")
        source: int = envelope.source  # type: ignore[attr-defined]  # set above
        self._under_way += 1
        self._idle.clear()
        try:
            # In a thread, so that a large mail keeps nobody waiting.
            notice = await asyncio.to_thread(notice_of, raw, address_of(session.peer))
            if await take(self._core, source, WIRE, raw, [notice]):
                await take(self._core, source, WIRE, raw, [])  # the mail at least is kept
        except (Overloaded, Unavailable, *UNAVAILABLE):
            return _LATER
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        """Nothing is known to be stored."""
        log.error("the mail listener failed", exc_info=error)
        return _LATER

    async def _source(self, address: str, client: str) -> int:
        """Raises Refuse, which counts it."""
        local = address.rpartition("@")[0] or address
        token = local.rpartition("+")[2]
        if token.lower().startswith(_BEGINS):
            return await self._core.sources.identify({b"authorization": b"Bearer " + token.encode()}, client)
        return await self._core.sources.identify({}, client)


class _Smtp(SMTP):
    line_length_limit = _LINE

    def __init__(self, handler: Mail, open_: set[Any], **more: Any) -> None:
        super().__init__(handler, **more)
        self._all = open_

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Known from its beginning,"""
        self._all.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """to its end."""
        self._all.discard(self)
        super().connection_lost(error)


class _Lmtp(_Smtp, LMTP):
    """The same, where a mail server hands over what it has received."""
