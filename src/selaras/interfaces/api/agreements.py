"""Agreements, what both sides owe, and the clocks of a record with their explanation."""

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema

from selaras.domains.agreements.contracts import AgreementKind, AgreementRow, ClockRow, Metric, Owner
from selaras.domains.agreements.queries.agreements import get_agreement, list_agreements
from selaras.domains.agreements.queries.clocks import get_clock_explanation, list_clocks
from selaras.domains.records.queries import get_record
from selaras.interfaces.api.operation import Asked, Id, Number, answers, permitted
from selaras.kernel.wording import spoken

router = Router()


class AgreementOut(Schema):
    """An agreement as lists show it."""

    id: int
    number: str
    name: str
    kind: AgreementKind
    state: str
    organisation_id: int
    organisation_name: str
    valid_from: date
    valid_until: date | None
    calendar_name: str
    timezone: str

    @classmethod
    def of(cls, row: AgreementRow) -> "AgreementOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class TargetOut(Schema):
    """So many minutes of calendar time for a metric at a priority (null: any)."""

    metric: Metric
    priority: int | None
    minutes: int
    calendar_name: str


class ObligationOut(Schema):
    """What one side owes."""

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
    """An agreement with all it promises and what both sides owe."""

    agreement: AgreementOut
    services: list[CoveredOut]
    targets: list[TargetOut]
    obligations: list[ObligationOut]


class ClockOut(Schema):
    """A clock read at `at`; times in seconds of the agreement's calendar."""

    id: int
    metric: Metric
    running: bool
    paused_reason: str | None
    started_at: datetime
    stopped_at: datetime | None
    at: datetime
    due_at: datetime | None
    target_minutes: int | None
    used_seconds: float
    remaining_seconds: float | None
    breached: bool
    agreement_number: str | None
    calendar_name: str | None
    timezone: str | None

    @classmethod
    def of(cls, row: ClockRow) -> "ClockOut":
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "used_seconds"}
        return cls(used_seconds=row.used.total_seconds(), **plain)


class SegmentOut(Schema):
    """A stretch of a clock: it ran or was paused, why, and what of it counted."""

    began: datetime
    ended: datetime | None
    kind: str
    reason: str
    counted_minutes: int
    rule: str


class ClockExplanationOut(Schema):
    """A clock that says why."""

    clock: ClockOut
    segments: list[SegmentOut]
    sentences: list[str]
    excused_minutes: int


@router.get("/agreements", response=answers(list[AgreementOut]), operation_id="list_agreements")
@permitted("agreements.view")
def agreements(request: Asked, organisation_id: Id | None = None, service_id: Id | None = None) -> Any:
    """The agreements this token may read, newest first."""
    found = list_agreements(request.auth, organisation_id, service_id=service_id)
    return [AgreementOut.of(row) for row in found]


@router.get("/agreements/{int:agreement_id}", response=answers(AgreementDetailOut), operation_id="get_agreement")
@permitted("agreements.view")
def agreement(request: Asked, agreement_id: Id) -> Any:
    """One agreement with its services, targets and obligations."""
    detail = get_agreement(request.auth, agreement_id)
    return AgreementDetailOut(
        agreement=AgreementOut.of(detail.row),
        services=[_plain(CoveredOut, row) for row in detail.services],
        targets=[_plain(TargetOut, row) for row in detail.targets],
        obligations=[_plain(ObligationOut, row) for row in detail.obligations],
    )


@router.get("/records/{number}/clocks", response=answers(list[ClockOut]), operation_id="list_clocks")
@permitted("records.view")
def clocks(request: Asked, number: Number) -> Any:
    """A record's clocks, in the order of their due times."""
    row = get_record(request.auth, number)
    return [ClockOut.of(clock) for clock in list_clocks(request.auth, row.id)]


@router.get("/clocks/{int:clock_id}", response=answers(ClockExplanationOut), operation_id="explain_clock")
@permitted("records.view")
def explain(request: Asked, clock_id: Id) -> Any:
    """Why a clock shows what it shows: each segment, and the rule behind it."""
    found = get_clock_explanation(request.auth, clock_id)
    segments = [
        SegmentOut(
            began=s.began,
            ended=s.ended,
            kind=s.kind,
            reason=spoken(s.reason),
            counted_minutes=s.counted_minutes,
            rule=spoken(s.rule),
        )
        for s in found.segments
    ]
    return ClockExplanationOut(
        clock=ClockOut.of(found.clock),
        segments=segments,
        sentences=[spoken(sentence) for sentence in found.sentences],
        excused_minutes=found.excused_minutes,
    )


def _plain(schema: type[Any], row: object) -> Any:
    return schema(**{name: getattr(row, name) for name in schema.model_fields})
