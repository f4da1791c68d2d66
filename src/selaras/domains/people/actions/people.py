"""Make organisations, teams and people, and give people their duties."""

from collections.abc import Iterable

from django.db import transaction

from selaras.domains.people.contracts import Actor, Function, OrganisationKind, Role
from selaras.domains.people.models import DutyRole, Membership, Organisation, Person, Team
from selaras.domains.people.rules import require
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say


def create_organisation(
    *, by: Actor, slug: str, name: str, kind: OrganisationKind, parent_id: int | None = None
) -> int:
    """Make an organisation; returns its id."""
    require(by, "people.edit")
    return Organisation.objects.create(slug=slug, name=name, kind=kind, parent_id=parent_id).pk


def create_team(*, by: Actor, slug: str, name: str, function: Function) -> int:
    """Make a team; returns its id."""
    require(by, "people.edit")
    return Team.objects.create(slug=slug, name=name, function=function).pk


@transaction.atomic
def create_person(
    *,
    by: Actor,
    email: str,
    name: str,
    organisation_id: int,
    roles: Iterable[Role],
    team_ids: Iterable[int] = (),
    password: str | None = None,
    language: str = "id",
    timezone: str = "Asia/Jakarta",
) -> int:
    """Make a person with their duties; returns their id. Without a password they cannot sign in by one."""
    require(by, "people.edit")
    if Person.objects.filter(email__iexact=email).exists():
        raise Invalid({"email": say("Somebody already signs in with this address.")})
    person = Person.objects.create_user(
        email, password, name=name, organisation_id=organisation_id, language=language, timezone=timezone
    )
    DutyRole.objects.bulk_create(DutyRole(person=person, role=role) for role in frozenset(roles))
    Membership.objects.bulk_create(Membership(person=person, team_id=team) for team in frozenset(team_ids))
    return person.pk


def set_team_lead(team_id: int, *, by: Actor, person_id: int | None) -> None:
    """Say who leads a team: whom its work escalates to. Raises Invalid unless they are in it."""
    require(by, "people.edit")
    if person_id is not None and not Membership.objects.filter(team_id=team_id, person_id=person_id).exists():
        raise Invalid({"lead_id": say("Choose somebody who belongs to the team.")})
    if not Team.objects.filter(pk=team_id).update(lead_id=person_id):
        raise NotFound(str(team_id))
