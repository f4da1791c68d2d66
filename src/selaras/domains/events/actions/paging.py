"""Page people for the incident that a rule opened, and stop when somebody has it or it is over."""

from collections.abc import Mapping, Sequence
from typing import Any

from selaras.domains.duty.actions.page import acknowledge_cause, list_on_page, page, resolve_cause
from selaras.domains.duty.contracts.pages import PageRef
from selaras.domains.incidents.contracts import ASSIGNED, REPORTED
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.people.queries import get_actor
from selaras.domains.records.contracts import RecordRow

_BODY = 10_000  # characters of a page's body
_URGENT = 2  # priorities up to this one ignore quiet hours


def page_for(card: RecordRow, policy_id: int, *, by: Actor, body: str) -> PageRef | None:
    """Page by a policy, unless somebody works on the incident (None). One page an incident, however often asked for."""
    if card.state in (REPORTED, ASSIGNED):
        return page(
            by=by,
            policy_id=policy_id,
            cause=_cause(card.id),
            subject=card.title,
            body=body[:_BODY],
            record_id=card.id,
            url=f"/r/{card.number}",
            urgent=card.priority <= _URGENT,
        )
    return None


def tell_of_group(record_id: int, names: Sequence[str], *, by: Actor) -> None:
    """Whom the incident calls, they read the names of what is told together; messages leave after the commit."""
    list_on_page(_cause(record_id), names, by=by)


def end_page(record_id: int, *, by: Actor) -> None:
    """Nobody needs to come any more."""
    resolve_cause(_cause(record_id), by=by)


def acknowledge_taken(told: Mapping[str, Any]) -> None:
    """React to `incident.start`: who takes the incident has answered the page. Doing it twice changes nothing."""
    if told["by"] is not None:
        acknowledge_cause(_cause(int(told["record_id"])), by=get_actor(int(told["by"])))


def end_page_of(told: Mapping[str, Any]) -> None:
    """React to what ends an incident, or its work. Doing it twice changes nothing."""
    end_page(int(told["record_id"]), by=system_actor("events"))


def _cause(record_id: int) -> str:
    return f"incident:{record_id}"
