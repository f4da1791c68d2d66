"""Two people exchange a shift each: one asks, the other accepts, and two covers follow."""

from datetime import datetime, timedelta

from django.db import transaction

from selaras.domains.duty.actions.log import log
from selaras.domains.duty.contracts.rotas import Plan, Shift
from selaras.domains.duty.lifecycle import SWAP
from selaras.domains.duty.models import Cover, Rota, Swap
from selaras.domains.duty.queries.rotas import load_rotas
from selaras.domains.duty.rules import on_duty, shifts
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_names, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound
from selaras.kernel.lifecycle import move
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

_LONGEST = timedelta(days=190)  # of a turn


@transaction.atomic
def ask_swap(rota_id: int, *, by: Actor, mine: datetime, theirs: datetime) -> int:
    """Ask whoever has the shift that begins at `theirs` to exchange it for one's own that begins at `mine`; its id."""
    require(by, "duty.self")
    rotas = load_rotas(Rota.objects.filter(pk=rota_id), min(mine, theirs))
    if not rotas:
        raise NotFound(str(rota_id))
    if min(mine, theirs) <= clock.now():
        raise Invalid({"mine": say("Only shifts that have not begun can be exchanged.")})
    own, other = (_shift(rotas[0].plan, at) for at in (mine, theirs))
    if own is None or own.person_id != by.own_id:
        raise Invalid({"mine": say("This is not a shift of yours.")})
    if other is None or other.person_id == by.own_id:
        raise Invalid({"theirs": say("Choose a shift of somebody else.")})
    row = Swap.objects.create(
        rota_id=rota_id,
        asker_id=by.own_id,
        other_id=other.person_id,
        asker_starts=own.starts_at,
        asker_ends=own.ends_at,
        other_starts=other.starts_at,
        other_ends=other.ends_at,
        asked_at=clock.now(),
    )
    announce("swap.asked", {"swap_id": row.pk, "other_id": other.person_id})
    return row.pk


@transaction.atomic
def answer_swap(swap_id: int, verb: str, *, by: Actor) -> None:
    """Accept or decline (who is asked), withdraw (who asked). Accepting is refused if a shift has changed hands."""
    require(by, "duty.self")
    row = Swap.objects.select_for_update().filter(pk=swap_id).first()
    if row is None:
        raise NotFound(str(swap_id))
    if by.own_id != (row.asker_id if verb == "withdraw" else row.other_id):
        raise NotAllowed("duty.self")
    if verb == "accept":
        _check_still_theirs(row)
    move(row, verb, life=SWAP)
    row.answered_at = clock.now()
    row.save(update_fields=["answered_at"])
    if verb == "accept":
        _exchange(row)
    names = get_names({row.asker_id, row.other_id})
    log([row.rota_id], f"swap.{verb}", by=by, asker=names.get(row.asker_id, ""), other=names.get(row.other_id, ""))
    announce(f"swap.{verb}", {"swap_id": row.pk, "asker_id": row.asker_id})


def _check_still_theirs(row: Swap) -> None:
    Rota.objects.select_for_update().get(pk=row.rota_id)
    plan = load_rotas(Rota.objects.filter(pk=row.rota_id))[0].plan
    now = clock.now()
    for person, starts, ends in (
        (row.asker_id, row.asker_starts, row.asker_ends),
        (row.other_id, row.other_starts, row.other_ends),
    ):
        if starts <= now or [s.person_id for s in shifts(plan, starts, ends)] != [person]:
            raise MoveRefused(say("One of the shifts has begun or changed hands. Ask again with what holds now."))


def _exchange(row: Swap) -> None:
    pairs = (
        (row.other_id, row.asker_id, row.asker_starts, row.asker_ends),
        (row.asker_id, row.other_id, row.other_starts, row.other_ends),
    )
    for person, instead_of, starts, ends in pairs:
        Cover.objects.create(
            rota_id=row.rota_id,
            person_id=person,
            instead_of_id=instead_of,
            starts_at=starts,
            ends_at=ends,
            made_by_id=row.other_id,
            made_at=clock.now(),
        )
    announce("rota.changed", {"rota_id": row.rota_id, "by": row.other_id})


def _shift(plan: Plan, at: datetime) -> Shift | None:
    """The whole shift that begins at `at`."""
    if on_duty(plan, at) is None:
        return None
    first = shifts(plan, at, at + _LONGEST)[0]
    before = shifts(plan, at - timedelta(seconds=1), at + timedelta(seconds=1))
    return first if len(before) != 1 else None
