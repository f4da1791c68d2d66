"""Escalation policies as a machine keeps them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.duty.actions.policies import save_policy
from selaras.domains.duty.contracts.policies import PolicyRow, Step, Target, TargetKind, Telling
from selaras.domains.duty.queries import get_policy, list_policies, would_be_told
from selaras.interfaces.api.operation import Asked, Given, Id, Seen, Slug, ZonedTime, answers, given_fields, permitted

router = Router()

Name = Annotated[str, Field(max_length=120)]
Repeats = Annotated[int, Field(ge=0, le=9)]


class TargetIO(Given):
    """Whom a step tells: whoever has a rota, a person, or the lead of a team."""

    kind: TargetKind
    id: Id


class StepIO(Given):
    """Tell these, then give them so many minutes to acknowledge."""

    minutes: Annotated[int, Field(ge=1, le=1440)]
    targets: Annotated[list[TargetIO], Field(max_length=10)]


class PolicyOut(Schema):
    """Steps in their order, gone through `repeats` times more if nobody acknowledges."""

    id: int
    slug: str
    name: str
    repeats: int
    version: int
    steps: list[StepIO]

    @classmethod
    def of(cls, row: PolicyRow) -> "PolicyOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name != "steps"}
        return cls(**own, steps=[StepIO(**step.as_json()) for step in row.steps])


class PolicyIn(Given):
    """A policy."""

    slug: Slug
    name: Name
    repeats: Repeats = 0
    steps: Annotated[list[StepIO], Field(max_length=10)]


class PolicyChangeIn(Given):
    """What to change; a field left out stays, the steps are given whole."""

    slug: Slug = ""
    name: Name = ""
    repeats: Repeats = 0
    steps: Annotated[list[StepIO], Field(max_length=10)] = []
    seen: Seen = None


class TellingOut(Schema):
    """When a step would come if nobody acknowledged, and the people it would tell."""

    at: datetime
    round: int
    step: int
    people: list[str]

    @classmethod
    def of(cls, row: Telling) -> "TellingOut":
        return cls(at=row.at, round=row.round, step=row.step, people=[t.person_name for t in row.told if t.person_id])


@router.get("/duty/policies", response=answers(list[PolicyOut]), operation_id="list_policies")
@permitted("duty.view")
def policies(request: Asked) -> Any:
    """All policies, by name."""
    return [PolicyOut.of(row) for row in list_policies(request.auth)]


@router.post("/duty/policies", response=answers(PolicyOut), operation_id="make_policy")
@permitted("duty.edit")
def make(request: Asked, given: PolicyIn) -> Any:
    """Make a policy."""
    save_policy(by=request.auth, **given.model_dump(exclude={"steps"}), steps=_steps(given.steps))
    return PolicyOut.of(get_policy(request.auth, given.slug))


@router.get("/duty/policies/{slug}", response=answers(PolicyOut), operation_id="get_policy")
@permitted("duty.view")
def policy(request: Asked, slug: Slug) -> Any:
    """One policy."""
    return PolicyOut.of(get_policy(request.auth, slug))


@router.patch("/duty/policies/{slug}", response=answers(PolicyOut), operation_id="change_policy")
@permitted("duty.edit")
def change(request: Asked, slug: Slug, given: PolicyChangeIn) -> Any:
    """Change a policy; pages that are open go on by the changed steps."""
    row = get_policy(request.auth, slug)
    fields = given_fields(given)
    told = {"slug": row.slug, "name": row.name, "repeats": row.repeats, **fields}
    told["steps"] = _steps(given.steps) if "steps" in fields else row.steps
    seen = row.version if given.seen is None else given.seen
    save_policy(by=request.auth, policy_id=row.id, seen=seen, **told)
    return PolicyOut.of(get_policy(request.auth, told["slug"]))


@router.get("/duty/policies/{slug}/told", response=answers(list[TellingOut]), operation_id="would_be_told")
@permitted("duty.view")
def told(request: Asked, slug: Slug, at: ZonedTime | None = None) -> Any:
    """Whom a page at `at` (now) would tell, step after step, if nobody acknowledged."""
    return [TellingOut.of(row) for row in would_be_told(get_policy(request.auth, slug), at=at)]


def _steps(given: list[StepIO]) -> list[Step]:
    return [Step(one.minutes, tuple(Target(t.kind, t.id) for t in one.targets)) for one in given]
