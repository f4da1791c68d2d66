"""A signed POST, as Standard Webhooks has it: headers webhook-id, webhook-timestamp, webhook-signature."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from selaras.domains.duty.contracts.channels import Answer, Message
from selaras.kernel import clock
from selaras.kernel.calling import call
from selaras.kernel.reach import Blocked
from selaras.kernel.sentences import say

SECONDS = 15
_ANSWER_BYTES = 2048
_LATER = frozenset({408, 425, 429})


def send(config: Mapping[str, str], message: Message, *, private: bool) -> Answer:
    """Post the message; a 2xx is taken, other answers of the 4xx kind will not get better."""
    where = urlsplit(config["url"])
    body = json.dumps(
        {
            "type": "page",
            "key": message.key,
            "subject": message.subject,
            "body": message.body,
            "url": message.url,
            "acknowledge_url": message.acknowledge_url,
            "urgent": message.urgent,
        }
    ).encode()
    try:
        return read(*post(where, body, headers(config["secret"], message.key, body), private=private))
    except Blocked as blocked:
        return Answer(False, say("%(address)s is not a public address; nothing was sent.", address=blocked.args[0]))
    except OSError as problem:
        return Answer(False, say("No answer: %(why)s", why=str(problem)[:200]), again=True)


def post(where: SplitResult, body: bytes, headers: Mapping[str, str], *, private: bool) -> tuple[int, bytes]:
    """The status and the beginning of the answer. Raises Blocked, OSError."""
    return call(where, "POST", body, headers, private=private, seconds=SECONDS, most=_ANSWER_BYTES)


def headers(secret: str, key: str, body: bytes) -> dict[str, str]:
    """The headers that sign a body; a receiver tells repeats by `webhook-id`."""
    stamp = str(int(clock.now().timestamp()))
    own = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(own, f"{key}.{stamp}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Selaras",
        "Idempotency-Key": key,
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signed.digest()).decode()}",
    }


def read(status: int, body: bytes) -> Answer:
    """What a status means; its body is the provider's own word."""
    text = " ".join(body.decode(errors="replace").split())[:200]
    words = say("It answered %(status)s. %(text)s", status=status, text=text)
    return Answer(200 <= status < 300, words, again=status >= 500 or status in _LATER)
