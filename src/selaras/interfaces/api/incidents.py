"""Incidents: report, read, and every move of their life."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.agreements.contracts import Metric
from selaras.domains.events.actions.confirm_cause import confirm_cause, withdraw_cause
from selaras.domains.events.contracts.alerts import LikelyCause
from selaras.domains.events.queries.correlation import list_likely_causes
from selaras.domains.incidents.actions.classify import classify
from selaras.domains.incidents.actions.escalate import answer_escalation
from selaras.domains.incidents.actions.family import reply_to_family
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.actions.steps import settle_step
from selaras.domains.incidents.contracts import (
    CauseState,
    EscalationRow,
    IncidentDetail,
    Moment,
    Source,
    StepOutcome,
    StepRow,
    WaitingFor,
)
from selaras.domains.incidents.queries import get_incident
from selaras.domains.incidents.queries.escalations import list_escalated_to, list_escalations, list_passages
from selaras.domains.incidents.queries.models import list_steps
from selaras.domains.services.contracts import NodeKind, item, service
from selaras.domains.services.queries import get_item, get_service
from selaras.interfaces.api.operation import Asked, Given, Id, Number, OfferOut, ZonedTime, answers, permitted
from selaras.interfaces.api.records import RecordOut
from selaras.kernel.wording import spoken

router = Router()

Level = Annotated[int, Field(ge=1, le=3)]
Words = Annotated[str, Field(max_length=100_000)]


class IncidentOut(Schema):
    """An incident with its card and the moves offered to this token."""

    card: RecordOut
    impact: int
    urgency: int
    source: Source
    waiting_for: WaitingFor | None
    waiting_reason: str
    cause: str
    solution: str
    resolved_at: datetime | None
    confirm_by: datetime | None
    cause_state: CauseState
    cause_cleared_at: datetime | None
    reopened: int
    major: bool
    parent: str | None
    children: list[RecordOut]
    merged_into: str | None
    model_id: int | None
    offers: list[OfferOut]

    @classmethod
    def of(cls, detail: IncidentDetail) -> "IncidentOut":
        made = ("card", "children", "offers")
        plain = {name: getattr(detail, name) for name in cls.model_fields if name not in made}
        offers = [OfferOut.of(offer) for offer in detail.offers]
        children = [RecordOut.of(child) for child in detail.children]
        return cls(card=RecordOut.of(detail.card), children=children, offers=offers, **plain)


class ReportIn(Given):
    """A new incident. Whom it hits follows from its items, or from the service and the organisation.

    What is not given is as its model says, else medium; without a model it needs a title.
    """

    title: Annotated[str, Field(max_length=300)] = ""
    description: Words = ""
    impact: Level | None = None
    urgency: Level | None = None
    organisation_id: Id | None = None
    service_id: Id | None = None
    item_ids: Annotated[list[Id], Field(max_length=100)] = []
    requester_id: Id | None = None
    team_id: Id | None = None
    model_id: Id | None = None


class ClassifyIn(Given):
    """What to change; `seen` is the version it was read at: 409 with `changes` if somebody was faster."""

    title: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    impact: Level | None = None
    urgency: Level | None = None
    service_id: Id | None = None
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class MoveIn(Given):
    """A move or act and what it asks for (see `offers`); `children`: resolve open children too."""

    verb: Annotated[str, Field(max_length=40)]
    team_id: Id | None = None
    assignee_id: Id | None = None
    waiting_for: WaitingFor | None = None
    reason: Words = ""
    cause: Words = ""
    solution: Words = ""
    into: Number = ""
    parent: Number = ""
    model_id: Id | None = None
    to_id: Id | None = None
    decision: Words = ""
    headline: Annotated[str, Field(max_length=300)] = ""
    manager_id: Id | None = None
    technical_lead_id: Id | None = None
    communications_id: Id | None = None
    body: Words = ""
    next_update_at: ZonedTime | None = None
    children: bool = True
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class ReplyIn(Given):
    """What to write."""

    body: Words


class StepOut(Schema):
    """A step on an incident, and who settled it how."""

    id: int
    text_id: str
    text_en: str
    required: bool
    outcome: StepOutcome
    note: str
    at: datetime | None
    by_name: str | None

    @classmethod
    def of(cls, row: StepRow) -> "StepOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PassageOut(Schema):
    """A hand-over from team to team; `bounced`: the team had it before."""

    from_team: str
    to_team: str
    at: datetime
    by_name: str
    reason: str
    bounced: bool


class EscalationOut(Schema):
    """A question to somebody higher up, and how it was answered; by a rule, `moment` and `metric` say on what."""

    id: int
    number: str
    level: int
    to_id: int
    to_name: str
    by_name: str
    at: datetime
    reason: str
    decision: str
    metric: Metric | None
    moment: Moment | None
    answered_at: datetime | None
    answered_by: str
    answer: str

    @classmethod
    def of(cls, row: EscalationRow) -> "EscalationOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class WayOut(Schema):
    """Where an incident has been, and whom it was escalated to."""

    passages: list[PassageOut]
    escalations: list[EscalationOut]


class AnswerIn(Given):
    """What was decided."""

    answer: Words


class SettleIn(Given):
    """What became of a step; `not_needed` wants a note that says why."""

    outcome: StepOutcome
    note: Words = ""


class CauseOut(Schema):
    """An item or service that may be the cause; `confirmed_by` is who said that it was."""

    kind: NodeKind
    slug: str
    name_id: str
    name_en: str
    reasons: list[str]
    confirmed_by: str

    @classmethod
    def of(cls, row: LikelyCause) -> "CauseOut":
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "reasons"}
        return cls(reasons=[spoken(reason) for reason in row.reasons], **plain)


class CauseIn(Given):
    """The item or service that was the cause."""

    kind: NodeKind
    slug: Annotated[str, Field(max_length=80)]


@router.post("/incidents", response=answers(IncidentOut), operation_id="report_incident")
@permitted("incidents.report")
def report_incident(request: Asked, given: ReportIn) -> Any:
    """Report an incident."""
    ref = report(by=request.auth, source=Source.API, **given.model_dump())
    return IncidentOut.of(get_incident(request.auth, ref.number))


@router.get("/incidents/{number}", response=answers(IncidentOut), operation_id="get_incident")
@permitted("records.view")
def incident(request: Asked, number: Number) -> Any:
    """One incident by its number."""
    return IncidentOut.of(get_incident(request.auth, number))


@router.patch("/incidents/{number}", response=answers(IncidentOut), operation_id="change_incident")
@permitted("records.edit")
def change(request: Asked, number: Number, given: ClassifyIn) -> Any:
    """Change title, impact, urgency or service; the priority and the clocks follow."""
    detail = get_incident(request.auth, number)
    classify(detail.card.id, by=request.auth, **given.model_dump())
    return IncidentOut.of(get_incident(request.auth, number))


@router.post("/incidents/{number}/moves", response=answers(IncidentOut), operation_id="move_incident")
@permitted("records.view")
def move(request: Asked, number: Number, given: MoveIn) -> Any:
    """A move of its life, or an act; each asks its own permission; what the lifecycle has not is refused (409)."""
    detail = get_incident(request.auth, number)
    perform(detail.card.id, given.verb, by=request.auth, given=given.model_dump(), seen=given.seen)
    return IncidentOut.of(get_incident(request.auth, number))


@router.post("/incidents/{number}/replies", response=answers(IncidentOut), operation_id="reply_to_family")
@permitted("incidents.work")
def reply(request: Asked, number: Number, given: ReplyIn) -> Any:
    """A public reply to the incident and to its open children, to each customer in the same words."""
    reply_to_family(get_incident(request.auth, number).card.id, by=request.auth, body=given.body)
    return IncidentOut.of(get_incident(request.auth, number))


@router.get("/incidents/{number}/steps", response=answers(list[StepOut]), operation_id="list_incident_steps")
@permitted("records.internal")
def steps(request: Asked, number: Number) -> Any:
    """The prepared steps that an incident took from its model."""
    return [StepOut.of(row) for row in list_steps(request.auth, number)]


@router.post("/incidents/{number}/steps/{step_id}", response=answers(list[StepOut]), operation_id="settle_step")
@permitted("incidents.work")
def settle(request: Asked, number: Number, step_id: Id, given: SettleIn) -> Any:
    """Tick a step, say why it is not needed, or open it again."""
    record_id = get_incident(request.auth, number).card.id
    settle_step(record_id, step_id, by=request.auth, outcome=given.outcome, note=given.note)
    return [StepOut.of(row) for row in list_steps(request.auth, number)]


@router.get("/incidents/{number}/causes", response=answers(list[CauseOut]), operation_id="list_likely_causes")
@permitted("events.view")
def causes(request: Asked, number: Number) -> Any:
    """What may be its cause, the likeliest first, with what speaks for it; before all what was confirmed."""
    return _causes(request, number)


@router.put("/incidents/{number}/cause", response=answers(list[CauseOut]), operation_id="confirm_cause")
@permitted("incidents.work")
def confirm(request: Asked, number: Number, given: CauseIn) -> Any:
    """Say what the cause was, in place of what was said before: later incidents told of alike learn from it."""
    by = request.auth
    end = item(get_item(by, given.slug).id) if given.kind is NodeKind.ITEM else service(get_service(by, given.slug).id)
    confirm_cause(number, by=by, end=end)
    return _causes(request, number)


@router.delete("/incidents/{number}/cause", response=answers(list[CauseOut]), operation_id="withdraw_cause")
@permitted("incidents.work")
def withdraw(request: Asked, number: Number) -> Any:
    """Take back what was said of its cause."""
    withdraw_cause(number, by=request.auth)
    return _causes(request, number)


def _causes(request: Asked, number: str) -> list[CauseOut]:
    return [CauseOut.of(row) for row in list_likely_causes(request.auth, get_incident(request.auth, number).card.id)]


@router.get("/incidents/{number}/escalations", response=answers(WayOut), operation_id="list_incident_escalations")
@permitted("records.internal")
def escalations(request: Asked, number: Number) -> Any:
    """The teams an incident went through, and the people it was escalated to."""
    record_id = get_incident(request.auth, number).card.id
    names = PassageOut.model_fields
    passages = [
        PassageOut(**{name: getattr(row, name) for name in names}) for row in list_passages(request.auth, record_id)
    ]
    asked = [EscalationOut.of(row) for row in list_escalations(request.auth, record_id)]
    return WayOut(passages=passages, escalations=asked)


@router.get("/escalations", response=answers(list[EscalationOut]), operation_id="list_escalated_to_me")
@permitted("records.internal")
def escalated_to_me(request: Asked) -> Any:
    """What waits for the answer of this token's person."""
    return [EscalationOut.of(row) for row in list_escalated_to(request.auth)]


@router.post("/escalations/{escalation_id}/answer", response=answers(WayOut), operation_id="answer_escalation")
@permitted("records.internal")
def answer(request: Asked, escalation_id: Id, given: AnswerIn) -> Any:
    """Answer: whoever was asked, or somebody in charge of major incidents."""
    return escalations(request, answer_escalation(escalation_id, by=request.auth, answer=given.answer).number)
