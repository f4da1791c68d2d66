"""Organisations: customers, own units, suppliers, as a tree."""

from typing import Any

from ninja import Router, Schema

from selaras.domains.people.actions.organisations import change_organisation, create_organisation
from selaras.domains.people.contracts import OrganisationKind, OrganisationNode, OrganisationRow
from selaras.domains.people.queries import list_organisations
from selaras.domains.people.queries.changes import last_change
from selaras.domains.people.queries.directory import get_node
from selaras.interfaces.api.operation import Asked, Given, Id, Name, Seen, Slug, answers, given_fields, permitted

router = Router()


class OrganisationOut(Schema):
    """A customer, a unit of the provider, or a supplier."""

    id: int
    slug: str
    name: str
    kind: OrganisationKind
    parent_id: int | None

    @classmethod
    def of(cls, row: OrganisationRow | OrganisationNode) -> "OrganisationOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class OrganisationDetailOut(Schema):
    """An organisation, how many active people it has itself, and its version."""

    organisation: OrganisationOut
    people: int
    version: int


class NewOrganisationIn(Given):
    """A new organisation; without a slug it gets the one its name proposes."""

    name: Name
    kind: OrganisationKind
    parent_id: Id | None = None
    slug: Slug = ""


class OrganisationIn(Given):
    """What to change: the name, or the place in the tree (null: it stands by itself)."""

    name: Name = ""
    parent_id: Id | None = None
    seen: Seen = None


@router.get("/organisations", response=answers(list[OrganisationOut]), operation_id="list_organisations")
@permitted("people.self")
def organisations(request: Asked) -> Any:
    """The organisations this token may know of, by name."""
    return [OrganisationOut.of(row) for row in list_organisations(request.auth)]


@router.post("/organisations", response=answers(OrganisationDetailOut), operation_id="create_organisation")
@permitted("people.edit")
def new_organisation(request: Asked, given: NewOrganisationIn) -> Any:
    """Make an organisation, by itself or below one of its kind."""
    return _organisation(request, create_organisation(by=request.auth, **given.model_dump()))


@router.get(
    "/organisations/{int:organisation_id}", response=answers(OrganisationDetailOut), operation_id="get_organisation"
)
@permitted("people.self")
def organisation(request: Asked, organisation_id: Id) -> Any:
    """One organisation."""
    return _organisation(request, organisation_id)


@router.patch(
    "/organisations/{int:organisation_id}", response=answers(OrganisationDetailOut), operation_id="change_organisation"
)
@permitted("people.edit")
def move(request: Asked, organisation_id: Id, given: OrganisationIn) -> Any:
    """Rename an organisation, or move it in the tree: whoever stands above sees the affairs of those below."""
    change_organisation(organisation_id, by=request.auth, changes=given_fields(given), seen=given.seen)
    return _organisation(request, organisation_id)


def _organisation(request: Asked, organisation_id: int) -> OrganisationDetailOut:
    node = get_node(request.auth, organisation_id)
    version = last_change(organisation_id=organisation_id)
    return OrganisationDetailOut(organisation=OrganisationOut.of(node), people=node.people, version=version)
