"""Make the calls of runs: each is marked as under way and committed before the request, and settled after the answer.

As deliveries of pages (duty/actions/deliver.py): a process that dies before the mark leaves the step to others. One
that dies between mark and answer leaves a doubt, which a lock in the database tells apart from slowness. What only
reads is asked again then; what changes something is not repeated: the run ends and says that nobody knows.
"""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

from selaras.domains.operations.actions._run import advance, end, locked_run, note, turn_of
from selaras.domains.operations.contracts import DOING, DONE, RUNNING, StepKind
from selaras.domains.operations.filling import reveal_body, reveal_url
from selaras.domains.operations.lifecycle import STEP
from selaras.domains.operations.models import Run, RunStep
from selaras.domains.operations.rules import hidden, is_expected, kept_answer, may_come_right, wait_after
from selaras.kernel import clock
from selaras.kernel.calling import CutOff, NotSent, call
from selaras.kernel.errors import Refusal
from selaras.kernel.lifecycle import move
from selaras.kernel.reach import Blocked
from selaras.kernel.sealing import unseal
from selaras.kernel.sentences import Sentence, say

# Before the id of a step in the keys of advisory locks: "runb".
_SPACE = 0x72756E62 << 31
_READ = 8192  # bytes of an answer, more than is kept: what is cut off may be half of a secret


@dataclass(frozen=True, slots=True)
class _Heard:
    """How a call went. `again`: the same may go otherwise later; `unknown`: it may have had its effect."""

    verb: str
    why: Sentence
    status: int | None = None
    answer: str = ""
    again: bool = False
    unknown: bool = False


def make_next_call() -> int:
    """Make the call that has waited longest, if one is due; how many. For a loop of the worker, in any number."""
    step = _claim()
    if step is None:
        return 0
    try:
        _settle(step.pk, _call(step))
    finally:
        _let_go(step.pk)
    return 1


def settle_cut_off(*, limit: int = 100) -> int:
    """Handle calls whose process is gone; how many. For the schedule, every few seconds."""
    found = RunStep.objects.filter(state=DOING).order_by("began_at").values_list("pk", flat=True)
    return sum(_if_abandoned(step_id) for step_id in list(found[:limit]))


@transaction.atomic
def _claim() -> RunStep | None:
    runs = Run.objects.select_for_update(skip_locked=True, of=("self",)).select_related("runbook__policy")
    run = runs.filter(state=RUNNING, next_at__lte=clock.now()).order_by("next_at").first()
    step = turn_of(run) if run is not None else None
    if run is None or step is None or step.kind != StepKind.CALL or not _take_hold(step.pk):
        return None
    run.next_at = None
    run.save(update_fields=["next_at"])
    move(step, "begin", life=STEP)
    step.attempts, step.began_at = step.attempts + 1, clock.now()
    step.save(update_fields=["attempts", "began_at"])
    return step


def _call(step: RunStep) -> _Heard:
    try:
        own, named = _unsealed(step.sealed), _unsealed(step.sealed_secrets)
    except Refusal as refusal:
        return _Heard("fail", refusal.sentence)
    secrets = (*own.values(), *named.values())
    headers = {"User-Agent": "Selaras", **own, "Idempotency-Key": f"selaras-run-{step.run_id}-{step.pk}"}
    body = reveal_body(step.body, named).encode() if step.body else None
    if body is not None:
        headers["Content-Type"] = "application/json"
    private = settings.CALL_PRIVATE_ADDRESSES
    where = urlsplit(reveal_url(step.url, named))
    try:
        status, read = call(where, step.method, body, headers, private=private, seconds=float(step.seconds), most=_READ)
    except Blocked as blocked:
        why = say("%(address)s is not a public address; nothing was sent.", address=str(blocked.args[0]))
        return _Heard("fail", why)
    except NotSent as problem:
        return _Heard("fail", say("No connection: %(why)s", why=hidden(str(problem), secrets)[:200]), again=True)
    except CutOff as problem:
        why = say("No answer: %(why)s", why=hidden(str(problem), secrets)[:200])
        return _Heard("fail", why, again=True, unknown=True)
    except (OSError, ValueError) as problem:
        return _Heard("fail", say("No connection: %(why)s", why=hidden(str(problem), secrets)[:200]))
    return _answered(step, status, kept_answer(read, secrets))


def _unsealed(sealed: bytes | memoryview) -> dict[str, str]:
    """Values by their names. Raises Refusal if another key has sealed them."""
    return json.loads(unseal(sealed)) if sealed else {}


def _answered(step: RunStep, status: int, answer: str) -> _Heard:
    if is_expected(step.expects_from, step.expects_to, status):
        return _Heard("finish", say("It answered %(status)s, as expected.", status=status), status, answer)
    why = say(
        "It answered %(status)s; %(low)s to %(high)s was expected.",
        status=status,
        low=step.expects_from,
        high=step.expects_to,
    )
    return _Heard("fail", why, status, answer, again=may_come_right(status))


@transaction.atomic
def _settle(step_id: int, heard: _Heard) -> None:
    run, step = _locked(step_id)
    if step.state != DOING:
        return  # we lost the database for a while, and it was settled without us
    repeat = heard.again and step.attempts <= step.retries and run.state == RUNNING
    repeat = repeat and not (heard.unknown and step.changes)
    step.status, step.answer, step.why = heard.status, heard.answer, heard.why.as_json()
    if repeat:
        _repeat(run, step)
    elif heard.unknown and step.changes:
        _end_step(run, step, "doubt")
    else:
        _end_step(run, step, heard.verb)


@transaction.atomic
def _abandoned(step_id: int) -> bool:
    run, step = _locked(step_id)
    if step.state != DOING:
        return False
    step.why = say("The process that made the call was cut off.").as_json()
    if step.changes or run.state != RUNNING:
        _end_step(run, step, "doubt")
    else:
        _repeat(run, step)
    return True


def _repeat(run: Run, step: RunStep) -> None:
    move(step, "retry", life=STEP)
    step.save(update_fields=["status", "answer", "why"])
    run.next_at = clock.now() + wait_after(step.attempts)
    run.save(update_fields=["next_at"])
    note(run, "step.retry", step=step.title, why=Sentence.from_json(step.why))


def _end_step(run: Run, step: RunStep, verb: str) -> None:
    move(step, verb, life=STEP)
    step.ended_at = clock.now()
    step.save(update_fields=["status", "answer", "why", "ended_at"])
    note(run, f"step.{step.state}", step=step.title, why=Sentence.from_json(step.why))
    if run.state != RUNNING:
        return  # somebody cancelled the run meanwhile; the step says how it went all the same
    if step.state == DONE:
        advance(run)
    else:
        end(run, "fail")


def _locked(step_id: int) -> tuple[Run, RunStep]:
    run = locked_run(RunStep.objects.values_list("run_id", flat=True).get(pk=step_id))
    return run, RunStep.objects.select_for_update().get(pk=step_id)


def _if_abandoned(step_id: int) -> bool:
    if not _take_hold(step_id):
        return False
    try:
        return _abandoned(step_id)
    finally:
        _let_go(step_id)


def _take_hold(step_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SPACE + step_id])
        return bool(cursor.fetchone()[0])


def _let_go(step_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_SPACE + step_id])
