"""A person's place in a team, told in the trail of both. The person's row is locked before the team's, always."""

from selaras.domains.people.actions._changes import note
from selaras.domains.people.contracts import Actor
from selaras.domains.people.models import Membership, Person, Team


def join(person: Person, team: Team, *, by: Actor) -> None:
    """Let a locked person belong to a locked team."""
    before = _teams(person)
    Membership.objects.create(person=person, team=team)
    _tell("join", person, team, before, by=by)


def leave(person: Person, team: Team, *, by: Actor) -> None:
    """Let a locked person no longer belong to a locked team, nor lead it."""
    if team.lead_id == person.pk:
        unlead(team, by=by)
    before = _teams(person)
    Membership.objects.filter(person=person, team=team).delete()
    _tell("leave", person, team, before, by=by)


def unlead(team: Team, *, by: Actor) -> None:
    """Let a locked team have no lead."""
    if team.lead_id is not None:
        Team.objects.filter(pk=team.pk).update(lead=None)
        note("team", "unlead", by=by, team_id=team.pk, person_id=team.lead_id)
        team.lead = None


def _teams(person: Person) -> list[int]:
    return sorted(Membership.objects.filter(person=person).values_list("team_id", flat=True))


def _tell(verb: str, person: Person, team: Team, before: list[int], *, by: Actor) -> None:
    data = {"team_ids": {"from": before, "to": _teams(person)}}
    note("person", verb, by=by, person_id=person.pk, team_id=team.pk, data=data)
