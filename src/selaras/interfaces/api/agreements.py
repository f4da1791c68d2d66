"""Agreements and what both sides owe: read, drafted, changed, put in force."""

from datetime import date
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.agreements.actions.activate_agreement import move_agreement
from selaras.domains.agreements.actions.draft_agreement import draft_agreement, edit_agreement
from selaras.domains.agreements.actions.record_obligation_event import record_obligation_event
from selaras.domains.agreements.actions.set_target import set_target
from selaras.domains.agreements.contracts import (
    AgreementKind,
    AgreementRow,
    Metric,
    NewObligation,
    NewTarget,
    ObligationOutcome,
    Owner,
)
from selaras.domains.agreements.queries import get_agreement, list_agreements, offers_of, open_clocks_by_target
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.records.queries import get_record
from selaras.interfaces.api.operation import (
    Asked,
    Given,
    Id,
    MoveGiven,
    Number,
    OfferOut,
    Seen,
    ZonedTime,
    answers,
    given_fields,
    permitted,
)

router = Router()

Text = Annotated[str, Field(max_length=10_000)]
Minutes = Annotated[int, Field(ge=0, le=2**31 - 1)]


class AgreementOut(Schema):
    """An agreement as lists show it."""

    id: int
    number: str
    name: str
    kind: AgreementKind
    state: str
    organisation_id: int
    organisation_name: str
    team_id: int | None
    supplier_id: int | None
    valid_from: date
    valid_until: date | None
    calendar_id: int
    calendar_name: str
    timezone: str
    version: int

    @classmethod
    def of(cls, row: AgreementRow) -> "AgreementOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class TargetOut(Schema):
    """So many minutes of calendar time for a metric at a priority (null: any). `open_clocks` are now held against it
    (null for who may not change it)."""

    id: int
    metric: Metric
    priority: int | None
    minutes: int
    warn_percent: int
    calendar_id: int
    calendar_name: str
    open_clocks: int | None


class ObligationOut(Schema):
    """What one side owes."""

    id: int
    owner: Owner
    text_id: str
    text_en: str


class CoveredOut(Schema):
    """A service that an agreement covers."""

    id: int
    slug: str
    name_id: str
    name_en: str


class AgreementDetailOut(Schema):
    """An agreement with all it promises, what both sides owe, and the moves offered to this token."""

    agreement: AgreementOut
    services: list[CoveredOut]
    targets: list[TargetOut]
    obligations: list[ObligationOut]
    offers: list[OfferOut]


class TargetIn(Given):
    """A target: minutes of calendar time; without a calendar, the agreement's hours count."""

    metric: Metric
    minutes: Minutes
    priority: Annotated[int, Field(ge=1, le=5)] | None = None
    calendar_id: Id | None = None
    warn_percent: Annotated[int, Field(ge=1, le=100)] = 75


class SetTargetIn(TargetIn):
    """A target to set in an agreement; one in force is replaced, for the clocks that are open."""

    seen: Seen = None


class ObligationIn(Given):
    """What one side owes, in both languages."""

    owner: Owner
    text_id: Text
    text_en: Text


class AgreementIn(Given):
    """A draft: an SLA names a customer, an OLA a team, an underpinning contract a supplier."""

    name: Text
    kind: AgreementKind
    calendar_id: Id
    valid_from: date
    valid_until: date | None = None
    organisation_id: Id | None = None
    team_id: Id | None = None
    supplier_id: Id | None = None
    service_ids: Annotated[list[Id], Field(max_length=1_000)] = []
    targets: Annotated[list[TargetIn], Field(max_length=200)] = []
    obligations: Annotated[list[ObligationIn], Field(max_length=200)] = []


class AgreementChangeIn(Given):
    """What to change of a draft; a field left out stays, a list is given whole."""

    name: Text = ""
    kind: AgreementKind = AgreementKind.SLA
    calendar_id: Id = 1
    valid_from: date = date(2000, 1, 1)
    valid_until: date | None = None
    organisation_id: Id | None = None
    team_id: Id | None = None
    supplier_id: Id | None = None
    service_ids: Annotated[list[Id], Field(max_length=1_000)] = []
    targets: Annotated[list[TargetIn], Field(max_length=200)] = []
    obligations: Annotated[list[ObligationIn], Field(max_length=200)] = []
    seen: Seen = None


class TargetSetOut(Schema):
    """The agreement, and how many open clocks are now held against the new target."""

    detail: AgreementDetailOut
    clocks: int


class ObligationEventIn(Given):
    """How an obligation went, once; nobody rewrites it."""

    outcome: ObligationOutcome
    minutes_excused: Minutes = 0
    record: Number | None = None
    note: Annotated[str, Field(max_length=100_000)] = ""
    at: ZonedTime | None = None


class ObligationEventOut(Schema):
    """The event that was written."""

    id: int


@router.get("/agreements", response=answers(list[AgreementOut]), operation_id="list_agreements")
@permitted("agreements.view")
def agreements(request: Asked, organisation_id: Id | None = None, service_id: Id | None = None) -> Any:
    """The agreements this token may read, newest first."""
    found = list_agreements(request.auth, organisation_id, service_id=service_id)
    return [AgreementOut.of(row) for row in found]


@router.post("/agreements", response=answers(AgreementDetailOut), operation_id="draft_agreement")
@permitted("agreements.edit")
def draft(request: Asked, given: AgreementIn) -> Any:
    """Write a draft; nothing of it counts until it is put in force."""
    return _detail(request.auth, draft_agreement(by=request.auth, **_told(given.model_dump())))


@router.get("/agreements/{int:agreement_id}", response=answers(AgreementDetailOut), operation_id="get_agreement")
@permitted("agreements.view")
def agreement(request: Asked, agreement_id: Id) -> Any:
    """One agreement with its services, targets and obligations."""
    return _detail(request.auth, agreement_id)


@router.patch("/agreements/{int:agreement_id}", response=answers(AgreementDetailOut), operation_id="change_agreement")
@permitted("agreements.edit")
def change(request: Asked, agreement_id: Id, given: AgreementChangeIn) -> Any:
    """Change a draft; an agreement in force is refused (409)."""
    edit_agreement(agreement_id, by=request.auth, changes=_told(given_fields(given)), seen=given.seen)
    return _detail(request.auth, agreement_id)


@router.post(
    "/agreements/{int:agreement_id}/moves", response=answers(AgreementDetailOut), operation_id="move_agreement"
)
@permitted("agreements.edit")
def move(request: Asked, agreement_id: Id, given: MoveGiven) -> Any:
    """Put it in force, withdraw or end it; what the lifecycle does not have, or not yet, is refused (409)."""
    move_agreement(agreement_id, given.verb, by=request.auth, seen=given.seen)
    return _detail(request.auth, agreement_id)


@router.put("/agreements/{int:agreement_id}/targets", response=answers(TargetSetOut), operation_id="set_target")
@permitted("agreements.edit")
def put_target(request: Asked, agreement_id: Id, given: SetTargetIn) -> Any:
    """Set the target of a metric and priority. One in force is replaced for the clocks that are open."""
    target = NewTarget(**given.model_dump(exclude={"seen"}))
    clocks = set_target(agreement_id, target, by=request.auth, seen=given.seen)
    return TargetSetOut(detail=_detail(request.auth, agreement_id), clocks=clocks)


@router.post(
    "/obligations/{int:obligation_id}/events",
    response=answers(ObligationEventOut),
    operation_id="record_obligation_event",
)
@permitted("agreements.edit")
def obligation_event(request: Asked, obligation_id: Id, given: ObligationEventIn) -> Any:
    """Write down how an obligation went."""
    told = given.model_dump(exclude={"record"})
    record_id = get_record(request.auth, given.record).id if given.record else None
    return ObligationEventOut(id=record_obligation_event(obligation_id, by=request.auth, record_id=record_id, **told))


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    """Targets and obligations as the domain takes them."""
    kinds = {"targets": NewTarget, "obligations": NewObligation}
    return {name: [kinds[name](**each) for each in value] if name in kinds else value for name, value in fields.items()}


def _detail(actor: Actor, agreement_id: int) -> AgreementDetailOut:
    detail = get_agreement(actor, agreement_id)
    keeps = may(actor, "agreements.edit")
    clocks = open_clocks_by_target(actor, agreement_id) if keeps else {}
    return AgreementDetailOut(
        agreement=AgreementOut.of(detail.row),
        services=[_plain(CoveredOut, row) for row in detail.services],
        targets=[
            _plain(TargetOut, row, open_clocks=clocks.get(row.id, 0) if keeps else None) for row in detail.targets
        ],
        obligations=[_plain(ObligationOut, row) for row in detail.obligations],
        offers=[OfferOut.of(offer) for offer in offers_of(actor, detail.row)] if keeps else [],
    )


def _plain(schema: type[Any], row: object, **more: Any) -> Any:
    return schema(**{name: getattr(row, name) for name in schema.model_fields if name not in more}, **more)
