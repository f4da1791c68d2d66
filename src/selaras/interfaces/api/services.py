"""Services, items, and who is hit if they fail."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.agreements.queries.chain import chain_from
from selaras.domains.services.contracts import Environment, ItemClass, ItemRow, ServiceRow
from selaras.domains.services.queries.items import get_item, list_items
from selaras.domains.services.queries.services import get_service, list_services
from selaras.interfaces.api.operation import Asked, Limit, answers, permitted

router = Router()

Slug = Annotated[str, Field(max_length=80)]
Text = Annotated[str, Field(max_length=100)]


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

    @classmethod
    def of(cls, row: ServiceRow) -> "ServiceOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ItemOut(Schema):
    """A configuration item."""

    id: int
    slug: str
    name: str
    item_class: ItemClass
    environment: Environment
    attributes: dict[str, Any]
    team_id: int | None
    team_name: str | None

    @classmethod
    def of(cls, row: ItemRow) -> "ItemOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ChainOut(Schema):
    """One link from a service to a customer: what uses it, what is promised, what is at stake, what time is left."""

    service_id: int
    service_slug: str
    service_name_id: str
    service_name_en: str
    depth: int | None
    organisation_id: int
    organisation_name: str
    business_process: str
    criticality: int
    outcome_name_id: str | None
    outcome_name_en: str | None
    agreement_number: str | None
    agreement_name: str | None
    minutes_left: int | None


@router.get("/services", response=answers(list[ServiceOut]), operation_id="list_services")
@permitted("services.view")
def services(request: Asked, text: Text = "", after: Slug = "", limit: Limit = 100) -> Any:
    """The services this token may know of, by slug; `after` is the last slug read."""
    return [ServiceOut.of(row) for row in list_services(request.auth, text=text, after=after, limit=limit)]


@router.get("/services/{slug}", response=answers(ServiceOut), operation_id="get_service")
@permitted("services.view")
def service(request: Asked, slug: Slug) -> Any:
    """One service."""
    return ServiceOut.of(get_service(request.auth, slug))


@router.get("/items", response=answers(list[ItemOut]), operation_id="list_items")
@permitted("items.view")
def items(request: Asked, text: Text = "", after: Slug = "", limit: Limit = 100) -> Any:
    """Configuration items, by slug; `after` is the last slug read."""
    return [ItemOut.of(row) for row in list_items(request.auth, text=text, after=after, limit=limit)]


@router.get("/items/{slug}", response=answers(ItemOut), operation_id="get_item")
@permitted("items.view")
def item(request: Asked, slug: Slug) -> Any:
    """One configuration item."""
    return ItemOut.of(get_item(request.auth, slug))


@router.get("/items/{slug}/chain", response=answers(list[ChainOut]), operation_id="chain_from_item")
@permitted("items.view")
def chain(request: Asked, slug: Slug) -> Any:
    """Who is hit if this item fails: services, agreements, customers, outcomes, minutes left."""
    rows = chain_from(request.auth, [get_item(request.auth, slug).id])
    return [ChainOut(**{name: getattr(row, name) for name in ChainOut.model_fields}) for row in rows]
