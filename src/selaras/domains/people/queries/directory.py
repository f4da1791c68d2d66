"""People, teams and organisations as administrators keep them: lists by key, and one with all that is theirs."""

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from selaras.domains.people.contracts import (
    Actor,
    Function,
    OrganisationKind,
    OrganisationNode,
    PeopleFilter,
    PeoplePage,
    PersonDetail,
    Role,
    TeamCard,
    TeamDetail,
    TeamRow,
)
from selaras.domains.people.models import Membership, Person, Team
from selaras.domains.people.queries.changes import last_change
from selaras.domains.people.rules import require
from selaras.kernel.errors import NotFound

# Customers, then the provider's own units, then suppliers; each tree by name, a parent before its branches.
_TREE = """
WITH RECURSIVE tree AS (
    SELECT id, slug, name, kind, parent_id, 0 AS depth,
           ARRAY[array_position(ARRAY['customer', 'provider_unit', 'supplier'], kind::text)::text,
                 lower(name), id::text] AS place
    FROM people_organisation WHERE parent_id IS NULL
    UNION ALL
    SELECT o.id, o.slug, o.name, o.kind, o.parent_id, t.depth + 1, t.place || ARRAY[lower(o.name), o.id::text]
    FROM people_organisation o JOIN tree t ON o.parent_id = t.id
)
SELECT id, slug, name, kind, parent_id, depth,
       (SELECT count(*) FROM people_person p WHERE p.organisation_id = tree.id AND p.is_active)
FROM tree
WHERE (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(one)s::bigint IS NULL OR id = %(one)s)
  AND (%(after)s::bigint IS NULL OR place > (SELECT place FROM tree WHERE id = %(after)s))
  AND strpos(lower(name), lower(%(text)s)) > 0
ORDER BY place LIMIT %(limit)s
"""


def list_tree(
    actor: Actor,
    *,
    kind: OrganisationKind | None = None,
    text: str = "",
    only: int | None = None,
    after: int | None = None,
    limit: int = 200,
) -> list[OrganisationNode]:
    """Organisations in the order of their tree, from the one after `after` (an id) on; one query."""
    ids = None if actor.organisation_ids is None else sorted(actor.organisation_ids)
    given = {"ids": ids, "kind": kind, "one": only, "after": after, "text": text, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_TREE, given)
        rows = cursor.fetchall()
    return [OrganisationNode(pk, slug, name, OrganisationKind(k), *rest) for pk, slug, name, k, *rest in rows]


def get_node(actor: Actor, organisation_id: int) -> OrganisationNode:
    """One organisation by its id. Raises NotFound, also where it is another customer's."""
    found = list_tree(actor, only=organisation_id, limit=1)
    if not found:
        raise NotFound(str(organisation_id))
    return found[0]


def list_team_cards() -> list[TeamCard]:
    """All teams by name, with how many active people belong to each; one query."""
    active = Count("memberships", filter=Q(memberships__person__is_active=True))
    rows = Team.objects.select_related("lead").annotate(active=active).order_by("name", "pk")
    return [TeamCard(_team(row), row.lead.name if row.lead else None, row.active) for row in rows]


def get_team(actor: Actor, team_id: int) -> TeamDetail:
    """One team with its members. Raises NotFound."""
    require(actor, "people.view")
    team = Team.objects.select_related("lead").filter(pk=team_id).first()
    if team is None:
        raise NotFound(str(team_id))
    members = _whole(Person.objects.filter(memberships__team_id=team_id)).order_by("name", "pk")
    return TeamDetail(
        row=_team(team),
        lead_name=team.lead.name if team.lead else None,
        members=tuple(_person(row) for row in members),
        version=last_change(team_id=team_id),
    )


def list_candidates(actor: Actor, team_id: int) -> list[tuple[int, str]]:
    """(id, name) of the provider's active people who are not in the team, by name."""
    require(actor, "people.view")
    rows = Person.objects.filter(is_active=True, organisation__kind=OrganisationKind.PROVIDER_UNIT)
    return list(rows.exclude(memberships__team_id=team_id).order_by("name", "pk").values_list("pk", "name"))


def list_directory(actor: Actor, wanted: PeopleFilter, *, after: int | None = None, limit: int = 50) -> PeoplePage:
    """A page of people by name, from the one after `after` (an id) on; a fixed number of queries."""
    rows = _visible(actor)
    if wanted.text:
        rows = rows.filter(Q(name__icontains=wanted.text) | Q(email__icontains=wanted.text))
    if wanted.organisation_id is not None:
        rows = rows.filter(organisation_id=wanted.organisation_id)
    if wanted.team_id is not None:
        rows = rows.filter(memberships__team_id=wanted.team_id)
    if wanted.role is not None:
        rows = rows.filter(duty_roles__role=wanted.role)
    if wanted.active is not None:
        rows = rows.filter(is_active=wanted.active)
    last = Person.objects.filter(pk=after).values_list("name", flat=True).first() if after is not None else None
    if last is not None:
        rows = rows.filter(Q(name__gt=last) | Q(name=last, pk__gt=after))
    found = [_person(row) for row in _whole(rows).order_by("name", "pk")[: limit + 1]]
    return PeoplePage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def get_person(actor: Actor, person_id: int) -> PersonDetail:
    """One person, also a deactivated one. Raises NotFound, also where they are another customer's."""
    found = _whole(_visible(actor).filter(pk=person_id)).first()
    if found is None:
        raise NotFound(str(person_id))
    return _person(found)


def _visible(actor: Actor) -> QuerySet[Person]:
    require(actor, "people.view")
    rows = Person.objects.all()
    return rows if actor.organisation_ids is None else rows.filter(organisation_id__in=actor.organisation_ids)


def _whole(rows: QuerySet[Person]) -> QuerySet[Person]:
    teams = Prefetch("memberships", Membership.objects.select_related("team").order_by("team__name"))
    return rows.select_related("organisation").prefetch_related("duty_roles", teams)


def _team(row: Team) -> TeamRow:
    return TeamRow(row.pk, row.slug, row.name, Function(row.function), row.lead_id)


def _person(row: Person) -> PersonDetail:
    held = {duty.role for duty in row.duty_roles.all()}
    return PersonDetail(
        id=row.pk,
        name=row.name,
        email=row.email,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        organisation_kind=OrganisationKind(row.organisation.kind),
        roles=tuple(role for role in Role if role in held),
        team_ids=tuple(place.team_id for place in row.memberships.all()),
        team_names=tuple(place.team.name for place in row.memberships.all()),
        language=row.language,
        timezone=row.timezone,
        active=row.is_active,
        has_password=row.has_usable_password(),
        last_login=row.last_login,
    )
