"""Teams of the four functions: what they are called, who belongs to them, who leads them."""

from typing import Any

from django.db import transaction
from ninja import Router, Schema

from selaras.domains.people.actions.teams import add_member, change_team, create_team, remove_member, set_team_lead
from selaras.domains.people.contracts import Function, TeamDetail, TeamRow
from selaras.domains.people.queries import list_teams
from selaras.domains.people.queries.directory import get_team
from selaras.interfaces.api.operation import Asked, Given, Id, Name, Seen, Slug, answers, given_fields, permitted
from selaras.interfaces.api.people import PersonOut

router = Router()


class TeamOut(Schema):
    """A team of one of the four functions."""

    id: int
    slug: str
    name: str
    function: Function
    lead_id: int | None

    @classmethod
    def of(cls, row: TeamRow) -> "TeamOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class TeamDetailOut(Schema):
    """A team, who belongs to it, and its version."""

    team: TeamOut
    members: list[PersonOut]
    version: int

    @classmethod
    def of(cls, found: TeamDetail) -> "TeamDetailOut":
        members = [PersonOut.of(row) for row in found.members]
        return cls(team=TeamOut.of(found.row), members=members, version=found.version)


class NewTeamIn(Given):
    """A new team; without a slug it gets the one its name proposes."""

    name: Name
    function: Function
    slug: Slug = ""


class TeamIn(Given):
    """What to change: the name, the function, the lead (null: nobody), who must belong to the team."""

    name: Name = ""
    function: Function = Function.SERVICE_DESK
    lead_id: Id | None = None
    seen: Seen = None


class MemberIn(Given):
    """Who comes into a team."""

    person_id: Id


@router.get("/teams", response=answers(list[TeamOut]), operation_id="list_teams")
@permitted("people.view")
def teams(request: Asked) -> Any:
    """All teams, by name."""
    return [TeamOut.of(row) for row in list_teams()]


@router.post("/teams", response=answers(TeamDetailOut), operation_id="create_team")
@permitted("people.edit")
def new_team(request: Asked, given: NewTeamIn) -> Any:
    """Make a team of one of the four functions."""
    return _team(request, create_team(by=request.auth, **given.model_dump()))


@router.get("/teams/{int:team_id}", response=answers(TeamDetailOut), operation_id="get_team")
@permitted("people.view")
def team(request: Asked, team_id: Id) -> Any:
    """One team and who belongs to it."""
    return _team(request, team_id)


@router.patch("/teams/{int:team_id}", response=answers(TeamDetailOut), operation_id="change_team")
@permitted("people.edit")
def rename(request: Asked, team_id: Id, given: TeamIn) -> Any:
    """Change a team's name, function or lead."""
    changes = given_fields(given)
    with transaction.atomic():
        leads = "lead_id" in changes
        lead_id = changes.pop("lead_id", None)
        change_team(team_id, by=request.auth, changes=changes, seen=given.seen)
        if leads:
            set_team_lead(team_id, by=request.auth, person_id=lead_id)
    return _team(request, team_id)


@router.post("/teams/{int:team_id}/members", response=answers(TeamDetailOut), operation_id="add_team_member")
@permitted("people.edit")
def join(request: Asked, team_id: Id, given: MemberIn) -> Any:
    """Let one of the provider's active people belong to a team."""
    add_member(team_id, by=request.auth, person_id=given.person_id)
    return _team(request, team_id)


@router.delete(
    "/teams/{int:team_id}/members/{int:person_id}", response=answers(TeamDetailOut), operation_id="remove_team_member"
)
@permitted("people.edit")
def leave(request: Asked, team_id: Id, person_id: Id) -> Any:
    """Let somebody no longer belong to a team; if they led it, nobody does then."""
    remove_member(team_id, by=request.auth, person_id=person_id)
    return _team(request, team_id)


def _team(request: Asked, team_id: int) -> TeamDetailOut:
    return TeamDetailOut.of(get_team(request.auth, team_id))
