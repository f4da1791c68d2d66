"""The timeline of an imported incident: what was opened, then each state as it was told, with what changed in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from selaras.domains.incidents.contracts import CLOSED, RESOLVED, Source
from selaras.domains.incidents.importing.contracts import PastIncident, Seen
from selaras.domains.records.contracts import PastEntry

IMPORTED = "imported"
_TOLD = ("impact", "urgency", "priority", "team", "assignee", "waiting_for")


def entries(past: PastIncident, *, source: str) -> tuple[PastEntry, ...]:
    """All entries, oldest first. A customer reads what was opened and the moves; the rest is the provider's."""
    first = PastEntry(
        at=past.opened_at,
        by=past.opened_by or source,
        verb="opened",
        public=True,
        body=past.description,
        data=_opened(past, source),
    )
    return (first, *_moves(past, source))


def reopened(past: PastIncident) -> int:
    """How often it was taken up again after it had been resolved or closed."""
    return sum(1 for a, b in _pairs(past) if a and a.state in (RESOLVED, CLOSED) and b.state not in (RESOLVED, CLOSED))


def _opened(past: PastIncident, source: str) -> dict[str, Any]:
    caller = {"caller": past.caller} if past.caller else {}
    kept = {"kept": dict(past.kept)} if past.kept else {}
    return {"source": Source.IMPORT, "log": source, "external_number": past.number, **caller, **kept}


def _moves(past: PastIncident, source: str) -> Iterator[PastEntry]:
    for before, now in _pairs(past):
        moved = before is None or before.state != now.state
        yield PastEntry(
            at=now.at,
            by=now.by or source,
            verb=IMPORTED,
            public=moved and not now.note,
            body=now.note,
            data={"from": before.state if before else None, "to": now.state, "said": now.said, **_changes(before, now)},
        )


def _changes(before: Seen | None, now: Seen) -> Mapping[str, Any]:
    """What is other than before, each with old and new; of the first state, all that it tells."""
    told = ((name, getattr(before, name, None) or None, getattr(now, name) or None) for name in _TOLD)
    return {name: {"from": old, "to": new} for name, old, new in told if old != new}


def _pairs(past: PastIncident) -> Iterator[tuple[Seen | None, Seen]]:
    return zip((None, *past.states), past.states, strict=False)
