"""Sources of events: make, change, disable, give a new token."""

from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_network
from secrets import token_urlsafe

from django.db import transaction

from selaras.domains.events.actions._kept import locked_source
from selaras.domains.events.contracts.sources import MAY_OPEN_AT_MOST, NewSource
from selaras.domains.events.models import Source
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.sentences import say

_PREFIX = "slr_ev_"  # so that leak scanners and people recognise one


@transaction.atomic
def create_source(
    *,
    by: Actor,
    name: str,
    organisation_id: int | None = None,
    networks: Sequence[str] = (),
    with_token: bool = True,
    certificate: str = "",
) -> NewSource:
    """A source; its token is told here once and stored only as a hash. Raises Invalid, NotAllowed."""
    require(by, "events.sources", organisation_id)
    name = _name(name)
    token = _PREFIX + token_urlsafe(32) if with_token else None
    row = Source.objects.create(
        name=name,
        organisation_id=organisation_id,
        networks=_networks(networks),
        certificate=_certificate(certificate),
        token_hash=_hash(token) if token else None,
    )
    return NewSource(row.pk, token)


@transaction.atomic
def change_source(
    source_id: int,
    *,
    by: Actor,
    name: str | None = None,
    networks: Sequence[str] | None = None,
    enabled: bool | None = None,
    may_open: int | None = None,
    certificate: str | None = None,
    seen: int | None = None,
) -> None:
    """Rename it, change its networks or certificate, disable or enable it, bound the alerts it may open in ten minutes:
    what is given. Intake knows within seconds.

    `seen` is the version it was read at. Raises Invalid, NotAllowed, NotFound, Stale.
    """
    row = locked_source(source_id, by)
    if seen is not None and seen != row.version:
        raise Stale
    row.name = row.name if name is None else _name(name, row.pk)
    row.networks = row.networks if networks is None else _networks(networks)
    row.enabled = row.enabled if enabled is None else enabled
    row.may_open = row.may_open if may_open is None else _may_open(may_open)
    row.certificate = row.certificate if certificate is None else _certificate(certificate, row.pk)
    row.version += 1
    row.save(update_fields=["name", "networks", "enabled", "may_open", "certificate", "version"])


@transaction.atomic
def renew_token(source_id: int, *, by: Actor) -> str:
    """A new token in place of any former one, told here once."""
    row = locked_source(source_id, by)
    token = _PREFIX + token_urlsafe(32)
    row.token_hash = _hash(token)
    row.version += 1
    row.save(update_fields=["token_hash", "version"])
    return token


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _name(name: str, own_id: int | None = None) -> str:
    name = name.strip()
    if not name or len(name) > 120:
        raise Invalid({"name": say("Give a name of up to 120 characters.")})
    if Source.objects.filter(name=name).exclude(pk=own_id or 0).exists():
        raise Invalid({"name": say("There is another source with this name.")})
    return name


def _certificate(subject: str, own_id: int | None = None) -> str:
    subject = subject.strip()
    if len(subject) > 500:
        raise Invalid({"certificate": say("Give a subject of up to 500 characters.")})
    if subject and Source.objects.filter(certificate=subject).exclude(pk=own_id or 0).exists():
        raise Invalid({"certificate": say("There is another source with this certificate.")})
    return subject


def _may_open(number: int) -> int:
    if not 1 <= number <= MAY_OPEN_AT_MOST:
        raise Invalid({"may_open": say("Give a number from 1 to 1,000,000,000.")})
    return number


def _networks(blocks: Sequence[str]) -> list[str]:
    try:
        return [str(ip_network(block.strip(), strict=False)) for block in blocks if block.strip()]
    except ValueError as error:
        raise Invalid({"networks": say("Not a network address: %(what)s.", what=str(error))}) from None
