"""The ways out: each takes a channel's configuration and a message, and answers what came of it, in words."""

import base64
import json
import secrets
from collections.abc import Mapping
from email.utils import parseaddr
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from selaras.domains.duty.contracts.channels import Answer, ChannelKind, Message
from selaras.domains.duty.senders import apprise, mail, push, webhook
from selaras.kernel.errors import Invalid, Refusal
from selaras.kernel.reach import is_public
from selaras.kernel.sealing import seal, unseal
from selaras.kernel.sentences import say


def send(kind: ChannelKind, sealed: bytes | memoryview, message: Message) -> Answer:
    """Send a message by a channel. Never raises: whatever goes wrong is an answer."""
    try:
        config: Mapping[str, str] = json.loads(unseal(sealed))
        if kind == ChannelKind.MAIL:
            return mail.send(config, message)
        if kind == ChannelKind.WEBHOOK:
            return webhook.send(config, message, private=settings.CALL_PRIVATE_ADDRESSES)
        if kind == ChannelKind.PUSH:
            sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
            return push.send(config, message, sender=sender, private=settings.CALL_PRIVATE_ADDRESSES)
        return apprise.send(config, message, private=settings.CALL_PRIVATE_ADDRESSES)
    except Refusal as refusal:
        return Answer(False, refusal.sentence)
    except Exception as problem:
        return Answer(False, say("Sending failed: %(why)s", why=repr(problem)[:200]), again=True)


def sealed_config(kind: ChannelKind, address: str, keys: Mapping[str, str] | None = None) -> tuple[bytes, str, str]:
    """A channel's sealed configuration, its hint, a secret to be told once. Raises Invalid (`address`).

    `keys` are those that a browser has subscribed with: `public` and `private`, PEM.
    """
    config, hint, secret = _config(kind, address.strip())
    config |= keys or {}
    return seal(json.dumps(config)), hint[:120], secret


def _config(kind: ChannelKind, address: str) -> tuple[dict[str, str], str, str]:
    if kind == ChannelKind.MAIL:
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid({"address": say("This is not a mail address.")}) from None
        return {"address": address}, address, ""
    if kind == ChannelKind.APPRISE:
        return {"url": address}, apprise.service_of(address), ""
    if kind == ChannelKind.PUSH:
        return _subscription(address)
    where = _checked(address)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return {"url": address, "secret": secret}, where, secret


def _subscription(address: str) -> tuple[dict[str, str], str, str]:
    """What a browser gives of itself (PushSubscription.toJSON), checked: its service, and its two keys."""
    unsound = Invalid({"address": say("This is not what a browser gives when it takes messages.")})
    try:
        given = json.loads(address)
        config = {"endpoint": str(given["endpoint"]), **{name: str(given["keys"][name]) for name in ("p256dh", "auth")}}
        point, auth = (base64.urlsafe_b64decode(config[name] + "==") for name in ("p256dh", "auth"))
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except (ValueError, KeyError, TypeError):
        raise unsound from None
    host = _checked(config["endpoint"])
    if len(auth) != 16 or (urlsplit(config["endpoint"]).scheme != "https" and not settings.CALL_PRIVATE_ADDRESSES):
        raise unsound
    return config, host, ""


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.username or not address.isprintable():
        raise Invalid({"address": say("Give an address that begins with https:// or http:// and names a host.")})
    literal = host.replace(":", "").replace(".", "").isdigit() or ":" in host or host == "localhost"
    if literal and not settings.CALL_PRIVATE_ADDRESSES and not is_public(host):
        raise Invalid({"address": say("%(host)s is not a public address.", host=host)})
    return host
