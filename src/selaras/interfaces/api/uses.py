"""Which customer uses which service for what, and what they need to reach."""

from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.services.actions.uses import edit_outcome, edit_use, end_use, record_outcome, record_use
from selaras.domains.services.contracts import Direction, OutcomeRow, UseRow
from selaras.domains.services.queries import get_outcome, get_use, list_outcomes, list_uses
from selaras.interfaces.api.operation import Asked, Given, Id, Limit, Seen, answers, given_fields, permitted
from selaras.interfaces.api.services import Text

router = Router()

Criticality = Annotated[int, Field(ge=1, le=4)]
After = Annotated[int, Field(ge=0, le=2**53)]


class UseOut(Schema):
    """That a customer uses a service; criticality 1 (vital) to 4 (low)."""

    id: int
    service_id: int
    organisation_id: int
    organisation_name: str
    outcome_id: int | None
    business_process: str
    criticality: int
    version: int

    @classmethod
    def of(cls, row: UseRow) -> "UseOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class UseIn(Given):
    """A new use; the outcome is one of the same customer."""

    service_id: Id
    organisation_id: Id
    business_process: Text
    criticality: Criticality
    outcome_id: Id | None = None


class UseChangeIn(Given):
    """What to change; a field left out stays."""

    business_process: Text = ""
    criticality: Criticality = 3
    outcome_id: Id | None = None
    seen: Seen = None


class OutcomeOut(Schema):
    """What a customer needs to reach."""

    id: int
    organisation_id: int
    name_id: str
    name_en: str
    unit: str
    target: Decimal
    direction: Direction
    version: int

    @classmethod
    def of(cls, row: OutcomeRow) -> "OutcomeOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class OutcomeIn(Given):
    """A new outcome, with its target in its unit."""

    organisation_id: Id
    name_id: Text
    name_en: Text
    unit: Text
    target: Decimal
    direction: Direction = Direction.AT_LEAST


class OutcomeChangeIn(Given):
    """What to change; a field left out stays."""

    name_id: Text = ""
    name_en: Text = ""
    unit: Text = ""
    target: Decimal = Decimal(0)
    direction: Direction = Direction.AT_LEAST
    seen: Seen = None


@router.get("/uses", response=answers(list[UseOut]), operation_id="list_uses")
@permitted("services.view")
def uses(
    request: Asked,
    service_id: Id | None = None,
    organisation_id: Id | None = None,
    after: After = 0,
    limit: Limit = 100,
) -> Any:
    """The uses this token may know of; `after` is the last id read."""
    found = list_uses(
        request.auth,
        service_ids=None if service_id is None else [service_id],
        organisation_ids=None if organisation_id is None else [organisation_id],
        after=after,
        limit=limit,
    )
    return [UseOut.of(row) for row in found]


@router.post("/uses", response=answers(UseOut), operation_id="record_use")
@permitted("services.edit")
def use(request: Asked, given: UseIn) -> Any:
    """Record that a customer uses a service for a business process."""
    return UseOut.of(get_use(request.auth, record_use(by=request.auth, **given.model_dump())))


@router.patch("/uses/{int:use_id}", response=answers(UseOut), operation_id="change_use")
@permitted("services.edit")
def change_use(request: Asked, use_id: Id, given: UseChangeIn) -> Any:
    """Change for what it is used, towards which outcome, how critical that is."""
    edit_use(use_id, by=request.auth, changes=given_fields(given), seen=given.seen)
    return UseOut.of(get_use(request.auth, use_id))


@router.delete("/uses/{int:use_id}", response=answers(UseOut), operation_id="end_use")
@permitted("services.edit")
def end(request: Asked, use_id: Id) -> Any:
    """The customer no longer uses the service for this; answers with the use that was."""
    row = UseOut.of(get_use(request.auth, use_id))
    end_use(use_id, by=request.auth)
    return row


@router.get("/outcomes", response=answers(list[OutcomeOut]), operation_id="list_outcomes")
@permitted("services.view")
def outcomes(request: Asked, organisation_id: Id) -> Any:
    """What a customer needs to reach."""
    return [OutcomeOut.of(row) for row in list_outcomes(request.auth, organisation_id)]


@router.post("/outcomes", response=answers(OutcomeOut), operation_id="record_outcome")
@permitted("services.edit")
def outcome(request: Asked, given: OutcomeIn) -> Any:
    """Record what a customer needs to reach."""
    return OutcomeOut.of(get_outcome(request.auth, record_outcome(by=request.auth, **given.model_dump())))


@router.patch("/outcomes/{int:outcome_id}", response=answers(OutcomeOut), operation_id="change_outcome")
@permitted("services.edit")
def change_outcome(request: Asked, outcome_id: Id, given: OutcomeChangeIn) -> Any:
    """Change its names, unit, target or direction."""
    edit_outcome(outcome_id, by=request.auth, changes=given_fields(given), seen=given.seen)
    return OutcomeOut.of(get_outcome(request.auth, outcome_id))
