"""Keep an open page from its next steps while what it is for is held back, and let it go on."""

from django.db import transaction

from selaras.domains.duty.actions._page import locked_page, note
from selaras.domains.duty.contracts import OPEN
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence


@transaction.atomic
def hold_page(page_id: int, *, by: Actor, why: Sentence) -> bool:
    """Call nobody else for now; who was told stays told and may still answer. False if there is nothing to hold.

    Raises NotAllowed, NotFound.
    """
    require(by, "duty.page")
    row = locked_page(page_id)
    if row.state != OPEN or row.held_at is not None:
        return False
    row.held_at = clock.now()
    row.save(update_fields=["held_at"])
    note(row, "hold", by=by, answer=why)
    return True


@transaction.atomic
def release_page(page_id: int, *, by: Actor) -> bool:
    """Go on: the next step comes after what was left of its minutes. False if it was not held.

    Raises NotAllowed, NotFound.
    """
    require(by, "duty.page")
    row = locked_page(page_id)
    if row.state != OPEN or row.held_at is None:
        return False
    if row.due_at is not None:
        row.due_at += clock.now() - row.held_at
    row.held_at = None
    row.save(update_fields=["held_at", "due_at"])
    note(row, "release", by=by)
    return True
