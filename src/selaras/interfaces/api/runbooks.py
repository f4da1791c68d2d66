"""Runbooks and their runs as a machine keeps, begins and decides them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.operations.actions.decide import move_run, move_step
from selaras.domains.operations.actions.runbooks import save_runbook
from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import RunbookRow, RunDetail, RunRow, RunStepRow, StepKind, StepRow
from selaras.domains.operations.queries import get_run, get_runbook, list_runbooks, list_runs, occasion_of
from selaras.interfaces.api.operation import (
    Asked,
    Given,
    Id,
    Key,
    Limit,
    MoveGiven,
    Number,
    OfferOut,
    Seen,
    Slug,
    answers,
    permitted,
)
from selaras.kernel.wording import spoken

router = Router()


class RunbookStepIO(Given):
    """A step: a person does it (`person`), or Selaras calls an address (`call`). Unless it `changes` nothing, a run
    waits for approval before it.

    `url` and `body` may hold `{{ label }}`, and `{{ secret.name }}` for one of `secrets`. Values of `headers` and
    `secrets` are never read back: `••••••` stands for one that is kept, and given with its `step_id` leaves it as it
    is.
    """

    kind: StepKind
    title: Annotated[str, Field(max_length=200)]
    text: Annotated[str, Field(max_length=4000)] = ""
    changes: bool = True
    method: Annotated[str, Field(max_length=8)] = ""
    url: Annotated[str, Field(max_length=1000)] = ""
    headers: Annotated[dict[str, str], Field(max_length=10)] = {}
    secrets: Annotated[dict[str, str], Field(max_length=10)] = {}
    body: Annotated[str, Field(max_length=20_000)] = ""
    expects_from: Annotated[int, Field(ge=100, le=599)] = 200
    expects_to: Annotated[int, Field(ge=100, le=599)] = 299
    seconds: Annotated[int, Field(ge=1, le=60)] = 15
    retries: Annotated[int, Field(ge=0, le=5)] = 0
    step_id: Id | None = None


class RunbookIn(Given):
    """A runbook, whole; `seen` is the version it was read at: 409 if there is another by now."""

    slug: Slug
    name: Annotated[str, Field(max_length=120)]
    team_id: Id
    steps: Annotated[list[RunbookStepIO], Field(max_length=30)]
    purpose: Annotated[str, Field(max_length=4000)] = ""
    policy_id: Id | None = None
    hourly: Annotated[int, Field(ge=1, le=1000)] = 6
    patience: Annotated[int, Field(ge=1, le=1440)] = 30
    enabled: bool = True
    seen: Seen = None


class RunbookOut(Schema):
    """A runbook; `needs` are the labels that its calls ask for."""

    id: int
    slug: str
    name: str
    purpose: str
    team_id: int
    policy_id: int | None
    hourly: int
    patience: int
    enabled: bool
    version: int
    changes: bool
    needs: list[str]
    steps: list[RunbookStepIO]

    @classmethod
    def of(cls, row: RunbookRow) -> "RunbookOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name not in ("steps", "needs")}
        steps = [
            RunbookStepIO(**{name: getattr(step, name) for name in RunbookStepIO.model_fields}) for step in row.steps
        ]
        return cls(**own, needs=list(row.needs), steps=steps)


class RunOut(Schema):
    """A run as lists show it."""

    id: int
    runbook_slug: str
    runbook_name: str
    state: str
    about: str
    alert_id: int | None
    record_number: str | None
    started_at: datetime
    started_by: str
    rule_name: str
    ended_at: datetime | None
    decide_by: datetime | None
    decided_by: str
    reason: str

    @classmethod
    def of(cls, row: RunRow) -> "RunOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class RunStepOut(Schema):
    """A step of a run: `status` and `answer` are those of the last try, `why` says what they mean."""

    id: int
    kind: StepKind
    state: str
    title: str
    changes: bool
    method: str
    url: str
    body: str
    attempts: int
    began_at: datetime | None
    ended_at: datetime | None
    status: int | None
    answer: str
    why: str
    actor_name: str
    note: str
    offers: list[OfferOut]

    @classmethod
    def of(cls, row: RunStepRow) -> "RunStepOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name not in ("why", "offers")}
        return cls(**own, why=spoken(row.why), offers=[OfferOut.of(offer) for offer in row.offers])


class RunDetailOut(Schema):
    """A run, its steps, and what the caller may do."""

    run: RunOut
    version: int
    steps: list[RunStepOut]
    offers: list[OfferOut]

    @classmethod
    def of(cls, row: RunDetail) -> "RunDetailOut":
        return cls(
            run=RunOut.of(row.run),
            version=row.version,
            steps=[RunStepOut.of(step) for step in row.steps],
            offers=[OfferOut.of(offer) for offer in row.offers],
        )


class RunsOut(Schema):
    """A page of runs, newest first; `next` is the key to go on after."""

    rows: list[RunOut]
    next: str | None


class StartIn(Given):
    """Which runbook to run, and for which alert or incident, whose labels fill its calls."""

    runbook: Slug
    alert_id: Id | None = None
    record: Number = ""


@router.get("/runbooks", response=answers(list[RunbookOut]), operation_id="list_runbooks")
@permitted("operations.view")
def runbooks(request: Asked) -> Any:
    """All runbooks, by name."""
    return [RunbookOut.of(row) for row in list_runbooks(request.auth)]


@router.post("/runbooks", response=answers(RunbookOut), operation_id="make_runbook")
@permitted("operations.edit")
def make(request: Asked, given: RunbookIn) -> Any:
    """Make a runbook."""
    save_runbook(by=request.auth, **_values(given))
    return RunbookOut.of(get_runbook(request.auth, given.slug))


@router.get("/runbooks/{slug}", response=answers(RunbookOut), operation_id="get_runbook")
@permitted("operations.view")
def runbook(request: Asked, slug: Slug) -> Any:
    """One runbook."""
    return RunbookOut.of(get_runbook(request.auth, slug))


@router.put("/runbooks/{slug}", response=answers(RunbookOut), operation_id="change_runbook")
@permitted("operations.edit")
def change(request: Asked, slug: Slug, given: RunbookIn) -> Any:
    """Let a runbook be what is given; runs that are under way keep the steps they began with."""
    save_runbook(by=request.auth, runbook_id=get_runbook(request.auth, slug).id, **_values(given))
    return RunbookOut.of(get_runbook(request.auth, given.slug))


@router.get("/runs", response=answers(RunsOut), operation_id="list_runs")
@permitted("operations.view")
def runs(request: Asked, state: Slug = "", runbook: Slug = "", after: Key = "", limit: Limit = 50) -> Any:
    """Runs, newest first, of one state or runbook."""
    page = list_runs(request.auth, state=state, runbook=runbook, after=after, limit=limit)
    return RunsOut(rows=[RunOut.of(row) for row in page.rows], next=page.next)


@router.post("/runs", response=answers(RunDetailOut), operation_id="start_run")
@permitted("operations.run")
def start(request: Asked, given: StartIn) -> Any:
    """Begin a run; before the first step that changes something it waits for approval."""
    occasion = occasion_of(request.auth, alert_id=given.alert_id, number=given.record)
    ref = start_run(given.runbook, occasion, by=request.auth)
    return RunDetailOut.of(get_run(request.auth, ref.id))


@router.get("/runs/{int:run_id}", response=answers(RunDetailOut), operation_id="get_run")
@permitted("operations.view")
def run(request: Asked, run_id: Id) -> Any:
    """One run."""
    return RunDetailOut.of(get_run(request.auth, run_id))


@router.post("/runs/{int:run_id}/move", response=answers(RunDetailOut), operation_id="move_run")
@permitted("operations.view")
def move(request: Asked, run_id: Id, given: MoveGiven) -> Any:
    """Approve, refuse or cancel it, with a reason; what is possible is among its `offers`."""
    move_run(run_id, given.verb, by=request.auth, reason=given.reason)
    return RunDetailOut.of(get_run(request.auth, run_id))


@router.post("/runs/{int:run_id}/steps/{int:step_id}", response=answers(RunDetailOut), operation_id="move_run_step")
@permitted("operations.run")
def step(request: Asked, run_id: Id, step_id: Id, given: MoveGiven) -> Any:
    """Tick a step off (`tick`), or say why it does not work (`give_up`)."""
    move_step(step_id, given.verb, by=request.auth, reason=given.reason)
    return RunDetailOut.of(get_run(request.auth, run_id))


def _values(given: RunbookIn) -> dict[str, Any]:
    steps = [StepRow(**step.model_dump()) for step in given.steps]
    return {**given.model_dump(exclude={"steps"}), "steps": steps}
