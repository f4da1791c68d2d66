"""Real senders of SNMP: net-snmp's snmptrap and snmpinform."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from selaras.domains.events.actions.snmp_users import add_snmp_user
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts.sources import RefusalReason, SnmpAuthentication, SnmpPrivacy
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.log import list_refused
from tests.factories import SYSTEM
from tests.interfaces.intake.listening import against
from tests.interfaces.intake.sending import stored
from tests.journeys.documented import snippet
from tests.journeys.harness import free_port, until

LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
SECRETS = ("authenticate me", "encrypt it all")


@pytest.fixture
def source(transactional_db: None) -> int:
    return create_source(by=SYSTEM, name="Switches", networks=["127.0.0.0/8"], with_token=False).id


def send(*arguments: str, expect: int = 0) -> None:
    """Run snmptrap without any configuration or MIB of this machine."""
    done = subprocess.run(
        ["snmptrap", "-m", "", *arguments],
        env={"SNMPCONFPATH": "/nonexistent", "PATH": "/usr/bin:/bin", "SNMP_PERSISTENT_DIR": "/tmp/selaras-no-snmp"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == expect, done.stderr


def about(port_number: int, state: int) -> tuple[str, ...]:
    """The variables of a notification about a port of a switch."""
    row = "1.3.6.1.2.1.2.2.1"
    return (
        *(f"{row}.1.{port_number}", "i", str(port_number)),
        *(f"{row}.2.{port_number}", "s", f"Gi0/{port_number}"),
        *(f"{row}.8.{port_number}", "i", str(state)),
    )


def listening(work: Callable[[str], Any], **more: Any) -> Any:
    return against(
        ("snmp",),
        lambda port: work(f"127.0.0.1:{port}"),
        sealing_key=settings.SEALING_KEY or settings.SECRET_KEY,
        **more,
    )


def have(count: int) -> None:
    until(lambda: sum(Alert.objects.values_list("received", flat=True)) == count, f"{count} are stored", 10)


@pytest.mark.real("snmptrap")
def test_version_2c_and_its_end(source: int) -> None:
    def work(to: str) -> None:
        send("-v2c", "-c", "public", to, "4200", LINK_DOWN, *about(3, 2))
        send("-v2c", "-c", "public", to, "4200", LINK_DOWN, *about(4, 2))
        have(2)
        send("-v2c", "-c", "public", to, "4300", LINK_UP, *about(3, 1))
        have(3)

    listening(work)
    assert stored() == [
        ("linkDown", "127.0.0.1", "error", "resolved"),
        ("linkDown", "127.0.0.1", "error", "firing"),
    ]
    alert = Alert.objects.get(state="firing")
    assert alert.labels["interface"] == "Gi0/4"
    assert alert.annotations["ifOperStatus"] == "down(2)"
    assert alert.annotations["summary"] == "ifIndex 4, ifDescr Gi0/4, ifOperStatus down(2)"


@pytest.mark.real("snmptrap")
def test_version_1(source: int) -> None:
    def work(to: str) -> None:
        send("-v1", "-c", "public", to, "1.3.6.1.4.1.9", "10.1.2.3", "0", "0", "100")
        send("-v1", "-c", "public", to, "1.3.6.1.4.1.9", "10.1.2.3", "2", "0", "100", *about(7, 2))
        send("-v1", "-c", "public", to, "1.3.6.1.4.1.99999", "10.1.2.3", "6", "17", "100")
        have(3)

    listening(work)
    assert sorted(stored()) == [
        ("SNMP trap 1.3.6.1.4.1.99999.0.17", "10.1.2.3", "", "firing"),
        ("coldStart", "10.1.2.3", "warning", "firing"),
        ("linkDown", "10.1.2.3", "error", "firing"),
    ]


@pytest.mark.real("snmptrap")
def test_inform_is_answered(source: int) -> None:
    listening(
        lambda to: send("-v2c", "-c", "public", "-Ci", "-r", "0", "-t", "10", to, "4200", LINK_DOWN, *about(3, 2))
    )
    assert stored() == [("linkDown", "127.0.0.1", "error", "firing")]


@pytest.mark.real("snmptrap")
@pytest.mark.parametrize("kind", [(), ("-Ci", "-r", "1", "-t", "10")])
@pytest.mark.parametrize(
    ("authentication", "privacy"),
    [("SHA", "AES"), ("MD5", "DES"), ("SHA-256", "AES"), ("SHA-512", "AES"), ("SHA", None)],
)
def test_version_3(source: int, kind: tuple[str, ...], authentication: str, privacy: str | None) -> None:
    add_snmp_user(
        source,
        by=SYSTEM,
        name="switches",
        authentication=SnmpAuthentication(authentication),
        authentication_key=SECRETS[0],
        privacy=SnmpPrivacy(privacy) if privacy else None,
        privacy_key=SECRETS[1],
    )
    signed = ["-v3", "-u", "switches", "-a", authentication, "-A", SECRETS[0]]
    own = ["-l", "authPriv", "-x", privacy, "-X", SECRETS[1]] if privacy else ["-l", "authNoPriv"]

    def work(to: str) -> None:
        send(*signed, *own, *kind, to, "4200", LINK_DOWN, *about(3, 2))
        have(1)

    listening(work)
    assert stored() == [("linkDown", "127.0.0.1", "error", "firing")]


@pytest.mark.real("snmptrap")
def test_who_cannot_prove_it_is_refused_and_counted(source: int) -> None:
    add_snmp_user(
        source,
        by=SYSTEM,
        name="switches",
        authentication=SnmpAuthentication.SHA,
        authentication_key=SECRETS[0],
        privacy=SnmpPrivacy.AES,
        privacy_key=SECRETS[1],
    )

    def work(to: str) -> None:
        signed = ["-a", "SHA", "-A", SECRETS[0]]
        encrypted = ["-l", "authPriv", "-x", "AES"]
        for who in (
            ["-u", "switches", "-l", "noAuthNoPriv"],
            ["-u", "switches", "-l", "authNoPriv", *signed],
            ["-u", "nobody", *signed, *encrypted, "-X", SECRETS[1]],
            ["-u", "switches", "-a", "SHA", "-A", "another one", *encrypted, "-X", SECRETS[1]],
            ["-u", "switches", *signed, *encrypted, "-X", "another one"],
        ):
            send("-v3", *who, to, "4200", LINK_DOWN, *about(3, 2))
        send("-v2c", "-c", "public", to, "4200", LINK_UP, *about(9, 1))
        have(1)

    listening(work)
    assert {row.reason: row.count for row in list_refused(SYSTEM)} == {RefusalReason.UNKNOWN_CREDENTIALS: 5}
    assert not Alert.objects.filter(state="firing").exists()


MIB = """
ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, enterprises FROM SNMPv2-SMI DisplayString FROM SNMPv2-TC;
acme MODULE-IDENTITY LAST-UPDATED "202601010000Z" ORGANIZATION "Acme" CONTACT-INFO "Acme" DESCRIPTION "Rooms."
    ::= { enterprises 99999 }
acmeTraps OBJECT IDENTIFIER ::= { acme 0 }
acmeObjects OBJECT IDENTIFIER ::= { acme 1 }
acmeRoom OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "Which" ::= { acmeObjects 1 }
acmeSeverity OBJECT-TYPE SYNTAX INTEGER { minor(1), critical(2) } MAX-ACCESS read-only STATUS current
    DESCRIPTION "How bad" ::= { acmeObjects 2 }
acmeFanFailed NOTIFICATION-TYPE OBJECTS { acmeRoom, acmeSeverity } STATUS current DESCRIPTION "A fan stands still."
    ::= { acmeTraps 1 }
acmeFanRestored NOTIFICATION-TYPE OBJECTS { acmeRoom } STATUS current DESCRIPTION "It turns again." ::= { acmeTraps 2 }
END
"""


@pytest.mark.real("snmptrap")
def test_names_come_from_mib_files(source: int, tmp_path: Path) -> None:
    (tmp_path / "ACME-MIB.txt").write_text(MIB)
    (tmp_path / "README").write_text("this is no MIB")
    room = ("1.3.6.1.4.1.99999.1.1.5", "s", "Server room")

    def work(to: str) -> None:
        send("-v2c", "-c", "x", to, "1", "1.3.6.1.4.1.99999.0.1", *room, "1.3.6.1.4.1.99999.1.2.5", "i", "2")
        have(1)
        assert stored() == [("acmeFanFailed", "127.0.0.1", "critical", "firing")]
        send("-v2c", "-c", "x", to, "1", "1.3.6.1.4.1.99999.0.2", *room)
        have(2)

    listening(work, mibs=str(tmp_path))
    [alert] = Alert.objects.all()
    assert alert.state == "resolved"
    assert alert.annotations["acmeSeverity"] == "critical(2)"
    assert alert.annotations["acmeRoom"] == "Server room"
    assert alert.labels["index"] == "5"


@pytest.fixture
def documented(source: int) -> None:
    """The user that the documentation names."""
    add_snmp_user(
        source,
        by=SYSTEM,
        name="switches",
        authentication=SnmpAuthentication.SHA,
        authentication_key="AUTHENTICATION-PASSPHRASE",
        privacy=SnmpPrivacy.AES,
        privacy_key="ENCRYPTION-PASSPHRASE",
    )


@pytest.mark.real("snmptrap")
def test_the_commands_of_the_documentation(documented: None) -> None:
    def work(to: str) -> None:
        for line in snippet("snmp", "snmptrap", {"selaras.example:1162": to}).splitlines():
            send(*shlex.split(line)[1:])
        have(2)

    listening(work)
    assert stored() == [("linkDown", "127.0.0.1", "error", "firing")]


@pytest.mark.real("snmpd")
def test_an_agent_as_the_documentation_sets_it_up(documented: None, tmp_path: Path) -> None:
    def work(to: str) -> None:
        own = snippet("snmp", "trapsess", {"selaras.example:1162": to})
        (tmp_path / "snmpd.conf").write_text(f"agentaddress udp:127.0.0.1:{free_port()}\n{own}")
        command = ["snmpd", "-f", "-Le", "-m", "", "-C", "-c", str(tmp_path / "snmpd.conf"), "-I", "system_mib"]
        environment = {"SNMP_PERSISTENT_DIR": str(tmp_path), "PATH": "/usr/sbin:/usr/bin:/bin"}
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                until(lambda: Alert.objects.filter(labels__alertname="coldStart").exists(), "it says that it started")
            finally:
                process.terminate()

    listening(work)
    assert ("coldStart", "127.0.0.1", "warning", "firing") in stored()
