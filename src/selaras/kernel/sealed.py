"""Sealing with a key that is given (Fernet: AES-128-CBC with HMAC-SHA256, `cryptography`); no Django."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKey(Exception):
    """It was sealed with another key."""


def seal_with(key: str, text: str) -> bytes:
    """The text, readable only with the key."""
    return _fernet(key).encrypt(text.encode())


def unseal_with(key: str, sealed: bytes | memoryview) -> str:
    """What `seal_with` was given. Raises WrongKey."""
    try:
        return _fernet(key).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise WrongKey from None


@lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"selaras sealing").derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
