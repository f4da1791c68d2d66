"""Fold the re-sends that a process kept, and died before it folded them itself."""

from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection, transaction

from selaras.domains.events.actions._accept_sql import COUNTED_STATEMENT, RESENT_STATEMENT
from selaras.domains.events.actions._resends import counted, resent, unpacked
from selaras.domains.events.contracts import CHANNEL
from selaras.kernel import clock

LEFT_AFTER = timedelta(seconds=10)
"""How old a row is when its process is taken to be dead. If it is not, it finds the row gone, and is content."""

# One row at a time: in a row alerts come in the order of their keys, as all who write them lock them.
_TAKE = """
DELETE FROM events_resentbatch WHERE id =
    (SELECT id FROM events_resentbatch WHERE at < $1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, extract(epoch FROM at)::float8, body"""


def fold_left_resends() -> int:
    """Fold each row that was left behind, in a transaction of its own; how many. For the schedule; any number may."""
    folded = 0
    while _fold_one():
        folded += 1
    return folded


@transaction.atomic
def _fold_one() -> bool:
    now = clock.now()
    raw = psycopg.RawCursor[tuple[Any, ...]](connection.connection)
    taken = raw.execute(_TAKE, (now - LEFT_AFTER,)).fetchone()
    if taken is None:
        return False
    batch, at, body = taken
    rows = unpacked(bytes(body), at)
    changed, strange = raw.execute(RESENT_STATEMENT, resent(rows, batch, now.timestamp())).fetchone() or (0, None)
    if strange:
        raw.execute(COUNTED_STATEMENT, counted(rows, set(strange)))
    if changed:
        raw.execute("SELECT pg_notify($1, 'accepted')", (CHANNEL,))
    return True
