"""Event sources: who may post to intake, and what each sent lately."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.events.actions.sources import change_source, create_source, renew_token
from selaras.domains.events.contracts.sources import MAY_OPEN_AT_MOST, RefusalReason, SourceLife
from selaras.domains.events.queries.log import list_refused
from selaras.domains.events.queries.sources import get_source_life, list_source_lives
from selaras.interfaces.api.operation import Asked, Given, Id, Limit, answers, permitted

router = Router()

Name = Annotated[str, Field(min_length=1, max_length=120)]
Networks = Annotated[list[Annotated[str, Field(max_length=43)]], Field(max_length=100)]

Certificate = Annotated[str, Field(max_length=500)]


class FloodOut(Schema):
    """Messages of further alerts that were folded into one; `now` if it goes on; `examples` are labels, as JSON."""

    folded: int
    since: datetime
    latest: datetime
    now: bool
    examples: list[str]


class SourceOut(Schema):
    """A source; `firing` are the alerts that fire now, `heard_at` is null if nothing ever came from it.

    It may open `may_open` alerts in ten minutes; `flood` tells of the last day's messages that were over.
    `clock_off`: seconds its clock was ahead at `clock_at`; below 0, how long an alert had been over when it came.
    """

    id: int
    name: str
    organisation_id: int | None
    networks: list[str]
    has_token: bool
    enabled: bool
    version: int
    may_open: int
    certificate: str
    firing: int
    heard_at: datetime | None
    flood: FloodOut | None
    clock_off: int
    clock_at: datetime | None

    @classmethod
    def of(cls, life: SourceLife) -> "SourceOut":
        lately = ("firing", "heard_at", "flood", "clock_off", "clock_at")
        own = {name: getattr(life.source, name) for name in cls.model_fields if name not in lately}
        return cls(**own, **{name: getattr(life, name) for name in lately})


class NewSourceOut(Schema):
    """A source that was just made; its token is told here once."""

    source: SourceOut
    token: str | None


class TokenOut(Schema):
    """The new token, told here once."""

    token: str


class RefusedOut(Schema):
    """Requests turned away, by address and reason; `hour` is the last in which there was one."""

    address: str
    reason: RefusalReason
    count: int
    hour: datetime


class SourceIn(Given):
    """A new source: a token, or networks from which it needs none, or both."""

    name: Name
    organisation_id: Id | None = None
    networks: Networks = []
    with_token: bool = True
    certificate: Certificate = ""


class SourceChangeIn(Given):
    """What to change; `seen` is the version it was read at: 409 if somebody was faster."""

    name: Name | None = None
    networks: Networks | None = None
    certificate: Certificate | None = None
    enabled: bool | None = None
    may_open: Annotated[int, Field(ge=1, le=MAY_OPEN_AT_MOST)] | None = None
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


@router.get("/sources", response=answers(list[SourceOut]), operation_id="list_sources")
@permitted("events.sources")
def sources(request: Asked) -> Any:
    """Every source, by name."""
    return [SourceOut.of(life) for life in list_source_lives(request.auth)]


@router.post("/sources", response=answers(NewSourceOut), operation_id="make_source")
@permitted("events.sources")
def make(request: Asked, given: SourceIn) -> Any:
    """Make a source."""
    made = create_source(by=request.auth, **given.model_dump())
    return NewSourceOut(source=SourceOut.of(get_source_life(request.auth, made.id)), token=made.token)


@router.get("/sources/refused", response=answers(list[RefusedOut]), operation_id="list_refused_requests")
@permitted("events.sources")
def refused(request: Asked, hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24, limit: Limit = 50) -> Any:
    """Requests to intake that were turned away."""
    rows = list_refused(request.auth, hours=hours, limit=limit)
    return [RefusedOut(address=r.address, reason=r.reason, count=r.count, hour=r.hour) for r in rows]


@router.get("/sources/{int:source_id}", response=answers(SourceOut), operation_id="get_source")
@permitted("events.sources")
def source(request: Asked, source_id: Id) -> Any:
    """One source."""
    return SourceOut.of(get_source_life(request.auth, source_id))


@router.patch("/sources/{int:source_id}", response=answers(SourceOut), operation_id="change_source")
@permitted("events.sources")
def change(request: Asked, source_id: Id, given: SourceChangeIn) -> Any:
    """Rename it, change its networks, disable or enable it, bound the alerts it may open in ten minutes."""
    change_source(source_id, by=request.auth, **given.model_dump())
    return SourceOut.of(get_source_life(request.auth, source_id))


@router.post("/sources/{int:source_id}/token", response=answers(TokenOut), operation_id="renew_source_token")
@permitted("events.sources")
def renew(request: Asked, source_id: Id) -> Any:
    """A new token in place of the former one, which ends at once."""
    return TokenOut(token=renew_token(source_id, by=request.auth))
