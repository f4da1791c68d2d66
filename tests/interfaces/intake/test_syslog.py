"""Syslog listeners: datagrams and streams become alerts; nothing that came from a source is dropped."""

import os
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from selaras.domains.events.actions.accept import unpack
from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.models import Alert, RawBatch, Source
from selaras.domains.events.queries.log import list_refused
from selaras.interfaces.intake.datagrams import dropped_of
from tests.factories import SYSTEM
from tests.interfaces.intake.listening import against
from tests.interfaces.intake.sending import stored
from tests.journeys.certificates import certificate
from tests.journeys.harness import until

MB = 1 << 20
DISK = b"<11>1 2001-01-01T00:00:00Z db1 backup 411 DISK - disk 97 % full"


def udp(*datagrams: bytes) -> Callable[[int], None]:
    """Send these, each in a datagram."""

    def work(port: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            for each in datagrams:
                own.sendto(each, ("127.0.0.1", port))
        until(lambda: RawBatch.objects.exists() or not datagrams, "something is stored")

    return work


def tcp(*parts: bytes) -> Callable[[int], None]:
    """Send these over one connection and close it."""

    def work(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as own:
            for each in parts:
                own.sendall(each)
            own.shutdown(socket.SHUT_WR)
            own.settimeout(30)
            assert own.recv(1) == b""  # it has read all of it

    return work


def messages() -> list[bytes]:
    """Every message that is kept, as it came; commits in the order of their time."""
    kept = []
    for batch in RawBatch.objects.order_by("at", "id"):
        for post in unpack(bytes(batch.body)):
            assert post.wire == "syslog"
            rest = post.body
            while rest:
                size, _, rest = rest.partition(b" ")
                kept.append(rest[: int(size)])
                rest = rest[int(size) :]
    return kept


def test_a_datagram_becomes_an_alert(dsn: str) -> None:
    against(("syslog-udp",), udp(DISK))
    assert stored() == [("backup: DISK", "db1", "error", "firing")]
    alert = Alert.objects.get()
    assert alert.labels["app"] == "backup"
    assert alert.labels["facility"] == "user"
    assert alert.labels["original_severity"] == "err"
    assert alert.annotations["summary"] == "disk 97 % full"
    assert alert.annotations["process"] == "411"
    assert alert.first_seen - alert.starts_at < timedelta(minutes=1)  # its own clock is plainly wrong
    assert alert.annotations["logged_at"] == "2001-01-01 00:00:00 UTC"
    assert alert.timed_out
    assert messages() == [DISK]


def test_what_cannot_be_read_is_kept_and_shown(dsn: str) -> None:
    odd = [b"nonsense", b"<11>1 - \xff\xfe bad", b"<11>\0nul\0", b"<11>1 - db1 app - - - \xc3(", b"<999>1 - - - - - -"]
    against(("syslog-udp",), udp(*odd))
    assert messages() == [odd[0], odd[1], b"<11>\0nul", odd[3], odd[4]]
    shown = {alert.annotations["summary"]: alert for alert in Alert.objects.all()}
    assert {a.labels["alertname"] for a in shown.values()} == {
        "Unreadable syslog message", "app: \N{REPLACEMENT CHARACTER}(", "\N{REPLACEMENT CHARACTER}nul"
    }  # fmt: skip
    assert all(alert.labels["instance"] in ("127.0.0.1", "db1") for alert in shown.values())
    assert "without a priority" in shown["<999>1 - - - - - -"].annotations["unreadable"]


def test_a_message_of_a_megabyte_is_kept_whole(dsn: str) -> None:
    long = b"<11>1 - db1 app - BIG - " + MB * b"x"
    against(("syslog-tcp",), tcp(long + b"\n" + DISK + b"\n"))
    assert messages() == [long, DISK]
    assert sorted(stored()) == [("app: BIG", "db1", "error", "firing"), ("backup: DISK", "db1", "error", "firing")]


def test_what_is_over_the_limit_is_cut_and_the_next_is_whole(dsn: str) -> None:
    long = b"<11>1 - db1 app - BIG - " + 5000 * b"x"
    against(("syslog-tcp",), tcp(long[:2000], long[2000:] + b"\n" + DISK + b"\n"), message_limit=1000)
    assert messages() == [long[:1000], DISK]


@pytest.mark.parametrize(
    "parts",
    [
        (b"%d %b" % (len(DISK), DISK), b"%d %b" % (len(DISK), DISK)),
        (DISK + b"\n" + DISK + b"\r\n",),
        (DISK + b"\n", b"%d %b" % (len(DISK), DISK)),  # told apart message by message
        (b"%d " % len(DISK), DISK + b"\n", DISK[:9], DISK[9:] + b"\n"),
        (DISK + b"\0\n" + DISK,),
    ],
)
def test_both_ways_of_framing(dsn: str, parts: tuple[bytes, ...]) -> None:
    against(("syslog-tcp",), tcp(*parts))
    assert messages() == [DISK, DISK]
    assert Alert.objects.get().received == 2


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"%d %b" % (len(DISK) + 50, DISK), [b"%d %b" % (len(DISK) + 50, DISK)]),  # cut short
        (b"9999999999 " + DISK + b"\n" + DISK + b"\n", [b"9999999999 " + DISK, DISK]),
        (b"99999999 " + DISK + b"\n" + DISK + b"\n", [b"99999999 " + DISK, DISK]),
        (b"5 " + DISK + b"\n" + DISK + b"\n", [DISK[:5], DISK[5:], DISK]),
        (b"12 apples\n" + DISK, [b"12 apples", DISK]),
        (b"\n\n\n", []),
        (b"77", [b"77"]),
    ],
)
def test_a_bad_count_loses_nothing(dsn: str, sent: bytes, kept: list[bytes]) -> None:
    against(("syslog-tcp",), tcp(sent))
    assert messages() == kept


def test_a_message_a_second_is_one_alert(dsn: str) -> None:
    lines = [f"<11>1 - db1 app - - - try {n} of job {n * 7} failed after {n} ms".encode() for n in range(2000)]
    against(("syslog-tcp",), tcp(b"".join(line + b"\n" for line in lines)))
    alert = Alert.objects.get()
    assert alert.received == 2000
    assert alert.labels["alertname"] == "app: try … of job … failed after … ms"
    assert alert.annotations["summary"].startswith("try 1999 ")
    assert messages() == lines


def test_a_stranger_is_refused_and_counted(dsn: str) -> None:
    Source.objects.update(networks=["10.0.0.0/8"])

    def work(datagrams: int, stream: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.sendto(DISK, ("127.0.0.1", datagrams))
        with socket.create_connection(("127.0.0.1", stream)) as own:
            assert own.recv(1) == b""

    against(("syslog-udp", "syslog-tcp"), work)
    assert not RawBatch.objects.exists()
    assert counted() == {RefusalReason.NO_CREDENTIALS: 2}


def test_datagrams_over_the_limit_are_counted_and_a_stream_waits(dsn: str) -> None:
    lines = [b"<11>1 - db1 app - N%d - m" % n for n in range(300)]

    def work(datagrams: int, stream: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            for line in lines:
                own.sendto(line, ("127.0.0.1", datagrams))
        tcp(b"".join(line + b"\n" for line in lines))(stream)

    against(("syslog-udp", "syslog-tcp"), work, inbox_bytes=2000)
    assert 300 < len(messages()) < 600
    assert set(lines) <= set(messages())
    assert counted() == {RefusalReason.OVERLOADED: 600 - len(messages())}


def test_unfinished_messages_hold_bounded_memory(dsn: str) -> None:
    def work(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as own:
            own.sendall(b"<11>" + 200_000 * b"x")
            own.settimeout(30)
            with pytest.raises((ConnectionError, TimeoutError)):  # it is closed on us
                own.sendall(20 * MB * b"x")

    against(("syslog-tcp",), work, partial_bytes=100_000)
    assert [len(message) > 100_000 for message in messages()] == [True]


def test_what_was_taken_waits_for_the_database(dsn: str) -> None:
    def work(port: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE events_alert RENAME TO events_alert_away")
            udp()(port)
            with socket.create_connection(("127.0.0.1", port)) as own:
                own.sendall(DISK + b"\n")
            cursor.execute("ALTER TABLE events_alert_away RENAME TO events_alert")
        until(lambda: Alert.objects.exists(), "it is stored")

    against(("syslog-tcp",), work)
    assert messages() == [DISK]


def test_who_has_no_certificate_is_not_heard_where_one_is_asked_for(dsn: str, tmp_path: Path) -> None:
    own, key = certificate(tmp_path)
    theirs, their_key = certificate(tmp_path, "sender.example")

    def work(port: int) -> None:
        for with_certificate in (False, True):
            context = ssl.create_default_context(cafile=str(own))
            if with_certificate:
                context.load_cert_chain(theirs, their_key)
            with (
                suppress(ssl.SSLError, ConnectionError),
                socket.create_connection(("127.0.0.1", port)) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as secured,
            ):
                secured.sendall(DISK + (b" 2\n" if with_certificate else b" 1\n"))
                secured.unwrap()
        until(Alert.objects.exists, "the one with a certificate is heard")

    files = {"tls_certificate": str(own), "tls_key": str(key), "tls_clients": str(theirs)}
    against(("syslog-tls",), work, **files)
    assert messages() == [DISK + b" 2"]


def counted() -> dict[Any, int]:
    return {row.reason: row.count for row in list_refused(SYSTEM)}


def test_what_the_system_drops_is_counted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unread, socket.socket(type=socket.SOCK_DGRAM) as sender:
        unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        unread.bind(("127.0.0.1", 0))
        for _ in range(100):
            sender.sendto(1000 * b"x", unread.getsockname())
        if Path("/proc/net/udp").exists():
            assert 50 < dropped_of(str(os.fstat(unread.fileno()).st_ino)) <= 100
    assert dropped_of("none") == 0


def test_a_line_of_a_megabyte_is_kept_whole_and_one_alert(dsn: str) -> None:
    for head in (b"<11>1 - db1 app - BIG - ", b"<11>Oct 11 22:14:15 db1 app: ", b"", b"<11>1 - db1 app - - ["):
        long = head + b"(a+)+ 'x=\"1 " * (MB // 12)
        against(("syslog-tcp",), tcp(long + b"\n" + DISK + b"\n"))
        assert long in messages()
    assert {alert.state for alert in Alert.objects.all()} == {"firing"}
    assert all(len(str(alert.labels)) < 4000 for alert in Alert.objects.all())
