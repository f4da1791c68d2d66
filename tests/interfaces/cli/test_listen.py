"""Which listeners a command line asks for."""

import click
import pytest
from click.testing import CliRunner

from selaras.interfaces.cli.listen import KINDS, Wants, arguments, listen, on
from selaras.interfaces.intake.listen import KINDS as THEIRS


def wanted(*texts: str) -> list[str]:
    """What is asked for, in words."""
    return [str(one) for one in on("127.0.0.1", [Wants().convert(text, None, None) for text in texts])]


def test_every_listener_can_be_asked_for() -> None:
    assert tuple(KINDS) == THEIRS


def test_ports_and_addresses() -> None:
    assert wanted("syslog", "snmp=162", "smtp=10.0.0.5:25", "lmtp=:24", "syslog-tls=[::1]:6514") == [
        "syslog over UDP at 127.0.0.1:5514",
        "syslog over TCP at 127.0.0.1:5514",
        "SNMP traps at 127.0.0.1:162",
        "mail over SMTP at 10.0.0.5:25",
        "mail over LMTP at 127.0.0.1:24",
        "syslog over TLS at [::1]:6514",
    ]
    assert arguments("::1", [Wants().convert("snmp", None, None)]) == ("listen", "--listen=snmp=[::1]:1162")


@pytest.mark.parametrize("text", ["fax", "snmp=x", "snmp=70000", "=514", ""])
def test_what_is_no_listener_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter):
        wanted(text)


def test_without_any_it_says_what_to_give() -> None:
    done = CliRunner().invoke(listen, [])
    assert done.exit_code == 2
    assert "--listen syslog" in done.output
