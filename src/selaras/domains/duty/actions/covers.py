"""Overrides: for a while somebody else is on duty, or somebody is away."""

from datetime import datetime, timedelta

from django.db import transaction

from selaras.domains.duty.actions.log import log
from selaras.domains.duty.models import Cover, Rota
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_names, may, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

_LONGEST = timedelta(days=366)


@transaction.atomic
def cover(
    rota_id: int,
    *,
    by: Actor,
    starts_at: datetime,
    ends_at: datetime,
    person_id: int | None,
    instead_of: int | None = None,
    reason: str = "",
    source: str = "",
) -> int:
    """Put `person_id` on duty from `starts_at` until `ends_at`, whoever it would be, or only instead of one; its id.

    Without `person_id`, `instead_of` is away: a lower layer steps in, or there is a gap. Everybody may take a duty
    upon themselves and say that they are away; the rest needs `duty.edit`.
    """
    require(by, "duty.self")
    if not may(by, "duty.edit") and by.own_id != (person_id or instead_of):
        raise NotAllowed("duty.edit")
    _check(starts_at, ends_at, person_id, instead_of, reason)
    if not Rota.objects.filter(pk=rota_id).exists():
        raise NotFound(str(rota_id))
    row = Cover.objects.create(
        rota_id=rota_id,
        person_id=person_id,
        instead_of_id=instead_of,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        source=source,
        made_by_id=by.id,
        made_at=clock.now(),
    )
    _log(row, "cover", by)
    announce("rota.changed", {"rota_id": rota_id, "by": by.id})
    return row.pk


@transaction.atomic
def cancel_cover(cover_id: int, *, by: Actor) -> None:
    """Let the rota hold again. Those who edit rotas may, and who made it, or is on duty by it."""
    require(by, "duty.self")
    row = Cover.objects.select_for_update().filter(pk=cover_id, cancelled_at=None).first()
    if row is None:
        raise NotFound(str(cover_id))
    if not may(by, "duty.edit") and by.own_id not in (row.made_by_id, row.person_id):
        raise NotAllowed("duty.edit")
    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])
    _log(row, "uncover", by)
    announce("rota.changed", {"rota_id": row.rota_id, "by": by.id})


def _log(row: Cover, verb: str, by: Actor) -> None:
    names = get_names({one for one in (row.person_id, row.instead_of_id) if one is not None})
    log(
        [row.rota_id],
        verb,
        by=by,
        person=names.get(row.person_id or 0, ""),
        instead_of=names.get(row.instead_of_id or 0, ""),
        begin=row.starts_at.isoformat(),
        end=row.ends_at.isoformat(),
    )


def _check(starts_at: datetime, ends_at: datetime, person_id: int | None, instead_of: int | None, reason: str) -> None:
    if ends_at <= starts_at:
        raise Invalid({"ends_at": say("It ends before it begins.")})
    if ends_at - starts_at > _LONGEST:
        raise Invalid({"ends_at": say("At most a year at a time.")})
    if ends_at <= clock.now():
        raise Invalid({"ends_at": say("This is over already.")})
    if len(reason) > 200 or "\x00" in reason:
        raise Invalid({"reason": say("Use up to 200 characters.")})
    wanted = {person for person in (person_id, instead_of) if person is not None}
    if not wanted or len(get_names(wanted)) != len(wanted):
        raise Invalid({"person_id": say("There is no such person.")})
