"""The ways out: signed, bounded, and to no address of our own network."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from selaras.domains.duty.contracts.channels import Answer, ChannelKind, Message
from selaras.domains.duty.senders import sealed_config, send
from selaras.kernel.reach import Blocked, is_public, resolve
from selaras.kernel.sealing import seal

MESSAGE = Message("selaras-page-1-2", "Disk penuh", "db-1", "https://x.example/1", "https://x.example/a")


class Receiver(HTTPServer):
    """Keeps what it was sent and answers as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Keeper)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.location = 204, ""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/kait"


class Keeper(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.CALL_PRIVATE_ADDRESSES = True
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


def test_a_webhook_is_signed_as_standard_webhooks_has_it(receiver: Receiver) -> None:
    sealed, hint, secret = sealed_config(ChannelKind.WEBHOOK, receiver.url)
    assert hint == "127.0.0.1"
    assert send(ChannelKind.WEBHOOK, sealed, MESSAGE).taken
    ((headers, body),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    own = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(own).decode()
    assert headers["idempotency-key"] == MESSAGE.key
    assert json.loads(body)["subject"] == "Disk penuh"


@pytest.mark.parametrize(
    ("status", "taken", "again"), [(200, True, False), (404, False, False), (429, False, True), (503, False, True)]
)
def test_what_a_webhook_answers_decides(receiver: Receiver, status: int, taken: bool, again: bool) -> None:
    receiver.status = status
    answer = send(ChannelKind.WEBHOOK, sealed_config(ChannelKind.WEBHOOK, receiver.url)[0], MESSAGE)
    assert (answer.taken, not answer.taken and answer.again) == (taken, again)
    assert str(status) in str(answer.words)


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, receiver.url
    answer = send(ChannelKind.WEBHOOK, sealed_config(ChannelKind.WEBHOOK, receiver.url)[0], MESSAGE)
    assert not answer.taken
    assert len(receiver.got) == 1


@pytest.mark.parametrize("kind", [ChannelKind.WEBHOOK, ChannelKind.APPRISE])
def test_nothing_reaches_our_own_network(receiver: Receiver, settings: Any, kind: ChannelKind) -> None:
    address = receiver.url if kind == ChannelKind.WEBHOOK else receiver.url.replace("http://", "json://")
    sealed, _, _ = sealed_config(kind, address)
    settings.CALL_PRIVATE_ADDRESSES = False
    answer = send(kind, sealed, MESSAGE)
    assert (answer.taken, answer.again) == (False, False)
    assert "public" in str(answer.words)
    assert "kait" not in str(answer.words)
    assert receiver.got == []
    settings.CALL_PRIVATE_ADDRESSES = True
    assert send(kind, sealed, MESSAGE).taken


def test_a_name_is_asked_once_and_one_private_address_blocks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", (ip, port)) for ip in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(Blocked):
        resolve("rebind.example", 443, private=False)
    assert len(resolve("rebind.example", 443, private=True)) == 2
    assert asked == ["rebind.example"] * 2


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("not an address", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_mail_says_when_there_is_no_server(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    answer = send(ChannelKind.MAIL, sealed_config(ChannelKind.MAIL, "a@example.com")[0], MESSAGE)
    assert (answer.taken, answer.again) == (False, False)
    assert "SELARAS_SMTP_HOST" in str(answer.words)


def test_what_was_sealed_with_another_key_is_an_answer_not_an_error(settings: Any) -> None:
    settings.SEALING_KEY = "one"
    sealed = seal("{}")
    settings.SEALING_KEY = "two"
    answer = send(ChannelKind.MAIL, sealed, MESSAGE)
    assert isinstance(answer, Answer)
    assert "another key" in str(answer.words)
