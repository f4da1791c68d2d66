"""Give an incident to a team or a person."""

from collections.abc import Mapping

from django.db import transaction

from selaras.domains.incidents.actions._incident import act, load, move
from selaras.domains.incidents.contracts import REPORTED
from selaras.domains.incidents.models import Incident, Passage
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_team_name, get_worker_name
from selaras.domains.records.actions.cards import change_card, hand_over
from selaras.domains.records.actions.entries import write_entry
from selaras.domains.records.contracts import Card
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say


@transaction.atomic
def assign(
    record_id: int, *, by: Actor, team_id: int | None, assignee_id: int | None = None, seen: int | None = None
) -> None:
    """Assign to a team, a person, or both; an incident that was only reported becomes assigned by it.

    A person is checked to work for the provider. Raises Invalid, Stale, NotAllowed, NotFound.
    """
    record, incident = load(record_id, by=by, permission="records.assign", seen=seen)
    if team_id is None and assignee_id is None:
        raise Invalid({"team_id": say("Choose a team or a person to work on it.")})
    names = {"team": get_team_name(team_id), "assignee": get_worker_name(assignee_id)}
    if record.state != REPORTED:
        act(record, incident, "assign", by=by, facts={"team_id": team_id, "assignee_id": assignee_id})
    pass_to(record, incident, by=by, team_id=team_id, assignee_id=assignee_id, names=names)


def pass_to(
    record: Card,
    incident: Incident,
    *,
    by: Actor,
    team_id: int | None,
    assignee_id: int | None,
    names: Mapping[str, str | None],
    reason: str = "",
) -> None:
    """Hand a locked incident on, and keep the way it goes from team to team. A reason is for the provider alone."""
    if team_id is not None and team_id != record.team_id:
        Passage.objects.create(
            incident=incident,
            from_team_id=record.team_id,
            to_team_id=team_id,
            at=clock.now(),
            by_id=by.id,
            reason=reason.strip(),
        )
    if reason:
        write_entry(record, by=by, verb="escalated", public=False, body=reason.strip(), data=names)
    if record.state == REPORTED:
        hand_over(record, team_id=team_id, assignee_id=assignee_id)
        move(record, incident, "assign", by=by, data=names)
    elif (record.team_id, record.assignee_id) != (team_id, assignee_id):
        change_card(record, by=by, data=names, team_id=team_id, assignee_id=assignee_id)
