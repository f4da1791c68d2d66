"""Make and revoke API tokens."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from selaras.domains.people.actions._changes import note
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import ApiToken
from selaras.domains.people.rules import require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say


@transaction.atomic
def create_token(*, by: Actor, name: str, roles: Iterable[Role], expires_at: datetime | None = None) -> str:
    """Make a token that carries some of one's own roles; returns the secret, which is never shown again."""
    require(by, "people.self")
    wanted = frozenset(roles)
    if not name.strip():
        raise Invalid({"name": say("Give the token a name, so that you know it later.")})
    if not wanted or not wanted <= by.roles:
        raise Invalid({"roles": say("A token carries one or more of your own roles.")})
    secret = "sel_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        person_id=by.own_id,
        name=name.strip()[:100],
        digest=hashlib.sha256(secret.encode()).digest(),
        roles=sorted(wanted),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    note("person", "token", by=by, person_id=by.own_id, data=_named(name.strip()[:100], wanted))
    return secret


@transaction.atomic
def revoke_token(token_id: int, *, by: Actor) -> None:
    """End one of one's own tokens at once."""
    require(by, "people.self")
    own = ApiToken.objects.select_for_update().filter(pk=token_id, person_id=by.own_id, revoked_at=None).first()
    if own is None:
        raise NotFound(str(token_id))
    own.revoked_at = clock.now()
    own.save(update_fields=["revoked_at"])
    note("person", "end_token", by=by, person_id=by.own_id, data=_named(own.name, own.roles))


def _named(name: str, roles: Iterable[str]) -> dict[str, Any]:
    return {"token": {"from": None, "to": name}, "token_roles": {"from": None, "to": sorted(roles)}}
