"""Web push (RFC 8030, 8188, 8291, 8292): encrypted for one browser, by the push service that this browser named.

The connection is the guarded one of the webhooks: the service is resolved once, must be public, and redirects nobody.
"""

import base64
import json
from collections.abc import Mapping
from io import BytesIO
from urllib.parse import urlsplit

from selaras.domains.duty.contracts.channels import Answer, Message
from selaras.domains.duty.senders import webhook
from selaras.kernel.reach import Blocked
from selaras.kernel.sentences import say

_DAY = 86400
_GONE = frozenset({404, 410})
_BODY = 1200  # characters; a push service takes 4096 bytes in all


def send(config: Mapping[str, str], message: Message, *, sender: str, private: bool) -> Answer:
    """Encrypt the message and hand it to the browser's push service."""
    from webpush import WebPush, WebPushSubscription

    subscription = WebPushSubscription.model_validate(
        {"endpoint": config["endpoint"], "keys": {"auth": config["auth"], "p256dh": config["p256dh"]}}
    )
    keys = WebPush(BytesIO(config["private"].encode()), BytesIO(config["public"].encode()), sender, ttl=_DAY)
    made = keys.get(_shown(message), subscription)
    headers = {
        **{str(name): str(value) for name, value in made.headers.items()},
        "Content-Type": "application/octet-stream",
        "Urgency": "high" if message.urgent else "normal",
        "Topic": topic(message.key),
    }
    try:
        answer = webhook.post(urlsplit(config["endpoint"]), made.encrypted, headers, private=private)
    except Blocked as blocked:
        return Answer(False, say("%(address)s is not a public address; nothing was sent.", address=blocked.args[0]))
    except OSError as problem:
        return Answer(False, say("No answer: %(why)s", why=str(problem)[:200]), again=True)
    if answer[0] in _GONE:
        return Answer(False, say("This browser takes no more messages. Add it again there."), gone=True)
    return webhook.read(*answer)


def topic(key: str) -> str:
    """By which a push service replaces a message that still waits: the same for one delivery, 32 signs at most."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")[-32:]


def _shown(message: Message) -> str:
    """What the service worker reads; `key` is the notification's tag, so that a repeat replaces the first."""
    shown = {
        "key": message.key,
        "title": message.subject,
        "body": message.body[:_BODY],
        "url": message.acknowledge_url or message.url,
        "urgent": message.urgent,
    }
    return json.dumps(shown, ensure_ascii=False)
