"""Hand a shift over in writing: drafted from what happened, completed by who leaves, signed by both sides."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from selaras.domains.duty.actions.log import log, tell_pages
from selaras.domains.duty.contracts import DRAFTED, HANDED
from selaras.domains.duty.contracts.shifts import Fact, ShiftChange
from selaras.domains.duty.lifecycle import HANDOVER, SELF
from selaras.domains.duty.models import Handover
from selaras.domains.duty.queries.handovers import get_shift_change
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from selaras.kernel.lifecycle import move
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

_MOST_FACTS, _MOST = 500, 10_000


@transaction.atomic
def draft_handover(rota_id: int, due_at: datetime, *, by: Actor, facts: Sequence[Fact]) -> int:
    """Begin the handover of a shift that ends at `due_at`, or take the facts anew into one not yet signed; its id.

    The facts come from the caller: duty does not know of alerts and incidents, which are above it.
    """
    require(by, SELF)
    change = get_shift_change(rota_id, due_at)
    _mine(change.outgoing_id, by)
    if len(facts) > _MOST_FACTS:
        raise Invalid({"facts": say("At most %(most)s facts.", most=_MOST_FACTS)})
    row = Handover.objects.select_for_update().filter(rota=rota_id, due_at=due_at).first() or _fresh(change)
    if row.state != DRAFTED:
        raise MoveRefused(say("It is signed, and stays as it is."))
    row.facts, row.facts_at = [fact.as_json() for fact in facts], clock.now()
    row.outgoing_id, row.incoming_id = change.outgoing_id, change.incoming_id
    row.version += 1 if row.pk else 0
    row.save()
    tell_pages()
    return row.pk


@transaction.atomic
def edit_handover(handover_id: int, *, by: Actor, notes: str, seen: int | None = None) -> None:
    """Say in one's own words what the next shift should know. Raises Invalid, Stale, MoveRefused once it is signed."""
    row = _locked(handover_id, by)
    _mine(row.outgoing_id, by)
    if row.state != DRAFTED:
        raise MoveRefused(say("It is signed, and stays as it is."))
    _ask(row, seen)
    if len(notes) > _MOST or "\x00" in notes:
        raise Invalid({"notes": say("Use up to 10,000 characters.")})
    row.notes, row.version = notes.strip(), row.version + 1
    row.save(update_fields=["notes", "version"])


@transaction.atomic
def move_handover(handover_id: int, verb: str, *, by: Actor, remark: str = "", seen: int | None = None) -> None:
    """Sign: `hand_over` by who leaves, `take_over` by who comes; for either, somebody with `duty.edit` may stand in."""
    row = _locked(handover_id, by)
    signs = row.incoming_id if verb == "take_over" else row.outgoing_id
    _mine(signs, by)
    _ask(row, seen)
    if len(remark) > _MOST or "\x00" in remark:
        raise Invalid({"remark": say("Use up to 10,000 characters.")})
    made = move(row, verb, life=HANDOVER, facts={"by": by.own_id, "handed_by": row.handed_by_id})
    if made.target == HANDED:
        row.handed_by_id, row.handed_at = by.own_id, clock.now()
    else:
        row.taken_by_id, row.taken_at, row.remark = by.own_id, clock.now(), remark.strip()
    row.version += 1
    row.save(update_fields=["handed_by", "handed_at", "taken_by", "taken_at", "remark", "version"])
    log([row.rota_id], verb, by=by, handover=row.pk)
    announce(f"handover.{verb}", {"handover_id": row.pk, "rota_id": row.rota_id, "by": by.id})


def _mine(person_id: int | None, by: Actor) -> None:
    if by.own_id != person_id and not may(by, "duty.edit"):
        raise NotAllowed("duty.edit")


def _ask(row: Handover, seen: int | None) -> None:
    if seen is not None and seen != row.version:
        raise Stale()


def _fresh(change: ShiftChange) -> Handover:
    return Handover(rota_id=change.rota_id, due_at=change.due_at, version=1)


def _locked(handover_id: int, by: Actor) -> Handover:
    require(by, SELF)
    row = Handover.objects.select_for_update().filter(pk=handover_id).first()
    if row is None:
        raise NotFound(str(handover_id))
    return row
