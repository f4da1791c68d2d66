"""Runs: what goes on, what waits for approval, and how each went."""

from collections.abc import Iterable, Mapping
from typing import Any

from selaras.domains.operations.contracts import (
    RUNNING,
    WAITING,
    RunDetail,
    RunEntryRow,
    RunPage,
    RunRow,
    RunStepRow,
    StepKind,
)
from selaras.domains.operations.lifecycle import RUN, STEP
from selaras.domains.operations.models import Run, RunEntry, RunStep
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may, require
from selaras.domains.records.queries import about_visible
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.lifecycle import Offer
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import id_after

# In the order of RunRow; put together once, as every page of an incident asks for it.
_ROWS = Run.objects.values_list(
    "id", "runbook__slug", "runbook__name", "state", "about", "alert_id", "record__number", "started_at",
    "started_by_name", "rule_name", "ended_at", "decide_by", "decided_by_name", "reason",
)  # fmt: skip


def list_runs(actor: Actor, *, state: str = "", runbook: str = "", after: str = "", limit: int = 50) -> RunPage:
    """Runs, newest first, narrowed by state and runbook. Raises Invalid for a key or a state that is none."""
    require(actor, "operations.view")
    if state and state not in RUN.states:
        raise Invalid({"state": say("There is no state “%(state)s”.", state=state[:40])})
    last = id_after(after)
    rows = _ROWS.order_by("-id")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(runbook__slug=runbook) if runbook else rows
    found = _rows((rows if last is None else rows.filter(pk__lt=last))[: limit + 1])
    return RunPage(tuple(found[:limit]), str(found[limit - 1].id) if len(found) > limit else None)


def list_runs_of_alert(actor: Actor, alert_id: int, *, limit: int = 5) -> list[RunRow]:
    """The last runs for an alert, newest first. Raises NotAllowed."""
    require(actor, "operations.view")
    return _rows(_ROWS.filter(alert=alert_id).order_by("-id")[:limit])


def list_runs_of_record(actor: Actor, record_id: int, *, limit: int = 5) -> list[RunRow]:
    """The last runs for an incident that this actor may know of, newest first. Raises NotAllowed."""
    require(actor, "operations.view")
    return _rows(_ROWS.filter(about_visible(actor), record=record_id).order_by("-id")[:limit])


def count_waiting(actor: Actor) -> int:
    """How many runs wait for approval. Raises NotAllowed."""
    require(actor, "operations.view")
    return Run.objects.filter(state=WAITING).count()


def get_run(actor: Actor, run_id: int) -> RunDetail:
    """One run, with what the reader may do about it. Raises NotAllowed, NotFound."""
    require(actor, "operations.view")
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound(str(run_id))
    steps = list(RunStep.objects.filter(run=run).order_by("position"))
    turn = next((step.pk for step in steps if step.state != "done"), None) if run.state == RUNNING else None
    entries = RunEntry.objects.filter(run=run).order_by("id")
    return RunDetail(
        _rows(_ROWS.filter(pk=run_id))[0],
        run.version,
        tuple(_step(actor, step, turn=step.pk == turn) for step in steps),
        tuple(RunEntryRow(e.at, e.verb, e.actor_name, _spoken(e.data)) for e in entries),
        RUN.offers(run.state, run_facts(run, actor), lambda permission: may(actor, permission)),
    )


def run_facts(run: Run, actor: Actor) -> dict[str, object]:
    """What the moves of a run ask about it and about who makes them."""
    return {"by": actor.id, "barred": (run.started_by_id, run.author_id)}


def _rows(runs: Iterable[tuple[Any, ...]]) -> list[RunRow]:
    return [RunRow(*values) for values in runs]


def _step(actor: Actor, row: RunStep, *, turn: bool) -> RunStepRow:
    offers: tuple[Offer, ...] = ()
    if turn and row.kind == StepKind.PERSON:
        offers = STEP.offers(row.state, {"turn": True}, lambda permission: may(actor, permission))
    return RunStepRow(
        id=row.pk,
        position=row.position,
        kind=StepKind(row.kind),
        state=row.state,
        title=row.title,
        text=row.text,
        changes=row.changes,
        method=row.method,
        url=row.url,
        header_names=tuple(row.header_names),
        body=row.body,
        attempts=row.attempts,
        began_at=row.began_at,
        ended_at=row.ended_at,
        status=row.status,
        answer=row.answer,
        why=Sentence.from_json(row.why) if row.why else None,
        actor_name=row.actor_name,
        note=row.note,
        offers=offers,
    )


def _spoken(data: Mapping[str, object]) -> dict[str, object]:
    return {k: Sentence.from_json(v) if isinstance(v, Mapping) and "text" in v else v for k, v in data.items()}
