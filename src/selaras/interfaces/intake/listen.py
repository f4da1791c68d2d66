"""The process of the listeners: sources that do not speak HTTP. One loop, a core of its own, any of its ports.

Each port is asked for by kind, host and number (0: any that is free).
"""

import asyncio
import signal
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.settings import IntakeSettings
from selaras.interfaces.intake.syslog import Syslog


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port that is asked for."""

    kind: str  # one of KINDS
    host: str
    port: int


KINDS = ("syslog-udp", "syslog-tcp", "syslog-tls", "snmp", "smtp", "lmtp")
Listening = Callable[[Endpoint], None]


class BadSettings(Exception):
    """A listener cannot be had with these settings; the text says what is missing."""


class CannotListen(Exception):
    """A port cannot be had; the text says which and why."""


async def listen(
    endpoints: Sequence[Endpoint],
    *,
    settings: Callable[[], IntakeSettings] = IntakeSettings.from_environment,
    until: asyncio.Event | None = None,
    listening: Listening = lambda endpoint: None,
) -> None:
    """Listen until `until` is set (by default at SIGTERM or SIGINT), then commit what was taken and end.

    `listening` is told each port once it is open. Raises CannotListen, BadSettings.
    """
    core = Core(settings)
    await core.start()
    over = until or _on_signal()
    listeners = _Listeners(core)
    try:
        for endpoint in endpoints:
            try:
                port = await listeners.open(endpoint)
            except OSError as error:
                raise CannotListen(
                    f"Cannot listen for {endpoint.kind} at {endpoint.host}:{endpoint.port} ({error})."
                ) from error
            listening(Endpoint(endpoint.kind, endpoint.host, port))
        await over.wait()
    finally:
        await listeners.stop()
        await core.stop()


class _Listeners:
    """One of each, made when it is first asked for."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._syslog: Syslog | None = None
        self._snmp: Any = None
        self._mail: Any = None

    async def open(self, endpoint: Endpoint) -> int:
        family, _, way = endpoint.kind.partition("-")
        if family == "snmp":
            return await self._open_snmp(endpoint)
        if family in ("smtp", "lmtp"):
            return await self._open_mail(endpoint, family)
        self._syslog = self._syslog or Syslog(self._core)
        if way == "udp":
            return await self._syslog.listen_udp(endpoint.host, endpoint.port)
        context = tls(self._core.settings) if way == "tls" else None
        return await self._syslog.listen_tcp(endpoint.host, endpoint.port, context)

    async def _open_snmp(self, endpoint: Endpoint) -> int:
        # Loaded where it is used: its libraries take half a second and 40 MB.
        from selaras.interfaces.intake.snmp import Snmp

        self._snmp = self._snmp or Snmp(self._core)
        return int(await self._snmp.listen(endpoint.host, endpoint.port))

    async def _open_mail(self, endpoint: Endpoint, family: str) -> int:
        from selaras.interfaces.intake.mail import Mail

        context = tls(self._core.settings) if self._core.settings.tls_certificate else None
        self._mail = self._mail or Mail(self._core, context)
        return int(await self._mail.listen(endpoint.host, endpoint.port, lmtp=family == "lmtp"))

    async def stop(self) -> None:
        # Together: each may need seconds for what it has taken.
        await asyncio.gather(*(each.stop() for each in (self._syslog, self._snmp, self._mail) if each is not None))


def tls(settings: IntakeSettings) -> ssl.SSLContext:
    """How listeners speak TLS. Raises BadSettings."""
    if not settings.tls_certificate:
        raise BadSettings("TLS needs a certificate: set SELARAS_TLS_CERTIFICATE and SELARAS_TLS_KEY to files in PEM.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key or None)
        if settings.tls_clients:
            context.load_verify_locations(settings.tls_clients)
            context.verify_mode = ssl.CERT_REQUIRED
    except OSError as error:
        raise BadSettings(f"The files of SELARAS_TLS_… cannot be used: {error}.") from error
    return context


def _on_signal() -> asyncio.Event:
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    return over


def run(endpoints: Sequence[Endpoint], listening: Listening) -> None:
    """Listen in this process until a signal ends it."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(listen(endpoints, listening=listening))
    else:
        uvloop.run(listen(endpoints, listening=listening))
