"""Follow the log of changes exactly once: a cursor that is locked while it is read from, and moves with the work.

Ids are drawn before their transaction commits, so one may appear below others that were already read. Every writer
therefore holds a shared advisory lock from before it draws an id until it ends. The reader notes the last id drawn,
then who holds that lock, and reads no further than that id once all of them have ended: whoever takes the lock later
draws later ids. Nobody waits for the reader, and the reader for nobody but those few writers. (The horizon of all open
transactions, `pg_snapshot_xmin`, would make it wait for every long transaction in any database of the server.)
"""

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django.db import connection, transaction

from selaras.domains.events.contracts import LOG_LOCK
from selaras.domains.events.models import Ahead, Cursor
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
    done: bool = False  # ahead of its turn


_SELECT = """
SELECT c.id, c.at, c.alert_id, c.state, c.episode, a.source_id, a.labels, a.annotations,
    EXISTS (SELECT 1 FROM events_ahead h WHERE h.change_id = c.id), c.starts_at, c.ends_at, c.at = a.first_seen
FROM events_change c LEFT JOIN events_alert a ON a.id = c.alert_id
"""
_NEXT = _SELECT + "WHERE c.id > %s AND c.id <= %s ORDER BY c.id LIMIT %s"
_OF_ALERTS = _SELECT + "WHERE c.alert_id = ANY(%s) AND c.id > %s ORDER BY c.id LIMIT %s"

_LABELS = """
SELECT c.id, c.alert_id, a.labels FROM events_change c JOIN events_alert a ON a.id = c.alert_id
WHERE c.id > %s ORDER BY c.id LIMIT %s
"""

_LAST_DRAWN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_change_id_seq"

_LOOKED = f"""
INSERT INTO events_cursor (name, change_id, looked_id) VALUES (%s, 0, ({_LAST_DRAWN}))
ON CONFLICT (name) DO UPDATE SET looked_id = excluded.looked_id
"""  # noqa: S608  # our own words only

# Ourselves apart: what our own transaction has written we can see.
_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def lock_of(name: str) -> tuple[int, int]:
    """The advisory lock of a reader.

    A lock of the row would draw a transaction id, and while one is open nothing that ended after it is pruned from any
    page: a pass would cost each re-send of an alert twice. So a pass reads and thinks first, and writes at its end.
    """
    return LOG_LOCK[0], crc32(name.encode()) >> 1


def lock_cursor(name: str) -> Cursor | None:
    """The cursor of a reader, locked until the transaction ends; None if another process reads at this moment."""
    with connection.cursor() as lock:
        lock.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock_of(name))
        locked = bool(lock.fetchone()[0])
    return Cursor.objects.get_or_create(name=name)[0] if locked else None


def hold_cursor(name: str) -> None:
    """Keep a reader from reading until the transaction ends; waits for the end of its present pass."""
    with connection.cursor() as lock:
        lock.execute("SELECT pg_advisory_xact_lock(%s, %s)", lock_of(name))


def pending(cursor: Cursor, limit: int) -> list[Pending]:
    """The next changes after a locked cursor, oldest first; those of one alert in the order in which they happened."""
    with connection.cursor() as read:
        last = _settled(read, cursor.change_id)
        if last == cursor.change_id:
            return []
        read.execute(_NEXT, [cursor.change_id, last, limit])
        return [_pending(*row) for row in read.fetchall()]


def waiting_labels(after: int, limit: int) -> list[tuple[int, int, Mapping[str, str]]]:
    """Of the next changes behind this one: its id, its alert, and what that says; without those not committed yet."""
    with connection.cursor() as read:
        read.execute(_LABELS, [after, limit])
        return [(change_id, alert_id, _json(labels)) for change_id, alert_id, labels in read.fetchall()]


def pending_of(alert_ids: Collection[int], after: int, limit: int) -> list[Pending]:
    """What waits of these alerts behind a change, in order.

    Nothing of one alert is missed: who writes a change holds the alert's row from before it draws the id.
    """
    with connection.cursor() as read:
        read.execute(_OF_ALERTS, [list(alert_ids), after, limit])
        return [one for one in (_pending(*row) for row in read.fetchall()) if not one.done]


def advance(cursor: Cursor, over: Sequence[Pending], ahead: Iterable[Pending] = ()) -> None:
    """Move a locked cursor behind these changes, which come next, and mark those `ahead` of their turn as done; with
    the transaction, so with the work."""
    Ahead.objects.bulk_create(Ahead(one.change_id) for one in ahead)
    cursor.change_id, cursor.at = over[-1].change_id, clock.now()
    cursor.save(update_fields=["change_id", "at", "looked_id"])
    if any(one.done for one in over):
        Ahead.objects.filter(change_id__lte=cursor.change_id).delete()


def look_no_further(name: str) -> None:
    """What waits now is taken in its order: something among it fails."""
    with transaction.atomic(), connection.cursor() as cursor:
        hold_cursor(name)
        cursor.execute(_LOOKED, [name])


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
    done: bool,
    *times: Any,
) -> Pending:
    said = _json(told)
    starts_at, ends_at, first = times
    off = clock_off(state, at, starts_at, ends_at, first=bool(first), told=said or {})
    return Pending(change_id, at, alert_id, state, episode, source_id, _json(labels), said, off, done)


def _json(value: Any) -> Any:
    # Django reads jsonb as text and leaves parsing to its fields.
    return json.loads(value) if isinstance(value, str) else value
