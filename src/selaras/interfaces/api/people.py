"""Who the token speaks for, and the people it may know of or keep."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.urls import reverse
from ninja import Field, Router, Schema

from selaras.domains.people.actions.activity import deactivate_person, reactivate_person
from selaras.domains.people.actions.passwords import make_password_link
from selaras.domains.people.actions.people import change_person, create_person
from selaras.domains.people.contracts import (
    ChangeRow,
    PeopleFilter,
    PersonDetail,
    Role,
)
from selaras.domains.people.queries.changes import last_change, list_changes
from selaras.domains.people.queries.directory import get_person, list_directory
from selaras.interfaces.api.operation import Asked, Given, Id, Limit, Name, Seen, answers, given_fields, permitted

router = Router()

Word = Annotated[str, Field(max_length=64)]
Roles = Annotated[list[Role], Field(max_length=len(Role))]
Ids = Annotated[list[Id], Field(max_length=100)]
Language = Literal["id", "en"]


class MeOut(Schema):
    """Who the token speaks for, with which roles."""

    id: int
    name: str
    language: str
    timezone: str
    roles: list[Role]


class PersonOut(Schema):
    """A person."""

    id: int
    name: str
    email: str
    organisation_id: int
    organisation_name: str
    active: bool

    @classmethod
    def of(cls, row: PersonDetail) -> "PersonOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PersonDetailOut(PersonOut):
    """A person with duties and teams; send `version` back as `seen`, so that nobody is written over."""

    roles: list[Role]
    team_ids: list[int]
    language: str
    timezone: str
    last_login: datetime | None
    version: int


class TrailOut(Schema):
    """Who changed what when: each field as {"from": …, "to": …}."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    person_name: str | None
    team_name: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, row: ChangeRow) -> "TrailOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PasswordLinkOut(Schema):
    """The address at which a person chooses a password, once; it is given this once."""

    address: str
    valid_until: datetime


class NewPersonIn(Given):
    """A new person. A customer's may be requester or decision maker, the provider's may hold any duty."""

    name: Name
    email: Annotated[str, Field(max_length=254)]
    organisation_id: Id
    roles: Roles
    team_ids: Ids = []
    language: Language = "id"
    timezone: Word = "Asia/Jakarta"


class PersonIn(Given):
    """What to change; what is left out stays. `seen` is the version that was read: 409 if somebody was faster."""

    name: Name = ""
    email: Annotated[str, Field(max_length=254)] = ""
    organisation_id: Id = 1
    roles: Roles = []
    team_ids: Ids = []
    language: Language = "id"
    timezone: Word = ""
    seen: Seen = None


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


@router.get("/people", response=answers(list[PersonOut]), operation_id="list_people")
@permitted("people.view")
def people(
    request: Asked,
    text: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = "",
    team_id: Id | None = None,
    organisation_id: Id | None = None,
    role: Role | None = None,
    active: bool = True,
    after: Id | None = None,
    limit: Limit = 50,
) -> Any:
    """People by name: by part of a name or address, team, organisation, duty; `after` is the last id read."""
    wanted = PeopleFilter(text, organisation_id=organisation_id, role=role, active=active, team_id=team_id)
    return [PersonOut.of(row) for row in list_directory(request.auth, wanted, after=after, limit=limit).rows]


@router.post("/people", response=answers(PersonDetailOut), operation_id="create_person")
@permitted("people.edit")
def new_person(request: Asked, given: NewPersonIn) -> Any:
    """Make a person. They have no password yet: make a link for them."""
    return _person(request, create_person(by=request.auth, **given.model_dump()))


@router.get("/people/{int:person_id}", response=answers(PersonDetailOut), operation_id="get_person")
@permitted("people.edit")
def person(request: Asked, person_id: Id) -> Any:
    """One person, also a deactivated one."""
    return _person(request, person_id)


@router.patch("/people/{int:person_id}", response=answers(PersonDetailOut), operation_id="change_person")
@permitted("people.edit")
def change(request: Asked, person_id: Id, given: PersonIn) -> Any:
    """Change a person's fields."""
    change_person(person_id, by=request.auth, changes=given_fields(given), seen=given.seen)
    return _person(request, person_id)


@router.post("/people/{int:person_id}/deactivate", response=answers(PersonDetailOut), operation_id="deactivate_person")
@permitted("people.edit")
def deactivate(request: Asked, person_id: Id) -> Any:
    """End their sessions, API tokens and password links at once."""
    deactivate_person(person_id, by=request.auth)
    return _person(request, person_id)


@router.post("/people/{int:person_id}/reactivate", response=answers(PersonDetailOut), operation_id="reactivate_person")
@permitted("people.edit")
def reactivate(request: Asked, person_id: Id) -> Any:
    """Let them sign in again; API tokens stay ended."""
    reactivate_person(person_id, by=request.auth)
    return _person(request, person_id)


@router.post(
    "/people/{int:person_id}/password-link", response=answers(PasswordLinkOut), operation_id="make_password_link"
)
@permitted("people.edit")
def password_link(request: Asked, person_id: Id) -> Any:
    """Make a link with which they choose a password, once."""
    link = make_password_link(person_id, by=request.auth)
    address = reverse("web:people:choose_password", args=[link.person_id, link.key])
    return PasswordLinkOut(address=request.build_absolute_uri(address), valid_until=link.valid_until)


@router.get("/people/{int:person_id}/changes", response=answers(list[TrailOut]), operation_id="list_person_changes")
@permitted("people.edit")
def person_changes(request: Asked, person_id: Id, after: Id | None = None, limit: Limit = 50) -> Any:
    """Who changed what of a person, newest first; `after` is the last id read."""
    found = get_person(request.auth, person_id)
    rows = list_changes(request.auth, person_id=found.id, after=after, limit=limit)
    return [TrailOut.of(row) for row in rows]


def _person(request: Asked, person_id: int) -> PersonDetailOut:
    row = get_person(request.auth, person_id)
    plain = {name: getattr(row, name) for name in PersonDetailOut.model_fields if name != "version"}
    return PersonDetailOut(version=last_change(person_id=person_id), **plain)
