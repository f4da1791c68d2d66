"""The key pair by which push services know this installation (VAPID): made once, its private half sealed."""

import base64

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from selaras.domains.duty.models import PushKey
from selaras.kernel import clock
from selaras.kernel.sealing import seal, unseal


def push_public_key() -> str:
    """What a browser subscribes with: the public key, base64url."""
    return _row().public


def push_keys() -> dict[str, str]:
    """Both halves, PEM: `public` and `private`."""
    private = unseal(_row().sealed)
    key = load_pem_private_key(private.encode(), None)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return {"private": private, "public": public}


def _row() -> PushKey:
    found = PushKey.objects.first()
    if found is not None:
        return found
    key = generate_private_key(SECP256R1())
    PushKey.objects.bulk_create([_made(key)], ignore_conflicts=True)  # another process may have been faster
    return PushKey.objects.get()


def _made(key: EllipticCurvePrivateKey) -> PushKey:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return PushKey(public=base64.urlsafe_b64encode(point).decode().rstrip("="), sealed=seal(pem), made_at=clock.now())
