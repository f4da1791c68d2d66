"""Accept what was proposed as a problem, or dismiss it."""

from django.db import transaction

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.problems.lifecycle import DECIDE, PROBLEM
from selaras.domains.problems.models import Problem
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.lifecycle import move
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

_LONGEST = 2000  # characters of a reason


@transaction.atomic
def move_problem(problem_id: int, verb: str, *, by: Actor, reason: str = "") -> None:
    """Accept or dismiss, with a reason that stays on the record. Raises Invalid, MoveRefused, NotAllowed, NotFound."""
    require(by, DECIDE)
    row = Problem.objects.select_for_update().filter(pk=problem_id).first()
    if row is None:
        raise NotFound(str(problem_id))
    if len(reason) > _LONGEST or "\x00" in reason:
        raise Invalid({"reason": say("Write up to 2,000 characters.")})
    move(row, verb, life=PROBLEM, facts={"reason": reason})
    row.decided_by_id, row.decided_by_name, row.decided_at = by.id, by.name[:200], clock.now()
    row.reason = reason.strip()
    row.save(update_fields=["decided_by", "decided_by_name", "decided_at", "reason"])
    announce(f"problem.{verb}", {"problem_id": row.pk, "by": by.id})
