"""What a secret calendar address gives."""

import hashlib
from datetime import timedelta

from selaras.domains.duty.contracts.rotas import Feed as FeedRow
from selaras.domains.duty.contracts.rotas import FeedShift
from selaras.domains.duty.models import Feed, Rota
from selaras.domains.duty.queries.rotas import load_rotas, shifts_of
from selaras.domains.people.queries import get_actor, require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound

_BACK, _AHEAD = timedelta(days=31), timedelta(days=184)


def read_feed(secret: str) -> FeedRow:
    """The shifts behind a calendar address, a month back and half a year ahead. Raises NotFound for any other."""
    row = Feed.objects.filter(digest=hashlib.sha256(secret.encode()).digest()).select_related("rota").first()
    if row is None:
        raise NotFound("calendar")
    actor = get_actor(row.person_id)
    require(actor, "duty.view")
    now = clock.now()
    rotas = load_rotas(Rota.objects.filter(pk=row.rota.pk) if row.rota else Rota.objects.order_by("name"), now - _BACK)
    found = [
        FeedShift(rota.id, rota.name, rota.names.get(shift.person_id, ""), shift)
        for rota in rotas
        for shift in shifts_of(rota, now - _BACK, now + _AHEAD)
        if row.rota or shift.person_id == row.person_id
    ]
    name = row.rota.name if row.rota else actor.name
    return FeedRow(name, actor.language, actor.timezone, row.rota is None, tuple(found))
