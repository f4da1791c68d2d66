"""What people do about an alert: acknowledge it, note something, shelve it for a time. All of it on its trace."""

from datetime import datetime

from django.db import transaction

from selaras.domains.events.actions._trail import note as trace
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.models import Assessment
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_team_name, get_worker_name, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotFound
from selaras.kernel.sentences import say

_LONGEST = 2000  # characters of a note


@transaction.atomic
def acknowledge(alert_id: int, *, by: Actor, note: str = "") -> None:
    """Say that one has it; until it fires anew. Raises Invalid, MoveRefused, NotAllowed, NotFound."""
    row, said = _locked(alert_id, by), _text(note)
    if row.alert.state != FIRING:
        raise MoveRefused(say("It is over; there is nothing to acknowledge."))
    row.acknowledged_by_id, row.acknowledged_at = by.id, clock.now()
    row.acknowledged_episode = row.alert.episode
    row.save(update_fields=["acknowledged_by", "acknowledged_at", "acknowledged_episode"])
    bare = say("%(who)s has it", who=by.name)
    trace(alert_id, say("%(who)s has it: %(note)s", who=by.name, note=said) if said else bare)


@transaction.atomic
def unacknowledge(alert_id: int, *, by: Actor) -> None:
    """Take an acknowledgement back. Raises MoveRefused, NotAllowed, NotFound."""
    row = _locked(alert_id, by)
    if row.acknowledged_episode != row.alert.episode:
        raise MoveRefused(say("Nobody has it; there is nothing to take back."))
    row.acknowledged_by_id = row.acknowledged_at = row.acknowledged_episode = None
    row.save(update_fields=["acknowledged_by", "acknowledged_at", "acknowledged_episode"])
    trace(alert_id, say("%(who)s took the acknowledgement back", who=by.name))


@transaction.atomic
def assign_alert(
    alert_id: int, *, by: Actor, person_id: int | None = None, team_id: int | None = None, note: str = ""
) -> None:
    """Give it to a person, a team or both; to nobody where neither is named. It stays so when it fires anew.

    Raises Invalid, NotAllowed, NotFound.
    """
    row, said = _locked(alert_id, by), _text(note)
    names = _names(person_id, team_id)
    row.assigned_to_id, row.assigned_team_id = person_id, team_id
    row.save(update_fields=["assigned_to", "assigned_team"])
    if not names:
        trace(alert_id, say("%(who)s gave it to nobody", who=by.name))
    elif said:
        trace(alert_id, say("%(who)s gave it to %(whom)s: %(note)s", who=by.name, whom=names, note=said))
    else:
        trace(alert_id, say("%(who)s gave it to %(whom)s", who=by.name, whom=names))


@transaction.atomic
def add_alert_note(alert_id: int, *, by: Actor, note: str) -> None:
    """Note something about it. Raises Invalid, NotAllowed, NotFound."""
    _locked(alert_id, by)
    said = _text(note)
    if not said:
        raise Invalid({"note": say("Write a note.")})
    trace(alert_id, say("%(who)s: %(note)s", who=by.name, note=said))


@transaction.atomic
def shelve(alert_id: int, *, by: Actor, until: datetime, note: str) -> None:
    """Put it aside until a time, and say why. Raises Invalid, NotAllowed, NotFound."""
    row, said = _locked(alert_id, by), _text(note)
    if until <= clock.now():
        raise Invalid({"until": say("Give a time that is still to come.")})
    if not said:
        raise Invalid({"note": say("Say why it can wait.")})
    row.shelved_until = until
    row.save(update_fields=["shelved_until"])
    trace(alert_id, say("%(who)s shelved it: %(note)s", who=by.name, note=said))


@transaction.atomic
def unshelve(alert_id: int, *, by: Actor) -> None:
    """Take it back before its time. Raises NotAllowed, NotFound."""
    row = _locked(alert_id, by)
    row.shelved_until = None
    row.save(update_fields=["shelved_until"])
    trace(alert_id, say("%(who)s took it back from the shelf", who=by.name))


def _locked(alert_id: int, by: Actor) -> Assessment:
    require(by, "events.respond")
    row = Assessment.objects.select_for_update(of=("self",)).select_related("alert").filter(pk=alert_id).first()
    if row is None:
        raise NotFound(str(alert_id))
    return row


def _names(person_id: int | None, team_id: int | None) -> str:
    """Who gets it, in words; empty for nobody. Raises Invalid for whom does not exist or has no work here."""
    return ", ".join(name for name in (get_team_name(team_id), get_worker_name(person_id)) if name)


def _text(note: str) -> str:
    said = note.strip()
    if len(said) > _LONGEST or "\0" in said:
        raise Invalid({"note": say("Write up to 2,000 characters.")})
    return said
