"""Syslog listeners: datagrams and streams become alerts; nothing that came from a source is dropped."""

import socket
from collections.abc import Callable

from selaras.domains.events.actions.accept import unpack
from selaras.domains.events.models import Alert, RawBatch
from selaras.interfaces.intake.syslog_frames import Frames
from tests.interfaces.intake.listening import against
from tests.interfaces.intake.sending import stored
from tests.journeys.harness import until

MB = 1 << 20
DISK = b"<11>1 2026-01-01T00:00:00Z db1 backup 411 DISK - disk 97 % full"


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
    """Every message that is kept, as it came."""
    kept = []
    for batch in RawBatch.objects.order_by("id"):
        for post in unpack(bytes(batch.body)):
            assert post.wire == "syslog"
            frames = Frames(4 * MB)
            kept += frames.feed(post.body)
            assert not frames.held
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
    assert alert.starts_at.isoformat() == "2026-01-01T00:00:00+00:00"
    assert alert.timed_out
    assert messages() == [DISK]
