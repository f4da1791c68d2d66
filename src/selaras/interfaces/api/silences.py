"""Silences: what holds alerts back for a time. Alertmanager's clients find the same ones at intake."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.events.actions.silences import change_silence, expire_silence, silence
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.silences import SilenceDraft, SilenceRow
from selaras.domains.events.queries.silences import get_silence, list_silences
from selaras.interfaces.api.operation import Asked, Given, Id, ZonedTime, answers, permitted
from selaras.kernel import clock

router = Router()


class MatcherOut(Schema):
    """What a label is asked: `=`, `!=`, `=~`, `!~`."""

    label: str
    op: str
    value: str


class SilenceOut(Schema):
    """A silence, with its state by its times."""

    id: str
    organisation_id: int | None
    state: str
    matchers: list[MatcherOut]
    starts_at: datetime
    ends_at: datetime
    version: str
    created_by: str
    comment: str

    @classmethod
    def of(cls, row: SilenceRow) -> "SilenceOut":
        own = {name: getattr(row, name) for name in cls.model_fields if name not in ("state", "matchers", "version")}
        matchers = [MatcherOut(label=c.label, op=c.op, value=c.value) for c in row.matchers]
        return cls(state=row.state_at(clock.now()), matchers=matchers, version=row.updated_at.isoformat(), **own)


class MatcherIn(Given):
    """What a label is asked; a label that is not there equals the empty string."""

    label: Annotated[str, Field(max_length=200)]
    op: Literal["=", "!=", "=~", "!~"] = "="
    value: Annotated[str, Field(max_length=2_000)]


class SilenceIn(Given):
    """What it holds for, until when, and why; it begins at once where no beginning is given."""

    matchers: Annotated[list[MatcherIn], Field(max_length=50)]
    starts_at: ZonedTime | None = None
    ends_at: ZonedTime
    comment: Annotated[str, Field(max_length=2_000)]

    def draft(self, created_by: str) -> SilenceDraft:
        conditions = tuple(Condition(m.label, m.op, m.value) for m in self.matchers)
        return SilenceDraft(conditions, self.starts_at or clock.now(), self.ends_at, created_by, self.comment)


class NewSilenceIn(SilenceIn):
    """A silence of the alerts of one organisation's sources; null: of those that belong to no customer."""

    organisation_id: Id | None = None


class SilenceChangeIn(SilenceIn):
    """What it is to say; `seen` is the `version` it was read at: 409 if somebody was faster."""

    seen: Annotated[str, Field(max_length=40)] | None = None


SilenceId = Annotated[str, Field(max_length=36)]


@router.get("/silences", response=answers(list[SilenceOut]), operation_id="list_silences")
@permitted("events.view")
def silences(request: Asked, state: Literal["active", "pending", "expired"] = "active") -> Any:
    """The silences that are active, pending or expired now; the first hundred."""
    return [SilenceOut.of(row) for row in list_silences(request.auth, state)]


@router.post("/silences", response=answers(SilenceOut), operation_id="make_silence")
@permitted("events.respond")
def make(request: Asked, given: NewSilenceIn) -> Any:
    """Silence alerts."""
    draft = given.draft(request.auth.name)
    made = silence(by=request.auth, draft=draft, organisation_id=given.organisation_id)
    return SilenceOut.of(get_silence(request.auth, made))


@router.get("/silences/{silence_id}", response=answers(SilenceOut), operation_id="get_silence")
@permitted("events.view")
def one(request: Asked, silence_id: SilenceId) -> Any:
    """One silence."""
    return SilenceOut.of(get_silence(request.auth, silence_id))


@router.put("/silences/{silence_id}", response=answers(SilenceOut), operation_id="change_silence")
@permitted("events.respond")
def change(request: Asked, silence_id: SilenceId, given: SilenceChangeIn) -> Any:
    """Make it say this. Other matchers or another start end it and make a new one, whose id is answered."""
    before = get_silence(request.auth, silence_id)
    draft = given.draft(request.auth.name)
    if given.starts_at is None:
        draft = SilenceDraft(draft.matchers, before.starts_at, draft.ends_at, draft.created_by, draft.comment)
    made = change_silence(silence_id, by=request.auth, draft=draft, seen=given.seen)
    return SilenceOut.of(get_silence(request.auth, made))


@router.post("/silences/{silence_id}/expire", response=answers(SilenceOut), operation_id="expire_silence")
@permitted("events.respond")
def expire(request: Asked, silence_id: SilenceId) -> Any:
    """End it now; what fires and was held back is assessed again."""
    expire_silence(silence_id, by=request.auth)
    return SilenceOut.of(get_silence(request.auth, silence_id))
