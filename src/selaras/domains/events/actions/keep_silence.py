"""Make, change and end a silence: the statements for it, and the way of intake, on an asyncpg connection.

Imports no Django. People come through `actions/silences.py`, which runs the same statements.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from selaras.domains.events.contracts import CHANNEL
from selaras.domains.events.contracts.silences import SilenceDraft, SilenceRow
from selaras.domains.events.queries.read_silences import COLUMNS, silence_row
from selaras.domains.events.silencing import check, may_stay

Statement = tuple[str, tuple[Any, ...]]

LOCK = f"SELECT {COLUMNS} FROM events_silence WHERE id = $1::uuid FOR UPDATE"  # noqa: S608  # our own words only

_INSERT = """
INSERT INTO events_silence (id, organisation_id, matchers, starts_at, ends_at, updated_at, created_by, comment)
VALUES ($1::uuid, $2::bigint, $3::text::jsonb, $4, $5, $6, $7, $8)"""
_UPDATE = """
UPDATE events_silence SET starts_at = $2, ends_at = $3, updated_at = $4, created_by = $5, comment = $6
WHERE id = $1::uuid"""
# One that has not begun ends before it begins.
_END = """
UPDATE events_silence SET starts_at = least(starts_at, $2), ends_at = $2, updated_at = $2
WHERE id = $1::uuid AND ends_at > $2"""
_TELL: Statement = (f"SELECT pg_notify('{CHANNEL}', 'silenced')", ())


class NoSilence(LookupError):
    """There is no such silence among those of the asking source's organisation."""


def setting(
    before: SilenceRow | None, draft: SilenceDraft, organisation_id: int | None, now: datetime
) -> tuple[str, Sequence[Statement]]:
    """The id of the silence that there will be, and the statements that make it. Raises BadSilence."""
    check(draft, now)
    if before is not None and may_stay(before, draft, now):
        changed = (before.id, draft.starts_at, draft.ends_at, now, draft.created_by, draft.comment)
        return before.id, ((_UPDATE, changed), _TELL)
    made = str(uuid4())
    matchers = json.dumps([{"label": c.label, "op": c.op, "value": c.value} for c in draft.matchers])
    starts = max(draft.starts_at, now)
    values = (made, organisation_id, matchers, starts, draft.ends_at, now, draft.created_by, draft.comment)
    ended = ending(before, now)[:1] if before is not None else ()
    return made, (*ended, (_INSERT, values), _TELL)


def ending(before: SilenceRow, now: datetime) -> Sequence[Statement]:
    """The statements that end a silence now; one that has expired stays as it is."""
    return ((_END, (before.id, now)), _TELL)


async def set_silence(
    connection: Any, source_id: int, silence_id: str | None, draft: SilenceDraft, now: datetime
) -> str:
    """Make one, or make the one of `silence_id` say this; the id of what there is now. Raises BadSilence, NoSilence."""
    async with connection.transaction():
        organisation_id = await _organisation(connection, source_id)
        before = await _locked(connection, silence_id, organisation_id) if silence_id else None
        made, statements = setting(before, draft, organisation_id, now)
        await _carry_out(connection, statements)
    return made


async def end_silence(connection: Any, source_id: int, silence_id: str, now: datetime) -> None:
    """End one now. Raises NoSilence."""
    async with connection.transaction():
        before = await _locked(connection, silence_id, await _organisation(connection, source_id))
        await _carry_out(connection, ending(before, now))


async def _organisation(connection: Any, source_id: int) -> int | None:
    found: int | None = await connection.fetchval("SELECT organisation_id FROM events_source WHERE id = $1", source_id)
    return found


async def _locked(connection: Any, silence_id: str, organisation_id: int | None) -> SilenceRow:
    found = await connection.fetchrow(LOCK, silence_id)
    if found is None or found["organisation_id"] != organisation_id:
        raise NoSilence(silence_id)
    return silence_row(found)


async def _carry_out(connection: Any, statements: Sequence[Statement]) -> None:
    for statement, values in statements:
        await connection.execute(statement, *values)
