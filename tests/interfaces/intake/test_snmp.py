"""SNMP: what cannot be read or proved is counted and refused, and an INFORM is answered once it is kept."""

import socket
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import encoder
from pysnmp.proto.api import v2c

from selaras.domains.events.contracts.sources import RefusalReason, SnmpAuthentication
from selaras.domains.events.models import Alert, RawBatch, Source
from selaras.domains.events.queries.log import list_refused
from selaras.domains.events.reading.words import Saying
from selaras.interfaces.intake.snmp_keys import Unproved, User
from selaras.interfaces.intake.snmp_mibs import Mibs
from selaras.interfaces.intake.snmp_notice import notice_of
from selaras.interfaces.intake.snmp_packet import Trap, Unreadable, read_packet
from selaras.interfaces.intake.snmp_usm import Usm
from tests.factories import SYSTEM
from tests.interfaces.intake.listening import against
from tests.journeys.harness import until

ENGINE = b"\x80\x00\x1f\x88\x05sender"
USER = User(1, "switches", SnmpAuthentication.SHA, "authenticate me", "", "")


def packet(oid: str = "1.3.6.1.6.3.1.1.5.3", *, inform: bool = False, named: bool = True) -> bytes:
    """A notification of version 2c about port 3."""
    pdu = v2c.InformRequestPDU() if inform else v2c.SNMPv2TrapPDU()
    v2c.apiPDU.set_defaults(pdu)
    first = [("1.3.6.1.2.1.1.3.0", v2c.TimeTicks(4200)), ("1.3.6.1.6.3.1.1.4.1.0", v2c.ObjectIdentifier(oid))]
    v2c.apiPDU.set_varbinds(pdu, [*(first if named else []), ("1.3.6.1.2.1.2.2.1.1.3", v2c.Integer32(3))])
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, "public")
    v2c.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))


def exchange(*packets: bytes, waits: float = 0.3) -> list[bytes]:
    """Send these to the listener; what it answered to each, empty if nothing in a while."""

    def work(port: int) -> list[bytes]:
        answers = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.settimeout(waits)
            for each in packets:
                own.sendto(each, ("127.0.0.1", port))
                try:
                    answers.append(own.recv(65_536))
                except TimeoutError:
                    answers.append(b"")
        return answers

    answered: list[bytes] = against(("snmp",), work)
    return answered


def counted() -> dict[Any, int]:
    return {row.reason: row.count for row in list_refused(SYSTEM)}


def test_an_inform_is_answered_with_what_it_asked(dsn: str) -> None:
    [answer] = exchange(packet(inform=True), waits=10)
    sent, _ = v2c_read(packet(inform=True))
    back, kind = v2c_read(answer)
    assert kind == "ResponsePDU"
    assert back[1:] == sent[1:]
    assert Alert.objects.get().labels["alertname"] == "linkDown"


def v2c_read(whole: bytes) -> tuple[list[Any], str]:
    from pyasn1.codec.ber import decoder

    message, _ = decoder.decode(whole, asn1Spec=v2c.Message())
    pdu = v2c.apiMessage.get_pdu(message)
    found = [int(v2c.apiPDU.get_request_id(pdu)), int(v2c.apiPDU.get_error_status(pdu))]
    return [*found, [(str(name), str(value)) for name, value in v2c.apiPDU.get_varbinds(pdu)]], pdu.__class__.__name__


def test_an_inform_is_not_answered_before_it_is_committed(dsn: str) -> None:
    def work(port: int) -> bytes:
        with connection.cursor() as cursor, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            cursor.execute("ALTER TABLE events_alert RENAME TO events_alert_away")
            own.sendto(packet(inform=True), ("127.0.0.1", port))
            own.settimeout(1)
            with pytest.raises(TimeoutError):
                own.recv(65_536)
            cursor.execute("ALTER TABLE events_alert_away RENAME TO events_alert")
            own.settimeout(10)
            return own.recv(65_536)

    assert against(("snmp",), work)
    assert Alert.objects.get().state == "firing"


def test_a_stranger_is_not_answered_but_counted(dsn: str) -> None:
    Source.objects.update(networks=["10.0.0.0/8"])
    assert exchange(packet(inform=True)) == [b""]
    assert counted() == {RefusalReason.NO_CREDENTIALS: 1}
    assert not RawBatch.objects.exists()


def test_packets_that_are_cut_short_or_garbage_are_counted(dsn: str) -> None:
    whole = packet()
    odd = [whole[:end] for end in range(1, len(whole))] + [
        b"",
        b"\x30",
        b"\xff" * 2000,
        b"\x30\x84" * 700,
        whole + b"\0",
    ]
    odd.append(packet(named=False))

    def work(port: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            for each in odd:
                own.sendto(each, ("127.0.0.1", port))
            own.sendto(whole, ("127.0.0.1", port))
        until(Alert.objects.exists, "the sound one is stored")

    against(("snmp",), work)
    assert counted() == {RefusalReason.UNREADABLE: len(odd)}
    assert Alert.objects.get().received == 1


@given(st.binary(max_size=400), st.integers(0, 60), st.integers(0, 255))
def test_no_bytes_make_it_fail(noise: bytes, place: int, byte: int) -> None:
    bent = bytearray(packet())
    bent[place] = byte
    for each in (noise, bytes(bent), b"\x30\x82\x01\x00\x02\x01\x03" + noise):
        usm = Usm(b"own")
        usm.users = {"": USER, "switches": USER}
        for read in (read_packet, usm.read):
            try:
                read(each)
            except (Unreadable, Unproved):
                continue


def test_what_was_sent_before_is_not_taken_again() -> None:
    sender, usm = Usm(ENGINE), Usm(b"\x80\x00\x1f\x88\x05own")
    usm.users = {"switches": USER}
    old, new = (_signed(sender, boots, seconds) for boots, seconds in ((5, 1000), (6, 10)))
    assert isinstance(usm.read(old), tuple)
    assert isinstance(usm.read(new), tuple)
    with pytest.raises(Unproved, match="sent before"):
        usm.read(old)
    with pytest.raises(Unproved, match="not signed with"):
        usm.read(new[:-1] + b"\x04")


def test_what_is_signed_for_this_engine_is_taken_within_its_time_only() -> None:
    usm, sender = Usm(ENGINE), Usm(ENGINE)
    usm.users = {"switches": USER}
    now = usm._boots
    assert isinstance(usm.read(_signed(sender, now, 0)), tuple)
    for boots, seconds in ((now - 1, 0), (now + 1, 0), (now, 1000)):
        with pytest.raises(Unproved, match="sent before"):
            usm.read(_signed(sender, boots, seconds))


def _signed(sender: Usm, boots: int, seconds: int) -> bytes:
    from pyasn1.codec.ber import decoder
    from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message

    from selaras.interfaces.intake import snmp_usm

    message = SNMPv3Message()
    message[0] = 3
    for place, value in enumerate((1, 65_507, b"\x01", 3)):
        message[1][place] = value
    pdu = v2c.apiMessage.get_pdu(decoder.decode(packet(), asn1Spec=v2c.Message())[0])
    sender._boots, sender._now = boots, lambda: seconds  # type: ignore[method-assign]  # a sender of its own time
    return sender._made(message, snmp_usm._scope(ENGINE, b"", pdu), USER, encrypted=False)


@pytest.mark.parametrize(
    ("name", "saying", "severity"),
    [
        ("fanFailed", Saying.FIRING, "error"),
        ("fanRestored", Saying.RESOLVED, ""),
        ("hwAlarmCleared", Saying.RESOLVED, ""),
        ("powerSupplyCritical", Saying.FIRING, "critical"),
        ("configSaved", Saying.FIRING, ""),
    ],
)
def test_the_meaning_of_names_that_no_standard_knows(tmp_path: Path, name: str, saying: Saying, severity: str) -> None:
    mib = "A-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; a OBJECT IDENTIFIER ::= { enterprises 7 }\n"
    mib += f'{name} NOTIFICATION-TYPE STATUS current DESCRIPTION "What it means." ::= {{ a 0 1 }} END'
    (tmp_path / "A-MIB.my").write_text(mib)
    mibs = Mibs()
    assert mibs.load(tmp_path) == 1
    notice = notice_of(Trap("2c", (1, 3, 6, 1, 4, 1, 7, 0, 1), []), "10.0.0.1", mibs)
    assert (notice.labels["alertname"], notice.saying, notice.labels.get("severity", "")) == (name, saying, severity)
    assert notice.annotations["description"] == "What it means."


def test_mibs_that_refer_in_circles_or_to_nothing_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(
        "A-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM GONE-MIB; a OBJECT IDENTIFIER ::= { b 1 }"
        " b OBJECT IDENTIFIER ::= { a 1 } c OBJECT IDENTIFIER ::= { x 1 } d OBJECT IDENTIFIER ::= { mib-2 77 } END"
    )
    (tmp_path / "b").write_bytes(b"\xff\xfe\0")
    mibs = Mibs()
    assert mibs.load(tmp_path) == 1
    assert mibs.spoken((1, 3, 6, 1, 2, 1, 77, 5)) == "d.5"


def test_values_are_written_for_people() -> None:
    variables = [
        ((1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 3), b"Gi0/3"),
        ((1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 3), b"\x00\x1b\x44\x11\x3a\xb7"),
        ((1, 3, 6, 1, 2, 1, 1, 2, 0), (1, 3, 6, 1, 4, 1, 9)),
        ((1, 3, 6, 1, 4, 1, 9, 9, 1), 42),
    ]
    told = notice_of(Trap("2c", (1, 3, 6, 1, 6, 3, 1, 1, 5, 3), variables), "10.0.0.1", Mibs()).annotations
    assert told["ifPhysAddress"] == "00:1b:44:11:3a:b7"
    assert told["sysObjectID"] == "enterprises.9"
    assert told["_1_3_6_1_4_1_9_9_1"] == "42"
