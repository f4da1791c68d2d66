"""What the next shift should know: the facts that a handover is drafted from.

It stands here, in the highest domain that it reads of; duty, which keeps the handover, knows of none of them.
"""

from collections.abc import Iterator

from selaras.domains.duty.contracts import ACKNOWLEDGED, OPEN
from selaras.domains.duty.contracts.shifts import Fact, FactKind, ShiftChange
from selaras.domains.duty.queries import list_log, list_pages
from selaras.domains.events.contracts import FIRING, AlertClass
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.contracts.silences import ACTIVE
from selaras.domains.events.queries.alerts import count_by_class, list_alerts
from selaras.domains.events.queries.silences import list_silences
from selaras.domains.events.queries.windows import list_windows
from selaras.domains.people.contracts import Actor
from selaras.domains.records.contracts import Kind, RecordFilter
from selaras.domains.records.queries import list_records

BEGINS, ENDS = "begins", "ends"
"""What the detail of a fact of maintenance says of its time."""
_EACH = 20  # alerts told one by one, of a class; the rest as a number
_MOST = 50
_TOLD = (AlertClass.EXCEPTION, AlertClass.WARNING)


def facts_for(actor: Actor, change: ShiftChange) -> list[Fact]:
    """Pages still open, firing alerts by class, incidents that are due, silences that end and maintenance that begins
    or ends until the next shift is over, and the notes of the shift that ends. As this person may know them."""
    return [
        *_pages(actor),
        *_alerts(actor),
        *_incidents(actor, change),
        *_silences(actor, change),
        *_windows(actor, change),
        *_notes(actor, change),
    ]


def _pages(actor: Actor) -> Iterator[Fact]:
    for state in (OPEN, ACKNOWLEDGED):
        for row in list_pages(actor, state=state, limit=_MOST).rows:
            yield Fact(FactKind.PAGE, row.subject, row.acknowledged_by or "", row.opened_at, f"/duty/pages/{row.id}")


def _alerts(actor: Actor) -> Iterator[Fact]:
    counts = count_by_class(actor)
    for one in _TOLD:
        rows = list_alerts(actor, AlertFilter(state=FIRING, alert_class=one, silenced=False), limit=_EACH).rows
        for row in rows:
            yield Fact(FactKind.ALERT, row.name, one.value, row.starts_at, f"/alerts/{row.id}")
        if len(rows) == _EACH and counts.get(one, 0) > _EACH:
            yield Fact(FactKind.ALERT, f"+ {counts[one] - _EACH}", one.value, None, f"/alerts?class={one.value}")


def _incidents(actor: Actor, change: ShiftChange) -> Iterator[Fact]:
    wanted = RecordFilter(kinds=(Kind.INCIDENT,))  # open ones, those that are due first before the others
    for row in list_records(actor, wanted, limit=_MOST).rows:
        if row.due_at is not None and row.due_at <= change.ends_at:
            who = row.assignee_name or row.team_name or ""
            yield Fact(FactKind.INCIDENT, f"{row.number} {row.title}", who, row.due_at, f"/r/{row.number}")


def _silences(actor: Actor, change: ShiftChange) -> Iterator[Fact]:
    for row in list_silences(actor, ACTIVE):
        if row.ends_at <= change.ends_at:
            yield Fact(FactKind.SILENCE, row.comment, row.created_by, row.ends_at, f"/silences/{row.id}")


def _windows(actor: Actor, change: ShiftChange) -> Iterator[Fact]:
    moments = sorted(
        (at, which, row.draft.name, row.id)
        for row in list_windows(actor)
        for once in row.next
        for at, which in ((once.starts_at, BEGINS), (once.ends_at, ENDS))
        if change.due_at <= at <= change.ends_at
    )
    for at, which, name, window_id in moments[:_EACH]:
        yield Fact(FactKind.WINDOW, name, which, at, f"/maintenance/{window_id}")


def _notes(actor: Actor, change: ShiftChange) -> Iterator[Fact]:
    found = list_log(actor, rota=change.rota_slug, verb="note", since=change.starts_at, limit=_MOST).rows
    for row in reversed(found):
        yield Fact(FactKind.NOTE, row.body, row.actor_name, row.at)
