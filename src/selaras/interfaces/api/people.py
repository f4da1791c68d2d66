"""Who the token speaks for, and the people, teams and organisations it may know of."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.people.contracts import Function, OrganisationKind, Role
from selaras.domains.people.queries import list_organisations, list_people, list_teams
from selaras.interfaces.api.operation import Asked, Id, Limit, answers, permitted

router = Router()


class MeOut(Schema):
    """Who the token speaks for, with which roles."""

    id: int
    name: str
    language: str
    timezone: str
    roles: list[Role]


class TeamOut(Schema):
    """A team of one of the four functions."""

    id: int
    slug: str
    name: str
    function: Function


class OrganisationOut(Schema):
    """A customer, a unit of the provider, or a supplier."""

    id: int
    slug: str
    name: str
    kind: OrganisationKind
    parent_id: int | None


class PersonOut(Schema):
    """A person."""

    id: int
    name: str
    email: str
    organisation_id: int
    organisation_name: str


@router.get("/me", response=answers(MeOut), operation_id="get_me")
@permitted("people.self")
def me(request: Asked) -> Any:
    """Who I am to Selaras."""
    actor = request.auth
    return MeOut(
        id=actor.id or 0,
        name=actor.name,
        language=actor.language,
        timezone=actor.timezone,
        roles=sorted(actor.roles),
    )


@router.get("/teams", response=answers(list[TeamOut]), operation_id="list_teams")
@permitted("people.view")
def teams(request: Asked) -> Any:
    """All teams, by name."""
    return [TeamOut(id=t.id, slug=t.slug, name=t.name, function=t.function) for t in list_teams()]


@router.get("/organisations", response=answers(list[OrganisationOut]), operation_id="list_organisations")
@permitted("people.self")
def organisations(request: Asked) -> Any:
    """The organisations this token may know of, by name."""
    return [
        OrganisationOut(id=o.id, slug=o.slug, name=o.name, kind=o.kind, parent_id=o.parent_id)
        for o in list_organisations(request.auth)
    ]


@router.get("/people", response=answers(list[PersonOut]), operation_id="list_people")
@permitted("people.view")
def people(
    request: Asked,
    text: Annotated[str, Field(max_length=100)] = "",
    team_id: Id | None = None,
    organisation_id: Id | None = None,
    limit: Limit = 50,
) -> Any:
    """People by part of a name or address, by team, by organisation."""
    found = list_people(request.auth, text=text, team_id=team_id, organisation_id=organisation_id, limit=limit)
    return [
        PersonOut(
            id=p.id,
            name=p.name,
            email=p.email,
            organisation_id=p.organisation_id,
            organisation_name=p.organisation_name,
        )
        for p in found
    ]
