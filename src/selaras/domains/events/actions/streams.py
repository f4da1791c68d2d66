"""The stream that a source is fetched from: set, changed, removed."""

import ssl
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from selaras.domains.events.actions._kept import locked_source
from selaras.domains.events.models import Stream
from selaras.domains.people.contracts import Actor
from selaras.kernel.errors import Invalid, NotFound, Stale
from selaras.kernel.sealing import seal
from selaras.kernel.sentences import Sentence, say

_PLAIN = ("address", "user", "queue", "authority", "fingerprint")


@transaction.atomic
def set_stream(source_id: int, *, by: Actor, password: str = "", seen: int | None = None, **fields: str) -> None:
    """Fetch a source's events from Icinga, or change from where; the worker knows within seconds.

    `fields`: address (https), user, queue, authority (PEM), fingerprint (SHA-256), those that are given. Without a
    `password` the former stays. `seen` is the version it was read at. Raises Invalid naming the field at fault,
    NotAllowed, NotFound, Stale.
    """
    source = locked_source(source_id, by)
    row = Stream.objects.filter(pk=source_id).first()
    if seen is not None and seen != (row.version if row else 0):
        raise Stale
    row = row or Stream(source=source, queue=f"selaras-{source_id}", version=0)
    for name in _PLAIN:
        setattr(row, name, fields.get(name, getattr(row, name)).strip())
    row.address, row.fingerprint = row.address.rstrip("/"), row.fingerprint.replace(":", "").lower()
    faults = _faults(row, password)
    if faults:
        raise Invalid(faults)
    if password:
        row.password = seal(password)
    row.version += 1
    row.connected_at = row.trouble = row.tried_at = None
    row.save()


@transaction.atomic
def remove_stream(source_id: int, *, by: Actor) -> None:
    """Fetch no more; alerts stay as they are. Raises NotAllowed, NotFound."""
    locked_source(source_id, by)
    if not Stream.objects.filter(pk=source_id).delete()[0]:
        raise NotFound(str(source_id))


def _faults(row: Stream, password: str) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not _is_address(row.address):
        faults["address"] = say("A whole address, such as https://icinga.example.com:5665.")
    if not row.user or len(row.user) > 100 or ":" in row.user:
        faults["user"] = say("Give the name of an API user, without a colon.")
    if len(password) > 200 or not (password or row.password):
        faults["password"] = say("Give the password of the API user.")
    if not row.queue or len(row.queue) > 100:
        faults["queue"] = say("Give a name of up to 100 characters.")
    if row.fingerprint and (len(row.fingerprint) != 64 or set(row.fingerprint) - set("0123456789abcdef")):
        faults["fingerprint"] = say("64 hexadecimal digits, as openssl x509 -fingerprint -sha256 gives them.")
    if row.authority and not _is_authority(row.authority):
        faults["authority"] = say("A certificate in PEM, such as /var/lib/icinga2/certs/ca.crt.")
    return faults


def _is_address(address: str) -> bool:
    if len(address) > 300 or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        where: Any = urlsplit(address)
        return where.scheme == "https" and bool(where.hostname) and where.port != 0 and "@" not in where.netloc
    except ValueError:
        return False


def _is_authority(text: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError, TypeError):
        return False
    return len(text) < 100_000
