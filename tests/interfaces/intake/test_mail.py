"""Mail to an intake address: 250 once it is kept, 550 for an address of nobody; no mail is lost for how it is made."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.actions.accept import unpack
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.models import Alert, RawBatch
from selaras.domains.events.queries.log import list_refused
from selaras.domains.events.reading.words import Saying
from selaras.interfaces.intake.mail_notice import notice_of
from selaras.interfaces.intake.mail_text import from_html, read_mail
from tests.factories import SYSTEM
from tests.interfaces.intake.listening import against
from tests.interfaces.intake.sending import stored
from tests.journeys.certificates import certificate

DISK = b"From: Mon <mon@example.org>\r\nSubject: PROBLEM: Disk full on db1\r\n\r\nOnly 3 % are left.\r\n"


@pytest.fixture
def token(transactional_db: None) -> str:
    """A source with a token, and no network."""
    return create_source(by=SYSTEM, name="Mails").token or ""


def mailed(work: Callable[[smtplib.SMTP], Any], kind: str = "smtp", **settings: Any) -> Any:
    """What `work` does over one connection."""

    def run(port: int) -> Any:
        with (smtplib.SMTP if kind == "smtp" else smtplib.LMTP)("127.0.0.1", port, timeout=30) as client:
            return work(client)

    return against((kind,), run, **settings)


def answer(client: smtplib.SMTP, to: str, raw: bytes = DISK) -> tuple[str, int]:
    """The command that decided, and its code."""
    client.ehlo_or_helo_if_needed()
    client.mail("mon@example.org")
    code, _ = client.rcpt(to)
    if code != 250:
        client.rset()
        return "RCPT", code
    return "DATA", client.data(raw)[0]


def kept() -> list[bytes]:
    """Every mail, as it came."""
    return [post.body for batch in RawBatch.objects.order_by("at") for post in unpack(bytes(batch.body))]


def counted() -> dict[Any, int]:
    return {row.reason: row.count for row in list_refused(SYSTEM)}


@pytest.mark.parametrize("kind", ["smtp", "lmtp"])
@pytest.mark.parametrize("address", ["alerts+{}@selaras.example", "{}@selaras.example", "a+b+{}@x"])
def test_a_mail_becomes_an_alert_and_another_ends_it(token: str, kind: str, address: str) -> None:
    over = DISK.replace(b"PROBLEM", b"RESOLVED").replace(b"Only", b"It is well: not only")
    to = address.format(token)
    assert mailed(lambda client: [answer(client, to), answer(client, to, over)], kind) == [("DATA", 250)] * 2
    assert stored() == [("Disk full on db1", "db1", "", "resolved")]
    alert = Alert.objects.get()
    assert alert.labels["sender"] == "mon@example.org"
    assert alert.annotations["summary"] == "It is well: not only 3 % are left."
    assert kept() == [DISK, over]


def test_the_address_of_the_sender_names_the_source_too(dsn: str) -> None:
    assert mailed(lambda client: answer(client, "alerts@selaras.example")) == ("DATA", 250)
    assert stored() == [("Disk full on db1", "db1", "", "firing")]


def test_an_address_of_nobody_is_refused_and_counted(token: str) -> None:
    strangers = ["alerts@selaras.example", "alerts+slr_ev_wrong@selaras.example", "@", token[:-1]]
    assert mailed(lambda client: [answer(client, to)[0] for to in strangers]) == ["RCPT"] * 4
    assert counted() == {RefusalReason.NO_CREDENTIALS: 1, RefusalReason.UNKNOWN_CREDENTIALS: 2}
    assert not RawBatch.objects.exists()


def test_a_mail_is_one_sources(token: str) -> None:
    other = create_source(by=SYSTEM, name="Others").token or ""

    def work(client: smtplib.SMTP) -> list[int]:
        client.ehlo()
        client.mail("mon@example.org")
        return [client.rcpt(f"a+{each}@x")[0] for each in (token, token, other)]

    assert mailed(work) == [250, 250, 452]


def test_it_is_not_accepted_before_it_is_committed(token: str) -> None:
    def work(client: smtplib.SMTP) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE events_alert RENAME TO events_alert_away")
            away = answer(client, f"a+{token}@x")
            cursor.execute("ALTER TABLE events_alert_away RENAME TO events_alert")
            return [away, answer(client, f"a+{token}@x")]

    assert mailed(work) == [("DATA", 451), ("DATA", 250)]
    assert kept() == [DISK]


def test_a_mail_that_is_too_large_is_refused_and_the_connection_goes_on(token: str) -> None:
    large = DISK + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 1000

    def work(client: smtplib.SMTP) -> list[Any]:
        found = [answer(client, f"a+{token}@x", large), answer(client, f"a+{token}@x")]
        client.mail("mon@example.org", ["SIZE=999999"])
        return found

    assert mailed(work, mail_limit=50_000) == [("DATA", 552), ("DATA", 250)]
    assert kept() == [DISK]


def test_a_line_without_end_is_no_reason_to_refuse(token: str) -> None:
    long = DISK + b"<p>" + b"z" * 500_000 + b"</p>\r\n"
    assert mailed(lambda client: answer(client, f"a+{token}@x", long)) == ("DATA", 250)
    assert kept() == [long]


def test_encryption(token: str, tmp_path: Path) -> None:
    own, key = certificate(tmp_path)

    def work(client: smtplib.SMTP) -> Any:
        client.starttls(context=ssl.create_default_context(cafile=str(own)))
        return answer(client, f"a+{token}@x")

    def run(port: int) -> Any:
        with smtplib.SMTP("localhost", port, timeout=30) as client:
            return work(client)

    assert against(("smtp",), run, tls_certificate=str(own), tls_key=str(key)) == ("DATA", 250)


def test_how_many_connections_there_may_be_is_bounded(token: str) -> None:
    def run(port: int) -> int:
        here = ("127.0.0.1", port)
        with (
            socket.create_connection(here),
            socket.create_connection(here),
            smtplib.SMTP(*here, timeout=30) as client,
        ):
            client.ehlo()
            return client.mail("mon@example.org")[0]

    assert against(("smtp",), run, mail_connections=2) == 421


ODD: dict[str, tuple[bytes, str, str]] = {
    "no charset": (b"Subject: Gagal\r\n\r\nSuhu: 41 \xc2\xb0C\r\n", "Gagal", "Suhu: 41 °C"),
    "a wrong charset": (
        b"Subject: a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nna\xefve\r\n", "a", "naïve"
    ),
    "a charset of nobody": (b"Subject: a\r\nContent-Type: text/plain; charset=x-no\r\n\r\ncaf\xc3\xa9", "a", "café"),
    "8-bit headers": (b"Subject: Caf\xc3\xa9 terbakar\r\n\r\nx", "Café terbakar", "x"),
    "8-bit headers that are no UTF-8": (b"Subject: Caf\xe9\r\n\r\nx", "Café", "x"),
    "encoded words": (b"Subject: =?utf-8?B?Q2Fmw6k=?= =?iso-8859-1?Q?_=E9?=\r\n\r\nx", "Café é", "x"),
    "broken encoded words": (b"Subject: =?utf-8?B?%%%?= still\r\n\r\nx", "still", "x"),
    "nothing": (b"", "Mail without a subject", "Mail without a subject"),
    "only a text": (b"\r\nThe oven is hot.\r\n", "The oven is hot.", "The oven is hot."),
    "no lines of headers": (b"what is this", "what is this", "what is this"),
    "base64 that is none": (b"Subject: a\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@@\r\n", "a", "a"),
    "NULs": (b"Subject: a\0b\r\n\r\nc\0d", "a\N{REPLACEMENT CHARACTER}b", "c\N{REPLACEMENT CHARACTER}d"),
    "a multipart without end": (
        b"Subject: a\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhello\r\n", "a", "hello"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_mails_are_read_as_far_as_they_can_be(name: str) -> None:
    raw, title, summary = ODD[name]
    notice = notice_of(raw, "10.0.0.1")
    assert (notice.labels["alertname"], notice.annotations["summary"]) == (title, summary)


def test_odd_mails_are_kept_as_they_came(token: str) -> None:
    raws = [raw if raw.endswith(b"\r\n") else raw + b"\r\n" for raw, _, _ in ODD.values()]
    assert mailed(lambda client: [answer(client, f"a+{token}@x", raw) for raw in raws]) == [("DATA", 250)] * len(raws)
    assert kept() == raws


def test_html_becomes_text_and_attachments_are_passed_over() -> None:
    message = EmailMessage()
    message["Subject"] = "WARNING: Oven"
    message.set_content("<style>p{}</style><p>It is <b>hot</b> &amp; rising</p><tr><td>now</td><td>212 °C</td>", "html")
    message.add_attachment(b"\0" * 5000, maintype="image", subtype="png", filename="oven.png")
    message.add_attachment("of no matter", filename="log.txt")
    notice = notice_of(bytes(message), "10.0.0.1")
    assert notice.annotations["description"] == "It is hot & rising\nnow 212 °C"
    assert notice.labels["severity"] == "warning"
    assert from_html("<script>alert(1)</script>a<br>b <!-- c -->") == "a\nb"


def test_what_tools_write_for_people_is_read() -> None:
    text = "***** Nagios *****\n\nNotification Type: PROBLEM\nService: HTTP\nHost: web1\nState: CRITICAL\n\nrefused\n"
    mails = [f"Subject: ** {word} Service Alert: web1/HTTP is X **\n\n{text}" for word in ("PROBLEM", "RECOVERY")]
    began, ended = (notice_of(mail.encode(), "10.0.0.1") for mail in mails)
    assert (began.labels["instance"], began.labels["service"], began.labels["severity"]) == ("web1", "HTTP", "critical")
    assert (began.saying, ended.saying) == (Saying.FIRING, Saying.RESOLVED)
    assert began.identity == ended.identity
    assert began.lasts is None
    assert notice_of(b"Subject: Re: Fwd: Backup failed\n\nx", "10.0.0.1").labels["severity"] == "error"
    assert notice_of(b"Subject: Backup done\nX-Priority: 1\n\nx", "10.0.0.1").labels["severity"] == "error"
    assert notice_of(b"Subject: Backup report\n\nx", "10.0.0.1").lasts == 86_400


@given(
    st.binary(max_size=600), st.sampled_from([b"", b"Subject: ", b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"])
)
def test_nothing_makes_it_fail(tail: bytes, head: bytes) -> None:
    assert notice_of(head + tail, "10.0.0.1").labels["alertname"]


def test_a_mail_of_mails_of_mails_ends() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    assert notice_of(b"Subject: deep\n" + deep, "10.0.0.1").labels["alertname"] in ("deep", "Unreadable mail")
    assert read_mail(b"Subject: a\n" * 100_000).subject == "a"


def test_a_mail_of_ten_thousand_parts_is_read_in_a_moment() -> None:
    parts = b"".join(b"--b\nContent-Type: text/plain; charset=x%d\n\nline %d\n" % (n, n) for n in range(10_000))
    mail = b"Subject: many parts\nContent-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--\n"
    began = process_time()
    assert notice_of(mail, "10.0.0.1").labels["alertname"] == "many parts"
    assert process_time() - began < 10
