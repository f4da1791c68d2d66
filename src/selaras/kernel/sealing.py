"""Secrets at rest: sealed with the installation's own key."""

from django.conf import settings

from selaras.kernel.errors import Refusal
from selaras.kernel.sealed import WrongKey, seal_with, unseal_with
from selaras.kernel.sentences import say


def seal(text: str) -> bytes:
    """The text, readable only with the key of this installation."""
    return seal_with(settings.SEALING_KEY or settings.SECRET_KEY, text)


def unseal(sealed: bytes | memoryview) -> str:
    """What `seal` was given. Refusal if it was sealed with another key."""
    try:
        return unseal_with(settings.SEALING_KEY or settings.SECRET_KEY, sealed)
    except WrongKey:
        raise Refusal(say("This was kept with another key. Enter it again.")) from None
