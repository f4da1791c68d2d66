"""Make a team, change it, say who belongs to it and who leads it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from selaras.domains.people import rules
from selaras.domains.people.actions._changes import note, refuse_stale, require_keeper
from selaras.domains.people.actions._membership import join, leave, unlead
from selaras.domains.people.actions._slugs import free_slug
from selaras.domains.people.contracts import Actor, Function, OrganisationKind
from selaras.domains.people.models import Membership, Person, Team
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.versions import difference

EDITABLE = frozenset({"name", "function"})


@transaction.atomic
def create_team(*, by: Actor, name: str, function: Function | str, slug: str = "") -> int:
    """Make a team; returns its id. Without a slug it gets the one its name proposes. Raises Invalid."""
    require_keeper(by)
    faults = _faults(name, function)
    if slug and (fault := rules.slug_fault(slug)):
        faults["slug"] = fault
    if faults:
        raise Invalid(faults)
    made, fresh = Team.objects.get_or_create(
        slug=slug or free_slug(Team, rules.slug_from(name, "team")),
        defaults={"name": name.strip(), "function": function},
    )
    if not fresh:
        raise Invalid({"slug": say("Another team has this slug.")})
    note("team", "create", by=by, team_id=made.pk)
    return made.pk


@transaction.atomic
def change_team(team_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change any of `EDITABLE`. `seen` is the last change that was read: Stale if there is a later one."""
    require_keeper(by)
    if unknown := changes.keys() - EDITABLE:
        raise Invalid({name: say("This cannot be changed here.") for name in unknown})
    team = _locked(team_id)
    refuse_stale(seen, EDITABLE, team_id=team_id)
    before = {"name": team.name, "function": team.function}
    after = {**before, **changes}
    if faults := _faults(after["name"], after["function"]):
        raise Invalid(faults)
    after["name"] = after["name"].strip()
    if data := difference(before, after):
        Team.objects.filter(pk=team_id).update(**{name: after[name] for name in data})
        note("team", "change", by=by, team_id=team_id, data=data)


@transaction.atomic
def add_member(team_id: int, *, by: Actor, person_id: int) -> None:
    """Let somebody of the provider's active people belong to a team; nothing happens if they do already."""
    require_keeper(by)
    provider = Person.objects.filter(is_active=True, organisation__kind=OrganisationKind.PROVIDER_UNIT)
    person = provider.select_for_update(no_key=True, of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise Invalid({"person_id": say("Choose one of the provider's active people.")})
    team = _locked(team_id)
    if not Membership.objects.filter(team_id=team_id, person_id=person_id).exists():
        join(person, team, by=by)


@transaction.atomic
def remove_member(team_id: int, *, by: Actor, person_id: int) -> None:
    """Let somebody no longer belong to a team; a team they led has no lead then. Raises NotFound if they do not."""
    require_keeper(by)
    person = _members(team_id).filter(pk=person_id).first()
    if person is None:
        raise NotFound(str(person_id))
    leave(person, _locked(team_id), by=by)


@transaction.atomic
def set_team_lead(team_id: int, *, by: Actor, person_id: int | None) -> None:
    """Say who leads a team: whom its work escalates to. Raises Invalid unless they are active and in it."""
    require_keeper(by)
    person = None
    if person_id is not None:
        person = _members(team_id).filter(pk=person_id, is_active=True).first()
        if person is None:
            raise Invalid({"lead_id": say("Choose somebody who belongs to the team.")})
    team = _locked(team_id)
    if team.lead_id == person_id:
        return
    unlead(team, by=by)
    if person is not None:
        Team.objects.filter(pk=team_id).update(lead=person)
        note("team", "lead", by=by, team_id=team_id, person_id=person.pk)


def _members(team_id: int) -> QuerySet[Person]:
    return Person.objects.select_for_update(no_key=True, of=("self",)).filter(memberships__team_id=team_id)


def _locked(team_id: int) -> Team:
    team = Team.objects.select_for_update(no_key=True).filter(pk=team_id).first()
    if team is None:
        raise NotFound(str(team_id))
    return team


def _faults(name: Any, function: Any) -> dict[str, Sentence]:
    faults = {"name": rules.text_fault(name)}
    if function not in list(Function):
        faults["function"] = say("Choose one of the four functions.")
    return {field: fault for field, fault in faults.items() if fault is not None}
