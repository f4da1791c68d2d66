"""Web push: readable by the browser it is for and by nobody between, signed as ours, switched off where it is gone."""

import base64
import json
import os
from collections.abc import Iterator
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from selaras.domains.duty.actions.channels import add_channel, remove_channel, try_channel
from selaras.domains.duty.actions.deliver import send_next
from selaras.domains.duty.actions.page import page
from selaras.domains.duty.actions.push_keys import push_public_key
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.duty.models import PushKey
from selaras.domains.duty.queries import get_page, list_channels
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused
from tests.domains.duty.build import NOON, make_policy, person, worker
from tests.domains.duty.test_senders import Receiver
from tests.factories import SYSTEM, make_provider

pytestmark = pytest.mark.django_db


def plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Browser:
    """Subscribes and decrypts as a browser does."""

    def __init__(self, endpoint: str) -> None:
        self.key: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
        self.auth = os.urandom(16)
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = json.dumps(
            {"endpoint": endpoint, "keys": {"p256dh": plain(point), "auth": plain(self.auth)}}
        )

    def read(self, body: bytes) -> dict[str, Any]:
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        told: dict[str, Any] = json.loads(text)
        return told


@pytest.fixture
def service(settings: Any) -> Iterator[Receiver]:
    settings.CALL_PRIVATE_ADDRESSES = True
    settings.PUBLIC_URL = "https://selaras.example"
    settings.EMAIL_HOST = "mail.example"
    server = Receiver()
    server.status = 201
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ayu() -> Iterator[Actor]:
    with clock.frozen(NOON):
        yield worker(make_provider(), "Ayu")


def call(to: Actor) -> int:
    return page(by=SYSTEM, policy_id=make_policy((5, [person(to)])), cause="db", subject="db-1 mati", body="Lihat.").id


def test_the_browser_reads_the_page_and_the_service_knows_who_sent_it(ayu: Actor, service: Receiver) -> None:
    browser = Browser(service.url)
    add_channel(by=ayu, kind=ChannelKind.PUSH, name="Ponsel", address=browser.subscription)
    ref = call(ayu)
    assert send_next() == 1
    ((headers, body),) = service.got
    told = browser.read(body)
    assert "db-1 mati" in told["title"]
    assert told["body"] == "Lihat."
    assert told["url"].startswith("https://selaras.example/duty/acknowledge/")
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "high")
    assert len(headers["topic"]) <= 32
    scheme, _, rest = headers["authorization"].partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    ours = base64.urlsafe_b64decode(push_public_key() + "==")
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), ours)
    claims = jwt.decode(parts["t"], key, algorithms=["ES256"], options={"verify_aud": False, "verify_exp": False})
    assert (scheme, claims["aud"]) == ("vapid", "http://127.0.0.1")
    assert [row.state for row in get_page(SYSTEM, ref).deliveries] == ["sent"]
    assert b"db-1" not in body


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_switched_off_told_and_the_next_channel_used(
    ayu: Actor, service: Receiver, status: int
) -> None:
    channel = add_channel(by=ayu, kind=ChannelKind.PUSH, name="Ponsel", address=Browser(service.url).subscription)
    add_channel(by=ayu, kind=ChannelKind.MAIL, name="Kantor", address="ayu@example.com")
    service.status = status
    ref = call(ayu)
    while send_next():
        pass
    assert [(d.channel_name, d.state) for d in get_page(SYSTEM, ref).deliveries] == [
        ("Ponsel", "failed"),
        ("Kantor", "sent"),
    ]
    assert "gone" in [entry.verb for entry in get_page(SYSTEM, ref).entries]
    assert [(one.name, one.enabled) for one in list_channels(ayu)] == [("Ponsel", False), ("Kantor", True)]
    with pytest.raises(MoveRefused):
        try_channel(channel.id, by=ayu)
    remove_channel(channel.id, by=ayu)
    assert [one.name for one in list_channels(ayu)] == ["Kantor"]


def test_a_busy_service_is_tried_again(ayu: Actor, service: Receiver) -> None:
    add_channel(by=ayu, kind=ChannelKind.PUSH, name="Ponsel", address=Browser(service.url).subscription)
    service.status = 429
    ref = call(ayu)
    send_next()
    assert [row.state for row in get_page(SYSTEM, ref).deliveries] == ["waiting"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://push.example/x",
        "[]",
        '{"endpoint": "https://push.example/x", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}',
        Browser("http://push.example/x").subscription,
        Browser("https://127.0.0.1/x").subscription,
        Browser("https://localhost/x").subscription,
    ],
)
def test_what_is_no_subscription_or_leads_into_our_network_is_refused(ayu: Actor, address: str) -> None:
    with pytest.raises(Invalid):
        add_channel(by=ayu, kind=ChannelKind.PUSH, name="Ponsel", address=address)


def test_a_name_that_leads_into_our_network_is_not_called(ayu: Actor, service: Receiver, settings: Any) -> None:
    add_channel(by=ayu, kind=ChannelKind.PUSH, name="Ponsel", address=Browser(service.url).subscription)
    settings.CALL_PRIVATE_ADDRESSES = False
    ref = call(ayu)
    send_next()
    assert service.got == []
    assert [row.state for row in get_page(SYSTEM, ref).deliveries] == ["failed"]


def test_the_key_is_made_once_and_its_private_half_is_sealed() -> None:
    assert push_public_key() == push_public_key()
    assert b"PRIVATE KEY" not in bytes(PushKey.objects.get().sealed)
