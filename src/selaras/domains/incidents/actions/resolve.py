"""Resolve an incident, reopen it, and close it: on the requester's word or when their time to object is over."""

from django.db import transaction

from selaras.domains.agreements.actions.stop_clock import restart_clocks, stop_clocks
from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions._incident import keep_due, load, lock_together, move
from selaras.domains.incidents.actions.major import end_major, resume_major
from selaras.domains.incidents.contracts import WORKED
from selaras.domains.incidents.models import Incident
from selaras.domains.incidents.queries import list_to_close
from selaras.domains.incidents.queries.family import list_below
from selaras.domains.incidents.rules import CONFIRMATION_TIME
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.records.actions.entries import check_body, write_entry
from selaras.domains.records.contracts import Card
from selaras.kernel import clock
from selaras.kernel.errors import MoveRefused


@transaction.atomic
def resolve(
    record_id: int, *, by: Actor, cause: str, solution: str, children: bool = True, seen: int | None = None
) -> None:
    """Resolve with what it was and what helped; its clocks stop, and the requester is asked to confirm.

    Open children are resolved by the same words, unless `children` says not; one that cannot be is left, and named.
    """
    check_body(cause)
    below = list_below(record_id) if children else []
    locked = lock_together({record_id, *below}, by=by, permission="incidents.resolve")
    record, incident = load(record_id, by=by, permission="incidents.resolve", seen=seen)
    _resolve(record, incident, cause, solution, by=by)
    still = [locked[pk] for pk in below if locked[pk][0].state in WORKED]
    done, left = [], []
    for child, part in still:
        try:
            with transaction.atomic():
                _resolve(child, part, cause, solution, by=by)
            done.append(child.number)
        except MoveRefused as refused:
            left.append({"number": child.number, "sentence": refused.sentence.as_json()})
    if still:  # told to the provider alone: a child may be another customer's
        write_entry(record, by=by, verb="resolved_below", public=False, data={"done": done, "left": left})


def _resolve(record: Card, incident: Incident, cause: str, solution: str, *, by: Actor) -> None:
    move(
        record,
        incident,
        "resolve",
        by=by,
        facts={"cause": cause, "solution": solution},
        body=solution,
        data={"cause": cause},
    )
    incident.cause, incident.solution = cause, solution
    incident.waiting_for = incident.waiting_reason = ""
    incident.resolved_at = clock.now()
    incident.confirm_by = clock.now() + CONFIRMATION_TIME
    incident.save()
    keep_due(record, stop_clocks(record.pk, by=by))
    end_major(record, by=by)


@transaction.atomic
def reopen(record_id: int, *, by: Actor, reason: str, seen: int | None = None) -> None:
    """It is not solved after all: back to work, and the resolution clock runs on where it stopped.

    Children stay as they are: whether theirs is solved, each requester says for themselves.
    """
    record, incident = load(record_id, by=by, permission="incidents.confirm", seen=seen)
    move(record, incident, "reopen", by=by, facts={"reason": reason}, body=reason)
    unresolve(incident)
    left = list(incident.children.order_by("pk").values_list("record__number", flat=True))
    if left:
        write_entry(record, by=by, verb="children_left", public=False, data={"numbers": left})
    keep_due(record, restart_clocks(record.pk, (Metric.RESOLVE,), by=by))
    resume_major(record, by=by)


@transaction.atomic
def confirm(record_id: int, *, by: Actor, seen: int | None = None) -> None:
    """The requester (or an agent for them) says that it is solved: it closes."""
    record, incident = load(record_id, by=by, permission="incidents.confirm", seen=seen)
    move(record, incident, "confirm", by=by)
    _closed(incident)


@transaction.atomic
def close(record_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Close without the requester's word, once their time to object is over and the cause is gone."""
    record, incident = load(record_id, by=by, permission="incidents.close", seen=seen)
    move(record, incident, "close", by=by)
    _closed(incident)


def close_due() -> int:
    """Close all whose confirmation time is over; each in its own transaction. Returns how many."""
    closed, by = 0, system_actor("incidents")
    for record_id in list_to_close(clock.now()):
        try:
            close(record_id, by=by)
            closed += 1
        except MoveRefused:
            continue  # somebody reopened or confirmed it in this moment: that counts, not the clock
    return closed


def unresolve(incident: Incident) -> None:
    """Take back what resolving wrote; the timeline keeps what was said."""
    incident.resolved_at = incident.confirm_by = None
    incident.reopened += 1
    incident.save(update_fields=["resolved_at", "confirm_by", "reopened"])


def _closed(incident: Incident) -> None:
    incident.confirm_by = None
    incident.save(update_fields=["confirm_by"])
