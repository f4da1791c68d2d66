"""The clocks of a record, each with its explanation."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.contracts.clocks import ClockRow
from selaras.domains.agreements.queries.clocks import get_clock_explanation, list_clocks
from selaras.domains.records.queries import get_record
from selaras.interfaces.api.operation import Asked, Id, Number, answers, permitted
from selaras.kernel.wording import spoken

router = Router()


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
