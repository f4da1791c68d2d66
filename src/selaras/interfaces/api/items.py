"""Configuration items, what depends on what, and who is hit if one fails."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.agreements.queries.chain import chain_from
from selaras.domains.people.contracts import Actor
from selaras.domains.services import contracts
from selaras.domains.services.actions.dependencies import link, unlink
from selaras.domains.services.actions.items import create_item, edit_item
from selaras.domains.services.contracts import End, Environment, ItemClass, ItemRow, NodeKind, NodeRow
from selaras.domains.services.queries import (
    find_end,
    get_item,
    get_service,
    list_dependencies,
    list_items,
    list_names,
)
from selaras.interfaces.api.operation import Asked, Given, Id, Limit, Seen, answers, given_fields, permitted
from selaras.interfaces.api.services import Part, Slug, Text

router = Router()

Names = Annotated[list[Text], Field(max_length=500)]
KindIn = Annotated[str, Field(pattern="^(services|items)$")]


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
    version: int

    @classmethod
    def of(cls, row: ItemRow) -> "ItemOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ItemDetailOut(ItemOut):
    """An item with the names by which alerts find it."""

    names: list[str]


class ItemIn(Given):
    """A new item; without a slug, one is made from the name. Alerts find it by slug, name and `names`."""

    name: Text
    item_class: ItemClass
    slug: Slug = ""
    environment: Environment = Environment.PRODUCTION
    attributes: dict[str, Any] = {}
    team_id: Id | None = None
    names: Names = []


class ItemChangeIn(Given):
    """What to change; a field left out stays. `names` are all names it is to have. `seen`: the version read."""

    name: Text = ""
    item_class: ItemClass = ItemClass.HOST
    environment: Environment = Environment.PRODUCTION
    attributes: dict[str, Any] = {}
    team_id: Id | None = None
    names: Names = []
    seen: Seen = None


class NodeOut(Schema):
    """An item or a service that something depends on; `kind` is item or service."""

    kind: NodeKind
    id: int
    slug: str
    name_id: str
    name_en: str

    @classmethod
    def of(cls, row: NodeRow) -> "NodeOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class DependencyIn(Given):
    """What it depends on: `item:slug`, `service:slug`, a slug, or a whole name."""

    lower: Annotated[str, Field(min_length=1, max_length=300)]


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


@router.get("/items", response=answers(list[ItemOut]), operation_id="list_items")
@permitted("items.view")
def items(request: Asked, text: Part = "", after: Slug = "", limit: Limit = 100) -> Any:
    """Configuration items, by slug; `after` is the last slug read."""
    return [ItemOut.of(row) for row in list_items(request.auth, text=text, after=after, limit=limit)]


@router.post("/items", response=answers(ItemDetailOut), operation_id="make_item")
@permitted("items.edit")
def make(request: Asked, given: ItemIn) -> Any:
    """Make a configuration item."""
    made = create_item(by=request.auth, **given.model_dump())
    return _detail(request.auth, list_items(request.auth, ids=[made])[0].slug)


@router.get("/items/{slug}", response=answers(ItemDetailOut), operation_id="get_item")
@permitted("items.view")
def item(request: Asked, slug: Slug) -> Any:
    """One configuration item."""
    return _detail(request.auth, slug)


@router.patch("/items/{slug}", response=answers(ItemDetailOut), operation_id="change_item")
@permitted("items.edit")
def change(request: Asked, slug: Slug, given: ItemChangeIn) -> Any:
    """Change what it is, and the names by which alerts find it."""
    row = get_item(request.auth, slug)
    edit_item(row.id, by=request.auth, changes=given_fields(given), seen=given.seen)
    return _detail(request.auth, slug)


@router.get("/items/{slug}/chain", response=answers(list[ChainOut]), operation_id="chain_from_item")
@permitted("items.view")
def chain(request: Asked, slug: Slug) -> Any:
    """Who is hit if this item fails: services, agreements, customers, outcomes, minutes left."""
    rows = chain_from(request.auth, [get_item(request.auth, slug).id])
    return [ChainOut(**{name: getattr(row, name) for name in ChainOut.model_fields}) for row in rows]


@router.get("/{kind}/{slug}/dependencies", response=answers(list[NodeOut]), operation_id="list_dependencies")
@permitted("items.view")
def dependencies(request: Asked, kind: KindIn, slug: Slug) -> Any:
    """What an item or a service directly depends on."""
    return _lower(request.auth, _end(request.auth, kind, slug))


@router.post("/{kind}/{slug}/dependencies", response=answers(list[NodeOut]), operation_id="add_dependency")
@permitted("items.view")
def depend(request: Asked, kind: KindIn, slug: Slug, given: DependencyIn) -> Any:
    """Say that it fails if another one fails; cycles are legal, nothing depends on itself."""
    upper = _end(request.auth, kind, slug)
    link(upper, find_end(request.auth, given.lower), by=request.auth)
    return _lower(request.auth, upper)


@router.delete("/{kind}/{slug}/dependencies", response=answers(list[NodeOut]), operation_id="remove_dependency")
@permitted("items.view")
def depend_no_more(request: Asked, kind: KindIn, slug: Slug, lower: Text) -> Any:
    """Say that it no longer depends on another one."""
    upper = _end(request.auth, kind, slug)
    unlink(upper, find_end(request.auth, lower), by=request.auth)
    return _lower(request.auth, upper)


def _detail(actor: Actor, slug: str) -> ItemDetailOut:
    row = get_item(actor, slug)
    return ItemDetailOut(names=list_names(actor, row.id), **ItemOut.of(row).model_dump())


def _end(actor: Actor, kind: str, slug: str) -> End:
    if kind == "services":
        return contracts.service(get_service(actor, slug).id)
    return contracts.item(get_item(actor, slug).id)


def _lower(actor: Actor, upper: End) -> list[NodeOut]:
    return [NodeOut.of(row) for row in list_dependencies(actor, upper)]
