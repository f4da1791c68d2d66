"""The ways by which people are told, and what goes over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from selaras.kernel.sentences import Sentence, say


class ChannelKind(StrEnum):
    """The ways a message reaches a person."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    APPRISE = "apprise"
    PUSH = "push"


CHANNEL_WORDS: Mapping[ChannelKind, Sentence] = {
    ChannelKind.MAIL: say("Mail"),
    ChannelKind.WEBHOOK: say("Webhook"),
    ChannelKind.APPRISE: say("Messenger or SMS gateway (Apprise)"),
    ChannelKind.PUSH: say("Notification of a browser"),
}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A person's channel; its secret is never told, `hint` says enough to know it by."""

    id: int
    kind: ChannelKind
    name: str
    hint: str
    quiet_from: time | None
    quiet_until: time | None
    enabled: bool  # False: switched off, since its browser has ended the subscription


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel carries. `key` is the same each time one delivery is tried, so that a receiver can tell."""

    key: str
    subject: str
    body: str
    url: str = ""
    acknowledge_url: str = ""
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of sending: taken, or not; `again` says whether another try may help, `gone` that the channel is dead,
    `unknown` that it may have been sent all the same. `words` is the provider's own."""

    taken: bool
    words: Sentence
    again: bool = False
    gone: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel just made; a webhook's signing secret is told this once."""

    id: int
    secret: str = ""
