"""Ping: by an ICMP socket without privileges, else by the system's own ping, else not at all, and it says so."""

import asyncio
import os
import shutil
import socket
import struct

from selaras.domains.events.contracts.checks import Probe
from selaras.domains.events.probing.connecting import Failed, Unable, address_of

_ECHO, _ECHO6 = 8, 128  # types of ICMP and ICMPv6


async def ask_ping(asked: Probe) -> str:
    """One echo."""
    address = await address_of(asked, asked.target.strip("[]"), 7)
    try:
        await _echo(address)
    except PermissionError:
        await _by_the_system(address, asked.timeout)
    return f"{address} answers"


async def _echo(address: str) -> None:
    v6 = ":" in address
    protocol = socket.IPPROTO_ICMPV6 if v6 else socket.IPPROTO_ICMP
    with socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM, protocol) as ours:
        ours.setblocking(False)
        mark = os.urandom(16)
        # The kernel writes the id and the checksum of an unprivileged echo.
        packet = struct.pack("!BBHHH", _ECHO6 if v6 else _ECHO, 0, 0, 0, 1) + mark
        loop = asyncio.get_running_loop()
        await loop.sock_connect(ours, (address, 0))
        await loop.sock_sendall(ours, packet)
        while not (await loop.sock_recv(ours, 1500)).endswith(mark):
            pass


async def _by_the_system(address: str, seconds: int) -> None:
    program = shutil.which("ping")
    if program is None:
        raise Unable("this machine lets us send no ping, and has no ping of its own (net.ipv4.ping_group_range)")
    quiet = asyncio.subprocess.DEVNULL
    pinging = await asyncio.create_subprocess_exec(
        program, "-n", "-c", "1", "-W", str(seconds), address, stdout=quiet, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await pinging.communicate()
    finally:
        if pinging.returncode is None:
            pinging.kill()
    if pinging.returncode and b"ermitted" in said:
        raise Unable("this machine lets us send no ping (net.ipv4.ping_group_range)")
    if pinging.returncode:
        raise Failed(f"{address} does not answer")
