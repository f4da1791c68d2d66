"""The ways out: each takes a channel's configuration and a message, and answers what came of it, in words."""

import base64
import json
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from selaras.domains.duty.contracts import Answer, ChannelKind, Message
from selaras.domains.duty.senders import apprise, mail, webhook
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
        return apprise.send(config, message, private=settings.CALL_PRIVATE_ADDRESSES)
    except Refusal as refusal:
        return Answer(False, refusal.sentence)
    except Exception as problem:
        return Answer(False, say("Sending failed: %(why)s", why=repr(problem)[:200]), again=True)


def sealed_config(kind: ChannelKind, address: str) -> tuple[bytes, str, str]:
    """A channel's sealed configuration, its hint, a secret to be told once. Raises Invalid (`address`)."""
    config, hint, secret = _config(kind, address.strip())
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
    where = _checked(address)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return {"url": address, "secret": secret}, where, secret


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
