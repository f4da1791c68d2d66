"""The SNMP listener: traps and INFORMs of versions 1, 2c and 3 over UDP.

Version 3 proves who sends by its user, 1 and 2c by their address (a community proves nothing). An INFORM is answered
once what it says is committed, so its sender repeats what was lost.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from pathlib import Path

from selaras.domains.events.actions.know_source import load_snmp_users
from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.reading.notice import Notice
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.datagrams import Datagrams
from selaras.interfaces.intake.inbox import Inbox, Item
from selaras.interfaces.intake.snmp_keys import Unproved, User
from selaras.interfaces.intake.snmp_mibs import Mibs
from selaras.interfaces.intake.snmp_notice import notice_of
from selaras.interfaces.intake.snmp_packet import Trap, Unreadable, read_packet, version_of
from selaras.interfaces.intake.snmp_usm import Usm
from selaras.kernel.sealed import WrongKey, unseal_with

log = logging.getLogger(__name__)

WIRE = "snmp"
_EVERY = 3.0  # seconds between looks at the users
_OWN_CHOICE = b"\x80\x00\x00\x00\x05"  # an engine id of octets of our own choice (RFC 3411, 5), of no enterprise


class Snmp:
    """The listener of one process."""

    def __init__(self, core: Core) -> None:
        self._core, self._inbox, self._mibs = core, Inbox(core, WIRE), Mibs()
        # The same after every start, and another for every database and machine.
        own = blake2b(f"{core.settings.dsn} {socket.gethostname()}".encode(), digest_size=12).digest()
        self._usm = Usm(_OWN_CHOICE + own)
        self._ports: list[Datagrams] = []
        self._task: asyncio.Task[None] | None = None

    async def listen(self, host: str, port: int) -> int:
        """Open a port; gives its number. Raises OSError."""
        if self._task is None:
            await self._prepare()
        opened = Datagrams(self._core, self.packet)
        number = await opened.open(host, port)
        self._ports.append(opened)
        return number

    async def stop(self) -> None:
        """Take nothing more, commit what was taken, and answer it."""
        if self._task is not None:
            self._task.cancel()
        await self._inbox.stop()
        for opened in self._ports:
            opened.close()

    def packet(self, packet: bytes, client: str, answer: Callable[[bytes], None]) -> None:
        """Take one packet, or count why not."""
        try:
            read = self._read(packet, answer)
        except Unreadable as error:
            log.info("a packet of %s is not taken: %s", client, error)
            self._core.sources.count(client, RefusalReason.UNREADABLE)
        except Unproved as error:
            log.info("a packet of %s is not taken: %s", client, error)
            self._core.sources.count(client, RefusalReason.UNKNOWN_CREDENTIALS)
        else:
            if read is not None:
                self._offer(packet, client, *read, answer)

    def _read(self, packet: bytes, answer: Callable[[bytes], None]) -> tuple[Trap, User | None] | None:
        if version_of(packet) != 3:
            return read_packet(packet), None
        found = self._usm.read(packet)
        if isinstance(found, bytes):
            answer(found)
            return None
        return found

    def _offer(
        self, packet: bytes, client: str, trap: Trap, user: User | None, answer: Callable[[bytes], None]
    ) -> None:
        make = trap.answer
        self._inbox.offer(
            Item(
                client,
                packet,
                partial(self._notice, trap, client),
                source_id=user.source_id if user else None,
                done=(lambda: answer(make())) if make else None,
            )
        )

    def _notice(self, trap: Trap, client: str, source_id: int) -> Notice:
        return notice_of(trap, client, self._mibs)

    async def _prepare(self) -> None:
        if self._core.settings.mibs:
            count = await asyncio.to_thread(self._mibs.load, Path(self._core.settings.mibs))
            if count:
                log.info("%d MIB modules of %s are known", count, self._core.settings.mibs)
        await self._load_users()
        self._task = asyncio.create_task(self._follow_users())

    async def _follow_users(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self._load_users()

    async def _load_users(self) -> None:
        try:
            async with self._core.reading() as connection:
                rows = await load_snmp_users(connection)
        except Exception as error:
            log.warning("the SNMP users cannot be read now, those known stay: %s", error)
            return
        users: dict[str, User] = {}
        for row in rows:
            try:
                secrets = [
                    unseal_with(self._core.settings.sealing_key, sealed)
                    for sealed in (row.authentication_key, row.privacy_key)
                ]
            except WrongKey:
                log.warning("the passphrases of the SNMP user %s were sealed with another key", row.name)
                continue
            users[row.name] = User(row.source_id, row.name, row.authentication, secrets[0], row.privacy, secrets[1])
        self._usm.users = users
