"""What the verbs of a run share: its log, whose turn it is, its end, and telling pages and the incident."""

import json
from datetime import timedelta

from django.db import connection

from selaras.domains.duty.actions.page import page, resolve_cause
from selaras.domains.events.actions.tell_alerts import tell_alerts
from selaras.domains.operations.contracts import DONE, PENDING, RUNNING, WAITING, StepKind
from selaras.domains.operations.lifecycle import RUN, STEP
from selaras.domains.operations.models import Run, RunEntry, RunStep
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.records.actions.entries import add_entry
from selaras.kernel import clock
from selaras.kernel.errors import NotFound
from selaras.kernel.lifecycle import move
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import Sentence, say

OPERATIONS = system_actor("Selaras")

_SAID = {
    "start": say("started the runbook “%(name)s”"),
    "ask": say("asks for approval of the runbook “%(name)s”"),
    "approve": say("approved the runbook “%(name)s”"),
    "refuse": say("refused the runbook “%(name)s”"),
    "expire": say("waited in vain for approval of the runbook “%(name)s”"),
    "finish": say("finished the runbook “%(name)s”"),
    "fail": say("could not finish the runbook “%(name)s”"),
    "cancel": say("cancelled the runbook “%(name)s”"),
}

# The same on the alert, where a line begins with nobody's name.
_TRACED = {
    "start": say("The runbook “%(name)s” was started (run %(run)s)."),
    "ask": say("The runbook “%(name)s” waits for approval (run %(run)s); %(whom)s."),
    "approve": say("%(who)s approved the runbook “%(name)s” (run %(run)s)."),
    "refuse": say("%(who)s refused the runbook “%(name)s” (run %(run)s)."),
    "expire": say("Nobody approved the runbook “%(name)s” in time (run %(run)s)."),
    "finish": say("The runbook “%(name)s” is done (run %(run)s)."),
    "fail": say("The runbook “%(name)s” failed (run %(run)s)."),
    "cancel": say("%(who)s cancelled the runbook “%(name)s” (run %(run)s)."),
}


def locked_run(run_id: int) -> Run:
    """The run, locked until the transaction ends. A run is locked before its steps, never after."""
    row = Run.objects.select_for_update(of=("self",)).select_related("runbook__policy").filter(pk=run_id).first()
    if row is None:
        raise NotFound(str(run_id))
    return row


def note(run: Run, verb: str, *, by: Actor = OPERATIONS, **data: object) -> None:
    """Write an entry of the run's log, tell its incident what concerns it, and let open pages read again."""
    stored = {k: v.as_json() if isinstance(v, Sentence) else v for k, v in data.items()}
    RunEntry.objects.create(run=run, at=clock.now(), verb=verb, actor_id=by.id, actor_name=by.name[:200], data=stored)
    if run.record_id is not None and verb in _SAID:
        said = say(_SAID[verb].text, name=run.runbook.name)
        told = {"sentence": said.as_json(), "run_id": run.pk, "reason": str(data.get("reason", ""))}
        add_entry(run.record_id, by=by, verb="runbook", public=False, data=told)
    if run.alert_id is not None and verb in _TRACED:
        said = say(_TRACED[verb].text, name=run.runbook.name, run=run.pk, who=by.name, whom=_whom(run))
        tell_alerts([(run.alert_id, run.episode)], said, by=OPERATIONS)
    tell_pages()


def _whom(run: Run) -> Sentence:
    """Who is called for an approval."""
    if run.runbook.policy is None:
        return say("nobody is called for it")
    return say("people are called by “%(policy)s”", policy=run.runbook.policy.name)


def tell_pages() -> None:
    """Let open pages read again, after commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('selaras_live', %s)", [json.dumps({"kind": "operations"})])


def turn_of(run: Run) -> RunStep | None:
    """The step whose turn it is; None if all are done."""
    steps = RunStep.objects.select_for_update().filter(run=run).exclude(state=DONE)
    return steps.order_by("position").first()


def advance(run: Run) -> None:
    """Let a locked, running run go on with the step whose turn it is: ask for approval, call, wait for a person, or
    end."""
    assert run.state == RUNNING
    step = turn_of(run)
    run.next_at = None
    if step is None:
        end(run, "finish")
    elif step.changes and not run.approved:
        _ask(run, step)
    else:
        run.next_at = clock.now() if step.kind == StepKind.CALL else None
        run.save(update_fields=["next_at"])


def end(run: Run, verb: str, *, by: Actor = OPERATIONS, reason: str = "") -> None:
    """End a locked run by a move of its lifecycle; what was not begun is left out."""
    waited = run.state == WAITING
    move(run, verb, life=RUN, facts={"reason": reason})
    run.next_at, run.decide_by, run.ended_at = None, None, clock.now()
    if reason and not run.reason:
        run.reason = reason
    run.save(update_fields=["next_at", "decide_by", "ended_at", "reason"])
    for step in RunStep.objects.select_for_update().filter(run=run, state=PENDING).order_by("position"):
        move(step, "skip", life=STEP)
    RunStep.objects.filter(run=run).update(sealed=b"", sealed_secrets=b"")  # nothing more is called: none is needed
    note(run, verb, by=by, reason=reason)
    if waited:
        nobody_waits(run, by=by)
    announce(f"run.{verb}", {"run_id": run.pk, "alert_id": run.alert_id, "record_id": run.record_id})


def nobody_waits(run: Run, *, by: Actor) -> None:
    """Call nobody any more for the approval."""
    resolve_cause(_cause(run), by=OPERATIONS if by.id is None else by)


def _ask(run: Run, step: RunStep) -> None:
    move(run, "ask", life=RUN)
    run.decide_by = clock.now() + timedelta(minutes=run.runbook.patience)
    run.save(update_fields=["next_at", "decide_by"])
    note(run, "ask", step=step.title)
    if run.runbook.policy_id is not None:
        page(
            by=OPERATIONS,
            policy_id=run.runbook.policy_id,
            cause=_cause(run),
            subject=f"{run.runbook.name}: {run.about}"[:300].rstrip(": "),
            body=step.title,
            record_id=run.record_id,
            url=f"/operations/runs/{run.pk}",
        )


def _cause(run: Run) -> str:
    return f"run:{run.pk}"
