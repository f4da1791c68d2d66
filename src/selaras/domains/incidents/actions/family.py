"""Put an incident under a parent, take it out again, and answer a whole family at once."""

from django.db import transaction

from selaras.domains.incidents.actions._incident import act, find, load, lock_together
from selaras.domains.incidents.contracts import CANCELLED, CLOSED, MERGED, WORKED
from selaras.domains.incidents.models import Incident
from selaras.domains.incidents.queries.family import list_above, list_below
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.entries import write_entry
from selaras.domains.records.actions.notes import add_note
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say


@transaction.atomic
def put_under(record_id: int, *, by: Actor, parent: str, seen: int | None = None) -> None:
    """Make it a child of `parent` (a number). Neither customer learns of the other's: only the provider is told.

    Raises Invalid naming `parent` for itself, for one that ended, and where it would stand under itself.
    """
    parent_id = find(parent, by=by, field="parent")
    # The line above the parent is locked too: two such moves at once could else close a circle between them.
    lock_together({record_id, parent_id, *list_above(parent_id)} - {0}, by=by, permission="incidents.work")
    record, incident = load(record_id, by=by, permission="incidents.work", seen=seen)
    act(record, incident, "put_under", by=by, facts={"parent": parent})
    above, _ = load(parent_id, by=by, permission="incidents.work")
    if parent_id == record_id:
        raise Invalid({"parent": say("An incident cannot stand under itself.")})
    if record_id in list_above(parent_id):
        raise Invalid({"parent": say("%(number)s already stands under this one.", number=above.number)})
    if above.state in (CLOSED, CANCELLED, MERGED):
        raise Invalid({"parent": say("%(number)s has ended; choose one that is open.", number=above.number)})
    Incident.objects.filter(pk=record_id).update(parent_id=parent_id)
    write_entry(record, by=by, verb="put_under", public=False, data={"number": above.number})
    write_entry(above, by=by, verb="child_joined", public=False, data={"number": record.number})


@transaction.atomic
def take_out(record_id: int, *, by: Actor, seen: int | None = None) -> None:
    """It goes on by itself, as it is; what happens to the parent no longer reaches it."""
    parent_id = Incident.objects.filter(pk=record_id).values_list("parent_id", flat=True).first()
    lock_together({record_id, *([parent_id] if parent_id else [])}, by=by, permission="incidents.work")
    record, incident = load(record_id, by=by, permission="incidents.work", seen=seen)
    act(record, incident, "take_out", by=by)
    above, _ = load(incident.parent_id or 0, by=by, permission="incidents.work")
    Incident.objects.filter(pk=record_id).update(parent=None)
    write_entry(record, by=by, verb="take_out", public=False, data={"number": above.number})
    write_entry(above, by=by, verb="child_left", public=False, data={"number": record.number})


@transaction.atomic
def reply_to_family(record_id: int, *, by: Actor, body: str) -> None:
    """A public reply on the incident and on each child that is still worked on: the same words, to each customer."""
    locked = lock_together({record_id, *list_below(record_id)}, by=by, permission="incidents.work")
    record, _ = locked.pop(record_id)
    add_note(record_id, by=by, body=body, public=True)
    told = [child for child, _ in locked.values() if child.state in WORKED]
    for child in told:
        add_note(child.pk, by=by, body=body, public=True)
    if told:
        write_entry(record, by=by, verb="replied_below", public=False, data={"done": [child.number for child in told]})
