"""Problems as a machine reads and decides them."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from selaras.domains.problems.actions.decide import move_problem
from selaras.domains.problems.contracts import ProblemDetail, ProblemRow
from selaras.domains.problems.queries import get_problem, list_problems
from selaras.interfaces.api.operation import Asked, Id, Key, Limit, MoveGiven, OfferOut, Slug, answers, permitted

router = Router()


class ProblemOut(Schema):
    """A problem; `incidents` and `alerts` count its evidence, `rule_name` is empty where recurrence found it."""

    id: int
    title: str
    state: str
    item_slug: str | None
    service_slug: str | None
    rule_name: str
    incidents: int
    alerts: int
    opened_at: datetime
    last_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str

    @classmethod
    def of(cls, row: ProblemRow) -> "ProblemOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class EvidenceOut(Schema):
    """An incident or an alert that speaks for it."""

    at: datetime
    about: str
    record_number: str | None
    alert_id: int | None


class ProblemDetailOut(Schema):
    """A problem, its evidence (the newest hundred), and what the caller may do."""

    problem: ProblemOut
    evidence: list[EvidenceOut]
    offers: list[OfferOut]

    @classmethod
    def of(cls, row: ProblemDetail) -> "ProblemDetailOut":
        found = [EvidenceOut(**{name: getattr(e, name) for name in EvidenceOut.model_fields}) for e in row.evidence]
        return cls(problem=ProblemOut.of(row.problem), evidence=found, offers=[OfferOut.of(o) for o in row.offers])


class ProblemsOut(Schema):
    """A page of problems, newest first; `next` is the key to go on after."""

    rows: list[ProblemOut]
    next: str | None


@router.get("/problems", response=answers(ProblemsOut), operation_id="list_problems")
@permitted("problems.view")
def problems(request: Asked, state: Slug = "", after: Key = "", limit: Limit = 50) -> Any:
    """Problems, newest first, of one state (`proposed`, `detected`, `dismissed`) or all."""
    page = list_problems(request.auth, state=state, after=after, limit=limit)
    return ProblemsOut(rows=[ProblemOut.of(row) for row in page.rows], next=page.next)


@router.get("/problems/{int:problem_id}", response=answers(ProblemDetailOut), operation_id="get_problem")
@permitted("problems.view")
def problem(request: Asked, problem_id: Id) -> Any:
    """One problem."""
    return ProblemDetailOut.of(get_problem(request.auth, problem_id))


@router.post("/problems/{int:problem_id}/move", response=answers(ProblemDetailOut), operation_id="move_problem")
@permitted("problems.decide")
def move(request: Asked, problem_id: Id, given: MoveGiven) -> Any:
    """Accept (`accept`) or dismiss (`dismiss`) what is proposed, with a reason."""
    move_problem(problem_id, given.verb, by=request.auth, reason=given.reason)
    return ProblemDetailOut.of(get_problem(request.auth, problem_id))
