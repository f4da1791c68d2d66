"""Secret calendar addresses: make one, end one."""

import hashlib
import secrets

from django.db import transaction

from selaras.domains.duty.models import Feed, Rota
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound


@transaction.atomic
def make_feed(*, by: Actor, rota_id: int | None = None) -> str:
    """The secret of a new address of a rota, or of one's own shifts, told once; an earlier one of the same ends."""
    require(by, "duty.self")
    if rota_id is not None and not Rota.objects.filter(pk=rota_id).exists():
        raise NotFound(str(rota_id))
    secret = secrets.token_urlsafe(32)
    Feed.objects.filter(person=by.own_id, rota=rota_id).delete()
    Feed.objects.create(
        person_id=by.own_id, rota_id=rota_id, digest=hashlib.sha256(secret.encode()).digest(), made_at=clock.now()
    )
    return secret
