"""A signed POST, after the Standard Webhooks specification: headers webhook-id, webhook-timestamp, webhook-signature.

The name is resolved once, every address checked, and the connection made to the checked one. No redirect is followed.
"""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from selaras.domains.duty.contracts.channels import Answer, Message
from selaras.kernel import clock
from selaras.kernel.reach import Blocked, resolve
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
    except (OSError, http.client.HTTPException) as problem:
        return Answer(False, say("No answer: %(why)s", why=str(problem)[:200]), again=True)


def post(where: SplitResult, body: bytes, headers: Mapping[str, str], *, private: bool) -> tuple[int, bytes]:
    """The status and the beginning of the answer. Raises Blocked, OSError, HTTPException."""
    connection = _connect(where, private=private)
    try:
        path = (where.path or "/") + (f"?{where.query}" if where.query else "")
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(_ANSWER_BYTES)
    finally:
        connection.close()


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


def _connect(where: SplitResult, *, private: bool) -> http.client.HTTPConnection:
    host = where.hostname or ""
    secure = where.scheme == "https"
    port = where.port or (443 if secure else 80)
    _, address = resolve(host, port, private=private)[0]
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    raw = socket.create_connection((address, port), timeout=SECONDS)
    connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
    return connection


def read(status: int, body: bytes) -> Answer:
    """What a status means; its body is the provider's own word."""
    text = " ".join(body.decode(errors="replace").split())[:200]
    words = say("It answered %(status)s. %(text)s", status=status, text=text)
    return Answer(200 <= status < 300, words, again=status >= 500 or status in _LATER)
