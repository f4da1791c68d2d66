"""`selaras listen`: the sources that do not speak HTTP, in a process of their own."""

import os
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from selaras.interfaces.cli.children import PARENT, end_with_parent
from selaras.interfaces.cli.environment import environment
from selaras.interfaces.cli.home import Trouble

LISTEN = "selaras.interfaces.intake.listen"
# Ports that need no privilege (senders' own defaults, 514 and the like, are for root), and what each is called.
KINDS = {
    "syslog-udp": (5514, "syslog over UDP"),
    "syslog-tcp": (5514, "syslog over TCP"),
    "syslog-tls": (6514, "syslog over TLS"),
    "snmp": (1162, "SNMP traps"),
    "smtp": (2525, "mail over SMTP"),
    "lmtp": (2424, "mail over LMTP"),
}
_SHORT = {"syslog": ("syslog-udp", "syslog-tcp")}
_ADDRESS = re.compile(r"(?:(?P<host>\[[^\]]+\]|[^:]*):)?(?P<port>\d{1,5})")


@dataclass(frozen=True)
class Wanted:
    """A listener that is asked for, as `listen.Endpoint` of intake has it."""

    kind: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{KINDS[self.kind][1]} at {host}:{self.port}"


class Wants(click.ParamType[Any]):
    """WHAT, WHAT=PORT or WHAT=HOST:PORT."""

    name = "what"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A tuple of `Wanted`; `syslog` is two."""
        what, _, where = str(value).partition("=")
        kinds = _SHORT.get(what, (what,) if what in KINDS else ())
        found = _ADDRESS.fullmatch(where) if where else None
        if not kinds:
            self.fail(f"{what} is none of {', '.join((*_SHORT, *KINDS))}.", param, ctx)
        if (where and found is None) or (found and int(found["port"]) > 65_535):
            self.fail(f"{value}: a port or HOST:PORT is expected behind the =.", param, ctx)
        host = (found["host"] or "").strip("[]") if found else ""
        return tuple(Wanted(kind, host, int(found["port"]) if found else KINDS[kind][0]) for kind in kinds)


def listeners(command: Any) -> Any:
    """Add --listen."""
    help_ = "Also listen for WHAT[=[HOST:]PORT], again and again: " + ", ".join((*_SHORT, *KINDS)) + "."
    return click.option("--listen", "wanted", type=Wants(), multiple=True, envvar="SELARAS_LISTEN", help=help_)(command)


def on(host: str, wanted: Sequence[Sequence[Wanted]]) -> list[Wanted]:
    """The listeners that are asked for, at `host` where they name none."""
    return [Wanted(one.kind, one.host or host, one.port) for each in wanted for one in each]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@listeners
def listen(host: str, wanted: Sequence[Sequence[Wanted]]) -> None:
    """Take in what comes by syslog, SNMP or mail."""
    tell = _nothing if PARENT in os.environ else _say  # `selaras up` says it itself
    end_with_parent()
    if not wanted:
        raise click.UsageError("Say for what: --listen syslog, for example.")
    intake = import_module(LISTEN)
    require_free(on(host, wanted))
    with environment():
        try:
            intake.run([intake.Endpoint(o.kind, o.host, o.port) for o in on(host, wanted)], tell)
        except (intake.BadSettings, intake.CannotListen) as bad:
            raise Trouble(str(bad)) from bad


def require_free(wanted: Sequence[Wanted]) -> None:
    """Raise `Trouble` if a port cannot be had, before anything is started."""
    for one in wanted:
        kind = socket.SOCK_DGRAM if one.kind in ("syslog-udp", "snmp") else socket.SOCK_STREAM
        try:
            family, _, _, _, address = socket.getaddrinfo(one.host, one.port, type=kind)[0]
            with socket.socket(family, kind) as probe:
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as problem:
            raise Trouble(
                f"Cannot listen for {one} ({problem.strerror or problem}). Stop the program that uses this port, or "
                f"choose another: --listen {one.kind}=PORT. Ports below 1024 are for root."
            ) from problem


def _nothing(opened: Any) -> None:
    pass


def _say(opened: Any) -> None:
    click.echo(f"Listening for {Wanted(opened.kind, opened.host, opened.port)}")


def arguments(host: str, wanted: Sequence[Sequence[Wanted]]) -> tuple[str, ...]:
    """The command line of the process that does it."""
    return ("listen", *(f"--listen={one.kind}={_bracketed(one.host)}:{one.port}" for one in on(host, wanted)))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
