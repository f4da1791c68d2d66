"""Cancel an incident that was none."""

from django.db import transaction

from selaras.domains.agreements.actions.stop_clock import stop_clocks
from selaras.domains.incidents.actions._incident import keep_due, load, move
from selaras.domains.people.contracts import Actor


@transaction.atomic
def cancel(record_id: int, *, by: Actor, reason: str, seen: int | None = None) -> None:
    """End it without a solution; the reason is told to the requester."""
    record, incident = load(record_id, by=by, permission="incidents.close", seen=seen)
    move(record, incident, "cancel", by=by, facts={"reason": reason}, body=reason)
    keep_due(record, stop_clocks(record.pk, by=by))
