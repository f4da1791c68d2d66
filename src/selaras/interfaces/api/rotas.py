"""Rotas as a machine keeps them: made and changed whole, covered, swapped, absences read in."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.duty.actions.absences import read_absences
from selaras.domains.duty.actions.covers import cancel_cover, cover
from selaras.domains.duty.actions.rotas import save_rota
from selaras.domains.duty.actions.swaps import answer_swap, ask_swap
from selaras.domains.duty.contracts.rotas import Cover, Every, Hours, Layer, RotaRow, SwapRow
from selaras.domains.duty.queries import get_rota, get_swap, list_rotas, list_swaps
from selaras.domains.people.contracts import Actor
from selaras.interfaces.api.operation import (
    Asked,
    Given,
    Id,
    Seen,
    Slug,
    WallTime,
    ZonedTime,
    answers,
    given_fields,
    permitted,
)
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

router = Router()

Name = Annotated[str, Field(max_length=120)]
Zone = Annotated[str, Field(max_length=64)]
Day = Annotated[int, Field(ge=0, le=6)]


class LayerIO(Given):
    """People (ids) who take turns from `starts_on` at `handover`, by the clock of the rota's zone; `days` (0 is
    Monday) and `hours_from`, `hours_until` narrow when it holds. A later layer wins over those before it."""

    participants: Annotated[list[Id], Field(max_length=60)]
    every: Every
    length: Annotated[int, Field(ge=1, le=168)] = 1
    starts_on: date
    handover: WallTime
    until: date | None = None
    days: Annotated[list[Day], Field(max_length=7)] = []
    hours_from: WallTime | None = None
    hours_until: WallTime | None = None
    name: Annotated[str, Field(max_length=80)] = ""

    def layer(self) -> Layer:
        """As the domain takes it."""
        for clock in (self.handover, self.hours_from, self.hours_until):
            if clock is not None and clock.tzinfo is not None:
                raise Invalid({"layers": say("Give times of the clock on the wall, without a zone.")})
        if (self.hours_from is None) != (self.hours_until is None):
            raise Invalid({"layers": say("Give both ends, or neither.")})
        hours = None
        if self.days or self.hours_from is not None:
            days = frozenset(self.days or range(7))
            hours = Hours(days, self.hours_from or time(), self.hours_until or time())
        plain = {name: getattr(self, name) for name in ("every", "length", "starts_on", "handover", "until", "name")}
        return Layer(participants=tuple(self.participants), hours=hours, **plain)


class CoverOut(Schema):
    """Somebody else for a while; without `person_id`, `instead_of` is away."""

    id: int
    starts_at: datetime
    ends_at: datetime
    person_id: int | None
    instead_of: int | None
    reason: str

    @classmethod
    def of(cls, row: Cover) -> "CoverOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class RotaOut(Schema):
    """A rota with its layers, and the covers that are not over."""

    id: int
    slug: str
    name: str
    team_id: int | None
    timezone: str
    version: int
    layers: list[LayerIO]
    covers: list[CoverOut]

    @classmethod
    def of(cls, row: RotaRow) -> "RotaOut":
        return cls(
            id=row.id,
            slug=row.slug,
            name=row.name,
            team_id=row.team_id,
            timezone=row.plan.timezone,
            version=row.version,
            layers=[LayerIO(**layer.as_json()) for layer in row.plan.layers],
            covers=[CoverOut.of(one) for one in row.plan.covers],
        )


class RotaIn(Given):
    """A rota."""

    slug: Slug
    name: Name
    timezone: Zone = "Asia/Jakarta"
    team_id: Id | None = None
    layers: Annotated[list[LayerIO], Field(max_length=8)]


class RotaChangeIn(Given):
    """What to change; a field left out stays, the layers are given whole."""

    slug: Slug = ""
    name: Name = ""
    timezone: Zone = ""
    team_id: Id | None = None
    layers: Annotated[list[LayerIO], Field(max_length=8)] = []
    seen: Seen = None


class CoverIn(Given):
    """From when until when `person_id` is on duty, whoever it would be, or only `instead_of` one."""

    starts_at: ZonedTime
    ends_at: ZonedTime
    person_id: Id | None = None
    instead_of: Id | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class AbsencesIn(Given):
    """A calendar file (RFC 5545) of times at which somebody is away."""

    person_id: Id
    file: Annotated[str, Field(max_length=1_000_000)]


class AbsencesOut(Schema):
    """How many were new, and how many known already."""

    fresh: int
    known: int


class SwapIn(Given):
    """The beginning of one's own shift, and of the one to take for it."""

    mine: ZonedTime
    theirs: ZonedTime


class SwapOut(Schema):
    """Two people exchange a shift each, once the other accepts."""

    id: int
    rota_id: int
    asker_id: int
    asker_name: str
    other_id: int
    other_name: str
    asker_starts: datetime
    asker_ends: datetime
    other_starts: datetime
    other_ends: datetime
    state: str

    @classmethod
    def of(cls, row: SwapRow) -> "SwapOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


@router.get("/duty/rotas", response=answers(list[RotaOut]), operation_id="list_rotas")
@permitted("duty.view")
def rotas(request: Asked) -> Any:
    """All rotas, by name."""
    return [RotaOut.of(row) for row in list_rotas(request.auth)]


@router.post("/duty/rotas", response=answers(RotaOut), operation_id="make_rota")
@permitted("duty.edit")
def make(request: Asked, given: RotaIn) -> Any:
    """Make a rota."""
    save_rota(by=request.auth, **_told(given.model_dump(exclude={"layers"}), given.layers))
    return _one(request.auth, given.slug)


@router.get("/duty/rotas/{slug}", response=answers(RotaOut), operation_id="get_rota")
@permitted("duty.view")
def rota(request: Asked, slug: Slug) -> Any:
    """One rota."""
    return _one(request.auth, slug)


@router.patch("/duty/rotas/{slug}", response=answers(RotaOut), operation_id="change_rota")
@permitted("duty.edit")
def change(request: Asked, slug: Slug, given: RotaChangeIn) -> Any:
    """Change a rota; it holds at once, for what is past as well."""
    row = get_rota(request.auth, slug)
    fields = given_fields(given)
    told = {"slug": row.slug, "name": row.name, "timezone": row.plan.timezone, "team_id": row.team_id, **fields}
    told = _told(told, given.layers) if "layers" in fields else told | {"layers": row.plan.layers}
    seen = row.version if given.seen is None else given.seen
    save_rota(by=request.auth, rota_id=row.id, seen=seen, **told)
    return _one(request.auth, told["slug"])


@router.post("/duty/rotas/{slug}/covers", response=answers(CoverOut), operation_id="cover")
@permitted("duty.self")
def add_cover(request: Asked, slug: Slug, given: CoverIn) -> Any:
    """Put somebody on duty for a while, or say that somebody is away: for oneself, or for others with `duty.edit`."""
    made = cover(_one(request.auth, slug).id, by=request.auth, **given.model_dump())
    return CoverOut(id=made, **given.model_dump())


@router.delete("/duty/covers/{int:cover_id}", response=answers(None), operation_id="cancel_cover")
@permitted("duty.self")
def uncover(request: Asked, cover_id: Id) -> Any:
    """Let the rota hold again."""
    cancel_cover(cover_id, by=request.auth)


@router.post("/duty/rotas/{slug}/absences", response=answers(AbsencesOut), operation_id="read_absences")
@permitted("duty.self")
def absences(request: Asked, slug: Slug, given: AbsencesIn) -> Any:
    """Read a calendar file; the same file again adds nothing, a moved entry replaces the old one."""
    row = _one(request.auth, slug)
    fresh, known = read_absences(row.id, given.file.encode(), by=request.auth, person_id=given.person_id)
    return AbsencesOut(fresh=fresh, known=known)


@router.get("/duty/swaps", response=answers(list[SwapOut]), operation_id="list_swaps")
@permitted("duty.view")
def swaps(request: Asked) -> Any:
    """The swaps that one asked for or is asked, and that wait for an answer."""
    return [SwapOut.of(row) for row in list_swaps(request.auth)]


@router.post("/duty/rotas/{slug}/swaps", response=answers(SwapOut), operation_id="ask_swap")
@permitted("duty.self")
def ask(request: Asked, slug: Slug, given: SwapIn) -> Any:
    """Ask somebody to exchange a shift."""
    made = ask_swap(_one(request.auth, slug).id, by=request.auth, mine=given.mine, theirs=given.theirs)
    return SwapOut.of(get_swap(request.auth, made))


@router.post("/duty/swaps/{int:swap_id}/{verb}", response=answers(SwapOut), operation_id="answer_swap")
@permitted("duty.self")
def answer(request: Asked, swap_id: Id, verb: Literal["accept", "decline", "withdraw"]) -> Any:
    """Accept or decline (who is asked), withdraw (who asked)."""
    answer_swap(swap_id, verb, by=request.auth)
    return SwapOut.of(get_swap(request.auth, swap_id))


def _one(actor: Actor, slug: str) -> RotaOut:
    return RotaOut.of(get_rota(actor, slug))


def _told(fields: dict[str, Any], layers: list[LayerIO]) -> dict[str, Any]:
    return fields | {"layers": [one.layer() for one in layers]}
