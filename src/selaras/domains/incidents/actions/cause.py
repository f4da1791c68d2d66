"""What monitoring says of an incident's cause: joined by another alert, gone, or back again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from selaras.domains.agreements.actions.stop_clock import restart_clocks
from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions._incident import keep_due, load, move
from selaras.domains.incidents.actions.major import resume_major
from selaras.domains.incidents.actions.resolve import unresolve
from selaras.domains.incidents.contracts import RESOLVED, CauseState
from selaras.domains.people.contracts import Actor
from selaras.domains.records.actions.entries import write_entry
from selaras.kernel.sentences import Sentence


@transaction.atomic
def note_cause(record_id: int, *, by: Actor, text: Sentence, data: Mapping[str, Any]) -> None:
    """Another alert of the same cause joined; the cause is there (again, if it was gone)."""
    record, incident = load(record_id, by=by, permission="incidents.work")
    incident.cause_state, incident.cause_cleared_at = CauseState.ACTIVE, None
    incident.save(update_fields=["cause_state", "cause_cleared_at"])
    write_entry(record, by=by, verb="cause.joined", public=False, data={"sentence": text.as_json(), **data})


@transaction.atomic
def clear_cause(record_id: int, *, by: Actor, at: datetime, data: Mapping[str, Any] | None = None) -> None:
    """The last alert of its cause has ended. The incident says so; closing follows its own rule."""
    record, incident = load(record_id, by=by, permission="incidents.work")
    incident.cause_state, incident.cause_cleared_at = CauseState.CLEARED, at
    incident.save(update_fields=["cause_state", "cause_cleared_at"])
    write_entry(record, by=by, verb="cause.cleared", public=True, data={"at": at.isoformat(), **(data or {})})


@transaction.atomic
def recur(record_id: int, *, by: Actor, text: Sentence, data: Mapping[str, Any]) -> None:
    """The cause is back while the incident waits for confirmation: it is assigned again, its clock runs on."""
    record, incident = load(record_id, by=by, permission="incidents.work")
    if record.state == RESOLVED:
        move(record, incident, "recur", by=by, data={"sentence": text.as_json(), **data})
        unresolve(incident)
        keep_due(record, restart_clocks(record.pk, (Metric.RESOLVE,), by=by))
        resume_major(record, by=by)
    incident.cause_state, incident.cause_cleared_at = CauseState.ACTIVE, None
    incident.save(update_fields=["cause_state", "cause_cleared_at"])
