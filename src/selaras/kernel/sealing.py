"""Secrets at rest: sealed with the installation's own key (Fernet: AES-128-CBC with HMAC-SHA256, `cryptography`)."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from selaras.kernel.errors import Refusal
from selaras.kernel.sentences import say


def seal(text: str) -> bytes:
    """The text, readable only with the key of this installation."""
    return _fernet(settings.SEALING_KEY or settings.SECRET_KEY).encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """What `seal` was given. Refusal if it was sealed with another key."""
    try:
        return _fernet(settings.SEALING_KEY or settings.SECRET_KEY).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Refusal(say("This was kept with another key. Enter it again.")) from None


@lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"selaras sealing").derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
