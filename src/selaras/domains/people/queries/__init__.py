"""Reads about people that others may use."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import Q

from selaras.domains.people.contracts import (
    Actor,
    Function,
    OrganisationKind,
    OrganisationRow,
    PersonRow,
    Role,
    TeamRow,
    TokenRow,
)
from selaras.domains.people.models import ApiToken, Organisation, Person, Team
from selaras.domains.people.rules import may as may
from selaras.domains.people.rules import require as require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.plans import planned_once
from selaras.kernel.sentences import say

# Everything that decides what a person may do, in one round trip: pages ask it on every request.
_ACTOR = """
WITH RECURSIVE tree(id) AS (
    SELECT p.organisation_id FROM people_person p WHERE p.id = %(id)s
    UNION
    SELECT o.id FROM people_organisation o JOIN tree t ON o.parent_id = t.id
)
SELECT p.name, p.language, p.timezone, p.theme, o.id, o.kind,
       ARRAY(SELECT role FROM people_dutyrole d WHERE d.person_id = p.id),
       ARRAY(SELECT team_id FROM people_membership m WHERE m.person_id = p.id),
       ARRAY(SELECT id FROM tree)
FROM people_person p JOIN people_organisation o ON o.id = p.organisation_id
WHERE p.id = %(id)s AND p.is_active
"""


@planned_once()
def get_actor(person_id: int) -> Actor:
    """The person as an actor. Raises NotFound if there is none or they were deactivated."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTOR, {"id": person_id})
        row = cursor.fetchone()
    if row is None:
        raise NotFound(str(person_id))
    name, language, zone, theme, organisation_id, kind, roles, teams, tree = row
    provider = kind == OrganisationKind.PROVIDER_UNIT
    return Actor(
        id=person_id,
        name=name,
        language=language,
        timezone=zone,
        theme=theme,
        roles=frozenset(Role(role) for role in roles),
        organisation_id=organisation_id,
        organisation_ids=None if provider else frozenset(tree),
        team_ids=frozenset(teams),
    )


def get_token_actor(secret: str) -> Actor | None:
    """Who a bearer token speaks for, with the token's roles only; None if it is unknown, expired or revoked.

    Notes the use at most once a minute, so that reading through the API does not write on every call.
    """
    now = clock.now()
    token = (
        ApiToken.objects.filter(digest=hashlib.sha256(secret.encode()).digest(), revoked_at=None)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )
    if token is None or not Person.objects.filter(pk=token.person_id, is_active=True).exists():
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return get_actor(token.person_id).limited_to((Role(r) for r in token.roles), token_id=token.pk)


def get_provider() -> int:
    """The provider's own organisation, at the root of its units: whose a record is that is nobody else's."""
    units = Organisation.objects.filter(kind=OrganisationKind.PROVIDER_UNIT, parent=None).order_by("id")
    found = units.values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("provider")
    return found


def get_person_organisation(person_id: int | None) -> int | None:
    """The organisation somebody belongs to; None for nobody. Raises Invalid for somebody who does not exist."""
    if person_id is None:
        return None
    found = Person.objects.filter(pk=person_id).values_list("organisation_id", flat=True).first()
    if found is None:
        raise Invalid({"requester_id": say("There is no such person.")})
    return found


def get_team_name(team_id: int | None) -> str | None:
    """The name of a team; None for none. Raises Invalid for a team that does not exist."""
    if team_id is None:
        return None
    name = Team.objects.filter(pk=team_id).values_list("name", flat=True).first()
    if name is None:
        raise Invalid({"team_id": say("There is no such team.")})
    return name


def get_team_lead(team_id: int | None) -> int | None:
    """Whom a team's work escalates to; None where nobody who is still active leads it."""
    leads = Team.objects.filter(pk=team_id or 0, lead__is_active=True)
    return leads.values_list("lead_id", flat=True).first()


def get_worker_name(person_id: int | None) -> str | None:
    """The name of somebody who can have work; None for none. Raises Invalid unless they work for the provider."""
    if person_id is None:
        return None
    people = Person.objects.filter(pk=person_id, is_active=True, organisation__kind=OrganisationKind.PROVIDER_UNIT)
    name = people.values_list("name", flat=True).first()
    if name is None:
        raise Invalid({"assignee_id": say("There is no such person among the provider's people.")})
    return name


def get_names(person_ids: Iterable[int]) -> dict[int, str]:
    """The names of those of these people who are active, by id."""
    return dict(Person.objects.filter(pk__in=frozenset(person_ids), is_active=True).values_list("pk", "name"))


def get_email(person_id: int) -> str:
    """The address somebody signs in with. Raises NotFound."""
    found = Person.objects.filter(pk=person_id).values_list("email", flat=True).first()
    if found is None:
        raise NotFound(str(person_id))
    return found


def list_tokens(person_id: int) -> list[TokenRow]:
    """The person's tokens in force, newest first."""
    rows = ApiToken.objects.filter(person_id=person_id, revoked_at=None).order_by("-id")
    return [
        TokenRow(
            id=row.pk,
            name=row.name,
            roles=tuple(Role(r) for r in row.roles),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )
        for row in rows
    ]


def list_teams() -> list[TeamRow]:
    """All teams, by name."""
    return [TeamRow(t.pk, t.slug, t.name, Function(t.function), t.lead_id) for t in Team.objects.order_by("name")]


def list_organisations(actor: Actor, kind: OrganisationKind | None = None) -> list[OrganisationRow]:
    """The organisations this actor may know of, by name."""
    rows = Organisation.objects.order_by("name")
    if actor.organisation_ids is not None:
        rows = rows.filter(pk__in=actor.organisation_ids)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return [_organisation(row) for row in rows]


def get_organisation(actor: Actor, slug: str) -> OrganisationRow:
    """One organisation. Raises NotFound, also where it is another customer's."""
    found = next((row for row in list_organisations(actor) if row.slug == slug), None)
    if found is None:
        raise NotFound(slug)
    return found


def list_people(
    actor: Actor,
    *,
    team_id: int | None = None,
    organisation_id: int | None = None,
    text: str = "",
    limit: int = 50,
) -> list[PersonRow]:
    """Active people this actor may know of, by name: all, of a team, of an organisation, or by part of a name."""
    rows = Person.objects.filter(is_active=True).select_related("organisation").order_by("name")
    if actor.organisation_ids is not None:
        rows = rows.filter(organisation_id__in=actor.organisation_ids)
    if team_id is not None:
        rows = rows.filter(memberships__team_id=team_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return [PersonRow(p.pk, p.name, p.email, p.organisation_id, p.organisation.name) for p in rows[:limit]]


def _organisation(row: Organisation) -> OrganisationRow:
    return OrganisationRow(row.pk, row.slug, row.name, OrganisationKind(row.kind), row.parent_id)
