"""Makes what tests need, through the same actions that users use where there is one."""

from collections.abc import Iterable
from itertools import count

from selaras.domains.people.actions.organisations import create_organisation
from selaras.domains.people.actions.people import create_person
from selaras.domains.people.actions.teams import create_team
from selaras.domains.people.contracts import Actor, Function, OrganisationKind, Role, system_actor
from selaras.domains.people.queries import get_actor

SYSTEM = system_actor("tests")
_numbers = count(1)


def make_organisation(
    name: str = "", kind: OrganisationKind = OrganisationKind.CUSTOMER, parent_id: int | None = None
) -> int:
    """An organisation; returns its id."""
    n = next(_numbers)
    return create_organisation(
        by=SYSTEM, slug=f"organisation-{n}", name=name or f"Organisation {n}", kind=kind, parent_id=parent_id
    )


def make_provider(name: str = "Penyedia") -> int:
    """The provider's own organisation."""
    return make_organisation(name, OrganisationKind.PROVIDER_UNIT)


def make_team(name: str = "", function: Function = Function.SERVICE_DESK) -> int:
    """A team; returns its id."""
    n = next(_numbers)
    return create_team(by=SYSTEM, slug=f"team-{n}", name=name or f"Team {n}", function=function)


def make_person(
    organisation_id: int,
    *roles: Role,
    name: str = "",
    team_ids: Iterable[int] = (),
    language: str = "en",
    password: str | None = None,
    email: str = "",
) -> Actor:
    """A person with these roles, as an actor."""
    n = next(_numbers)
    person_id = create_person(
        by=SYSTEM,
        email=email or f"person-{n}@example.com",
        name=name or f"Person {n}",
        organisation_id=organisation_id,
        roles=roles or (Role.REQUESTER,),
        team_ids=team_ids,
        language=language,
        password=password,
    )
    return get_actor(person_id)
