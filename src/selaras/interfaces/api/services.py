"""Services: read, made, changed, moved along their life."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.people.contracts import Actor
from selaras.domains.services.actions.services import create_service, edit_service, move_service
from selaras.domains.services.contracts import ServiceRow
from selaras.domains.services.queries import get_service, list_services, offers_of
from selaras.interfaces.api.operation import (
    Asked,
    Given,
    Id,
    Limit,
    MoveGiven,
    OfferOut,
    Seen,
    answers,
    given_fields,
    permitted,
)

router = Router()

Slug = Annotated[str, Field(max_length=80)]
Text = Annotated[str, Field(max_length=1_000)]
Words = Annotated[str, Field(max_length=100_000)]
Part = Annotated[str, Field(max_length=100)]


class ServiceOut(Schema):
    """A service, with its name in both languages."""

    id: int
    slug: str
    name_id: str
    name_en: str
    description: str
    state: str
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    team_name: str | None
    version: int

    @classmethod
    def of(cls, row: ServiceRow) -> "ServiceOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ServiceDetailOut(ServiceOut):
    """A service with the moves offered to this token."""

    offers: list[OfferOut]


class ServiceIn(Given):
    """A new service; without a slug, one is made from the English name."""

    name_id: Text
    name_en: Text
    slug: Slug = ""
    description: Words = ""
    owner_id: Id | None = None
    team_id: Id | None = None


class ServiceChangeIn(Given):
    """What to change; a field left out stays. `seen` is the version it was read at."""

    name_id: Text = ""
    name_en: Text = ""
    description: Words = ""
    owner_id: Id | None = None
    team_id: Id | None = None
    seen: Seen = None


@router.get("/services", response=answers(list[ServiceOut]), operation_id="list_services")
@permitted("services.view")
def services(request: Asked, text: Part = "", after: Slug = "", limit: Limit = 100) -> Any:
    """The services this token may know of, by slug; `after` is the last slug read."""
    return [ServiceOut.of(row) for row in list_services(request.auth, text=text, after=after, limit=limit)]


@router.post("/services", response=answers(ServiceDetailOut), operation_id="make_service")
@permitted("services.edit")
def make(request: Asked, given: ServiceIn) -> Any:
    """Make a service; it begins in the pipeline."""
    made = create_service(by=request.auth, **given.model_dump())
    return _detail(request.auth, list_services(request.auth, ids=[made])[0].slug)


@router.get("/services/{slug}", response=answers(ServiceDetailOut), operation_id="get_service")
@permitted("services.view")
def service(request: Asked, slug: Slug) -> Any:
    """One service."""
    return _detail(request.auth, slug)


@router.patch("/services/{slug}", response=answers(ServiceDetailOut), operation_id="change_service")
@permitted("services.edit")
def change(request: Asked, slug: Slug, given: ServiceChangeIn) -> Any:
    """Change its names, description, owner or team."""
    row = get_service(request.auth, slug)
    edit_service(row.id, by=request.auth, changes=given_fields(given), seen=given.seen)
    return _detail(request.auth, slug)


@router.post("/services/{slug}/moves", response=answers(ServiceDetailOut), operation_id="move_service")
@permitted("services.move")
def move(request: Asked, slug: Slug, given: MoveGiven) -> Any:
    """Make a move of its life; what the lifecycle does not have, or not yet, is refused (409)."""
    row = get_service(request.auth, slug)
    move_service(row.id, by=request.auth, **given.model_dump())
    return _detail(request.auth, slug)


def _detail(actor: Actor, slug: str) -> ServiceDetailOut:
    row = get_service(actor, slug)
    offers = [OfferOut.of(offer) for offer in offers_of(actor, row)]
    return ServiceDetailOut(offers=offers, **ServiceOut.of(row).model_dump())
