"""Follow the log of changes exactly once: a cursor that is locked while it is read from, and moves with the work.

Ids are drawn before their transaction commits, so one may appear below others that were already read. Every writer
therefore holds a shared advisory lock from before it draws an id until it ends. The reader notes the last id drawn,
then who holds that lock, and reads no further than that id once all of them have ended: whoever takes the lock later
draws later ids. Nobody waits for the reader, and the reader for nobody but those few writers. (The horizon of all open
transactions, `pg_snapshot_xmin`, would make it wait for every long transaction in any database of the server.)
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from selaras.domains.events.contracts import LOG_LOCK
from selaras.domains.events.models import Cursor
from selaras.domains.events.skew import clock_off
from selaras.kernel import clock

_PATIENCE = 0.5  # seconds given to the writers at work; a flush takes some milliseconds
_LOOK = 0.002


@dataclass(frozen=True, slots=True)
class Pending:
    """A change to be assessed, with what its alert says now. `labels` None: the alert is gone."""

    change_id: int
    at: datetime
    alert_id: int
    state: str
    episode: int
    source_id: int | None
    labels: Mapping[str, str] | None
    annotations: Mapping[str, str] | None
    clock_off: int = 0  # skew.py


_NEXT = """
SELECT c.id, c.at, c.alert_id, c.state, c.episode, a.source_id, a.labels, a.annotations,
    c.starts_at, c.ends_at, c.at = a.first_seen
FROM events_change c LEFT JOIN events_alert a ON a.id = c.alert_id
WHERE c.id > %s AND c.id <= %s ORDER BY c.id LIMIT %s
"""

_LAST_DRAWN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_change_id_seq"

# Ourselves apart: what our own transaction has written we can see.
_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def lock_cursor(name: str) -> Cursor | None:
    """The cursor of a reader, locked until the transaction ends; None if another process reads at this moment."""
    Cursor.objects.bulk_create([Cursor(name=name)], ignore_conflicts=True)
    return Cursor.objects.select_for_update(skip_locked=True).filter(name=name).first()


def hold_cursor(name: str) -> None:
    """Keep a reader from reading until the transaction ends; waits for the end of its present pass."""
    Cursor.objects.bulk_create([Cursor(name=name)], ignore_conflicts=True)
    Cursor.objects.select_for_update().get(name=name)


def pending(cursor: Cursor, limit: int) -> list[Pending]:
    """The next changes after a locked cursor, oldest first; those of one alert in the order in which they happened."""
    with connection.cursor() as read:
        last = _settled(read, cursor.change_id)
        if last == cursor.change_id:
            return []
        read.execute(_NEXT, [cursor.change_id, last, limit])
        return [_pending(*row) for row in read.fetchall()]


def advance(cursor: Cursor, to: Pending) -> None:
    """Move a locked cursor behind a change; with the transaction, so with the work."""
    cursor.change_id, cursor.at = to.change_id, clock.now()
    cursor.save(update_fields=["change_id", "at"])


def _settled(read: Any, after: int) -> int:
    """The last id up to which every change is committed or will never be; `after` if that cannot be had soon."""
    read.execute(_LAST_DRAWN)
    last = int(read.fetchone()[0])
    if last <= after:
        return after
    waiting_for = _writers(read)
    until = time.monotonic() + _PATIENCE
    while waiting_for and time.monotonic() < until:
        time.sleep(_LOOK)
        waiting_for &= _writers(read)
    return after if waiting_for else last


def _writers(read: Any) -> set[str]:
    read.execute(_WRITERS, LOG_LOCK)
    return {row[0] for row in read.fetchall()}


def _pending(
    change_id: int,
    at: datetime,
    alert_id: int,
    state: str,
    episode: int,
    source_id: int | None,
    labels: Any,
    told: Any,
    *times: Any,
) -> Pending:
    said = _json(told)
    starts_at, ends_at, first = times
    off = clock_off(state, at, starts_at, ends_at, first=bool(first), told=said or {})
    return Pending(change_id, at, alert_id, state, episode, source_id, _json(labels), said, off)


def _json(value: Any) -> Any:
    # Django reads jsonb as text and leaves parsing to its fields.
    return json.loads(value) if isinstance(value, str) else value
