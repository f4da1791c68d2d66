"""Fold what a process kept, and died before it folded it itself: whole posts, and re-sends."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection, transaction

from selaras.domains.events.actions._accept_sql import COUNTED_STATEMENT, RESENT_STATEMENT, UNFOLDED_STATEMENT
from selaras.domains.events.actions._resends import counted, resent
from selaras.domains.events.actions._resends import unpacked as resends_of
from selaras.domains.events.actions._unfolded import Late
from selaras.domains.events.actions._unfolded import unpacked as flush_of
from selaras.domains.events.contracts import CHANNEL
from selaras.kernel import clock

log = logging.getLogger(__name__)

LEFT_AFTER = timedelta(seconds=3)
"""How old a row is when its process is taken to be dead. If it is not, it finds the row gone, and is content."""

_REFUSED = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)
Raw = psycopg.RawCursor[tuple[Any, ...]]
Fold = Callable[[Raw, int, float, bytes], int]


def fold_left() -> int:
    """Fold each row that was left behind, in a transaction of its own; how many. For the schedule; any number may."""
    folded = 0
    for table, fold in (("events_unfoldedbatch", _posts), ("events_resentbatch", _resends)):
        while _fold_one(table, fold):
            folded += 1
    return folded


@transaction.atomic
def _fold_one(table: str, fold: Fold) -> bool:
    raw = Raw(connection.connection)
    # One row at a time: in a row alerts come in the order of their keys, as all who write them lock them.
    taken = raw.execute(
        f"DELETE FROM {table} WHERE id ="  # noqa: S608  # our own words only
        f" (SELECT id FROM {table} WHERE at < $1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
        " RETURNING id, extract(epoch FROM at)::float8, body",
        (clock.now() - LEFT_AFTER,),
    ).fetchone()
    if taken is None:
        return False
    batch, at, body = taken
    if fold(raw, batch, at, bytes(body)):
        raw.execute("SELECT pg_notify($1, 'accepted')", (CHANNEL,))
    return True


def _posts(raw: Raw, batch: int, at: float, body: bytes) -> int:
    changed = 0
    for part in Late([flush_of(batch, at, body)]).one_by_one():
        try:
            with transaction.atomic():
                changed += (raw.execute(UNFOLDED_STATEMENT, part).fetchone() or (0,))[0]
        except _REFUSED as error:
            log.warning("an alert cannot be stored, only the post that told it: %s", error)
    return changed


def _resends(raw: Raw, batch: int, at: float, body: bytes) -> int:
    rows = resends_of(body, at)
    given = resent(rows, batch, clock.now().timestamp())
    changed, strange = raw.execute(RESENT_STATEMENT, given).fetchone() or (0, None)
    if strange:
        raw.execute(COUNTED_STATEMENT, counted(rows, set(strange)))
    return int(changed)
