"""What people do about a run: approve, refuse, cancel it, tick its steps off. And what time does: an end to waiting."""

from django.db import transaction

from selaras.domains.operations.actions._run import advance, end, locked_run, nobody_waits, note, turn_of
from selaras.domains.operations.contracts import DONE, RUNNING, WAITING, StepKind
from selaras.domains.operations.lifecycle import APPROVE, RUN, RUN_IT, STEP
from selaras.domains.operations.models import Run, RunStep
from selaras.domains.operations.queries.runs import run_facts
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.lifecycle import move
from selaras.kernel.sentences import say

_LONGEST = 2000  # characters of a reason or a note


@transaction.atomic
def move_run(run_id: int, verb: str, *, by: Actor, reason: str = "") -> None:
    """Approve, refuse or cancel, with a reason that stays on the record. Raises MoveRefused, NotAllowed, NotFound."""
    require(by, APPROVE if verb in ("approve", "refuse") else RUN_IT)
    run, reason = locked_run(run_id), _sound("reason", reason)
    if not RUN.find(verb, run.state).offered:
        raise NotFound(verb)
    if verb in ("approve", "refuse"):
        run.decided_by_id, run.decided_by_name, run.reason = by.id, by.name[:200], reason
    if verb != "approve":
        run.save(update_fields=["decided_by", "decided_by_name", "reason"])
        end(run, verb, by=by, reason=reason)
        return
    move(run, verb, life=RUN, facts={**run_facts(run, by), "reason": reason})
    run.approved, run.decide_by = True, None
    run.save(update_fields=["decided_by", "decided_by_name", "reason", "approved", "decide_by"])
    note(run, verb, by=by, reason=reason)
    nobody_waits(run, by=by)
    advance(run)


@transaction.atomic
def move_step(step_id: int, verb: str, *, by: Actor, reason: str = "") -> None:
    """Tick off a step that a person does (`tick`, with a note if there is one), or say why it does not work.

    Raises MoveRefused (not its turn), NotAllowed, NotFound.
    """
    require(by, RUN_IT)
    known = RunStep.objects.filter(pk=step_id, kind=StepKind.PERSON).values_list("run_id", flat=True).first()
    if known is None or verb not in ("tick", "give_up"):
        raise NotFound(str(step_id))
    run, reason = locked_run(known), _sound("reason", reason)
    step = RunStep.objects.select_for_update().get(pk=step_id)
    turn = turn_of(run) if run.state == RUNNING else None
    move(step, verb, life=STEP, facts={"turn": turn is not None and turn.pk == step.pk, "reason": reason})
    step.began_at = step.ended_at = clock.now()
    step.actor_id, step.actor_name, step.note = by.id, by.name[:200], reason
    step.save(update_fields=["began_at", "ended_at", "actor", "actor_name", "note"])
    note(run, f"step.{step.state}", by=by, step=step.title, note=reason)
    if step.state == DONE:
        advance(run)
    else:
        end(run, "fail", by=by, reason=reason)


def expire_undecided(*, limit: int = 100) -> int:
    """End the runs whose approval nobody gave in time; how many. For the schedule."""
    due = Run.objects.filter(state=WAITING, decide_by__lte=clock.now()).order_by("decide_by")
    return sum(_expire(run_id) for run_id in list(due.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _expire(run_id: int) -> bool:
    run = locked_run(run_id)
    if run.state != WAITING or run.decide_by is None or run.decide_by > clock.now():
        return False
    end(run, "expire")
    return True


def _sound(field: str, text: str) -> str:
    if len(text) > _LONGEST or "\x00" in text:
        raise Invalid({field: say("Write up to 2,000 characters.")})
    return text.strip()
