"""Merge an incident into another that is about the same, and take it out again."""

from django.db import transaction

from selaras.domains.agreements.actions.stop_clock import restart_clocks, stop_clocks
from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions._incident import find, keep_due, load, lock_together, move
from selaras.domains.incidents.contracts import CANCELLED, CLOSED, MERGED
from selaras.domains.incidents.models import Incident
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.cards import affect
from selaras.domains.records.actions.entries import write_entry
from selaras.domains.records.actions.links import link, unlink
from selaras.domains.records.contracts import LinkType
from selaras.domains.records.queries import list_affected
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say


@transaction.atomic
def merge(record_id: int, *, by: Actor, into: str, seen: int | None = None) -> None:
    """End this incident as part of `into` (a number). Nothing is copied, so that `split` gives both back whole."""
    target_id = find(into, by=by, field="into")
    lock_together({record_id, target_id} - {0}, by=by, permission="incidents.merge")
    record, incident = load(record_id, by=by, permission="incidents.merge", seen=seen)
    if target_id == record_id:
        raise Invalid({"into": say("An incident cannot be merged into itself.")})
    move(record, incident, "merge", by=by, facts={"into": into}, public=False, data={"into": into})
    target, other = load(target_id, by=by, permission="incidents.merge")
    if target.state in (CLOSED, CANCELLED, MERGED):
        raise Invalid({"into": say("%(number)s has ended; merge into one that is open.", number=target.number)})
    incident.merged_into = other
    incident.save(update_fields=["merged_into"])
    affect(target, list_affected(record.pk))
    link(record.pk, target.pk, by=by, kind=LinkType.DUPLICATE_OF)
    write_entry(target, by=by, verb="merged_here", public=False, data={"number": record.number})
    keep_due(record, stop_clocks(record.pk, by=by))


@transaction.atomic
def split(record_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Take a merged incident out again: it goes on by itself, assigned as it was, its clocks where they stood."""
    record, incident = load(record_id, by=by, permission="incidents.merge", seen=seen)
    target_id = incident.merged_into_id
    move(record, incident, "split", by=by, public=False)
    Incident.objects.filter(pk=record.pk).update(merged_into=None)
    if target_id is not None:
        unlink(record.pk, target_id, by=by, kind=LinkType.DUPLICATE_OF)
    keep_due(record, restart_clocks(record.pk, tuple(Metric), by=by))
