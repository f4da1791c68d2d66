"""Major incidents: what runs, what customers read of it, and the reviews that are owed. Declaring is a move."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.incidents.actions.review import (
    add_improvement,
    finish_improvement,
    sign_review,
    write_review,
)
from selaras.domains.incidents.contracts import Disturbance, ImprovementRow, MajorRow
from selaras.domains.incidents.queries import get_incident
from selaras.domains.incidents.queries.majors import (
    get_major,
    list_improvements_owed,
    list_majors,
    list_reviews_owed,
)
from selaras.domains.incidents.queries.status import get_status
from selaras.interfaces.api.operation import Asked, Given, Id, Number, answers, permitted
from selaras.interfaces.api.records import EntryOut
from selaras.kernel.errors import NotFound

router = Router()

Words = Annotated[str, Field(max_length=100_000)]
Seen = Annotated[int, Field(ge=0, le=2**31 - 1)]


class ImprovementOut(Schema):
    """What is to be done after a major incident."""

    id: int
    number: str
    text: str
    owner_id: int
    owner_name: str
    due: date
    done_at: datetime | None
    overdue: bool

    @classmethod
    def of(cls, row: ImprovementRow) -> "ImprovementOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class MajorOut(Schema):
    """A major incident with its roles, its promised update and its review."""

    number: str
    title: str
    state: str
    headline: str
    why: str
    manager_id: int
    manager_name: str
    technical_lead_id: int
    technical_lead_name: str
    communications_id: int
    communications_name: str
    declared_at: datetime
    next_update_at: datetime | None
    late: bool
    ended_at: datetime | None
    review_due_at: datetime | None
    review_overdue: bool
    happened: str
    well: str
    improve: str
    participants: str
    signed_at: datetime | None
    signed_by: str
    version: int
    improvements: list[ImprovementOut]

    @classmethod
    def of(cls, row: MajorRow) -> "MajorOut":
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "improvements"}
        return cls(improvements=[ImprovementOut.of(one) for one in row.improvements], **plain)


class MajorsOut(Schema):
    """What runs, and what is owed for what is over."""

    open: list[MajorOut]
    reviews_owed: list[MajorOut]
    improvements_owed: list[ImprovementOut]


class DisturbanceOut(Schema):
    """What a customer reads: headline, since when, their services, the updates (newest first), the next one."""

    headline: str
    since: datetime
    ended_at: datetime | None
    next_update_at: datetime | None
    late: bool
    service_ids: list[int]
    updates: list[EntryOut]
    number: str | None

    @classmethod
    def of(cls, row: Disturbance) -> "DisturbanceOut":
        made = ("service_ids", "updates")
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        updates = [EntryOut.of(entry) for entry in row.updates]
        return cls(service_ids=[service.id for service in row.services], updates=updates, **plain)


class StatusOut(Schema):
    """The status page."""

    now: list[DisturbanceOut]
    recent: list[DisturbanceOut]


class ReviewIn(Given):
    """The review as it is to be; `seen` is the version it was read at: 409 if somebody was faster."""

    happened: Words = ""
    well: Words = ""
    improve: Words = ""
    participants: Words = ""
    seen: Seen | None = None


class ReviewSignIn(Given):
    """`seen` is the version that is signed: 409 if it was changed since."""

    seen: Seen | None = None


class ImprovementIn(Given):
    """What is to be done, by whom, until when."""

    text: Annotated[str, Field(max_length=1000)]
    owner_id: Id
    due: date


@router.get("/majors", response=answers(MajorsOut), operation_id="list_majors")
@permitted("records.internal")
def majors(request: Asked) -> Any:
    """What runs now, reviews that are owed, improvements that are to be done."""
    return MajorsOut(
        open=[MajorOut.of(row) for row in list_majors(request.auth)],
        reviews_owed=[MajorOut.of(row) for row in list_reviews_owed(request.auth)],
        improvements_owed=[ImprovementOut.of(row) for row in list_improvements_owed(request.auth)],
    )


@router.get("/status", response=answers(StatusOut), operation_id="get_status")
@permitted("services.view")
def status(request: Asked) -> Any:
    """What is disturbed now and was recently, as everybody of a customer may read it."""
    found = get_status(request.auth)
    return StatusOut(
        now=[DisturbanceOut.of(one) for one in found.now], recent=[DisturbanceOut.of(one) for one in found.recent]
    )


@router.get("/incidents/{number}/major", response=answers(MajorOut), operation_id="get_major")
@permitted("records.internal")
def major(request: Asked, number: Number) -> Any:
    """The major part of an incident, with its review."""
    row = get_major(request.auth, get_incident(request.auth, number).card.id)
    if row is None:
        raise NotFound(number)
    return MajorOut.of(row)


@router.put("/incidents/{number}/review", response=answers(MajorOut), operation_id="write_review")
@permitted("records.internal")
def review(request: Asked, number: Number, given: ReviewIn) -> Any:
    """Write the review, until it is signed."""
    write_review(get_incident(request.auth, number).card.id, by=request.auth, **given.model_dump())
    return major(request, number)


@router.post("/incidents/{number}/review/improvements", response=answers(MajorOut), operation_id="add_improvement")
@permitted("records.internal")
def improvement(request: Asked, number: Number, given: ImprovementIn) -> Any:
    """A further improvement."""
    add_improvement(get_incident(request.auth, number).card.id, by=request.auth, **given.model_dump())
    return major(request, number)


@router.post("/incidents/{number}/review/sign", response=answers(MajorOut), operation_id="sign_review")
@permitted("records.internal")
def sign(request: Asked, number: Number, given: ReviewSignIn) -> Any:
    """The incident manager signs the review."""
    sign_review(get_incident(request.auth, number).card.id, by=request.auth, seen=given.seen)
    return major(request, number)


@router.post("/improvements/{improvement_id}/done", response=answers(MajorsOut), operation_id="finish_improvement")
@permitted("records.internal")
def improved(request: Asked, improvement_id: Id) -> Any:
    """An improvement is done; the answer is what is still owed."""
    finish_improvement(improvement_id, by=request.auth)
    return majors(request)
