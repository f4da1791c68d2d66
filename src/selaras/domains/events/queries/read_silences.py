"""Silences as they are stored, and for intake's Alertmanager API on asyncpg connections; no Django."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.silences import SilenceRow
from selaras.domains.events.silencing import KEPT

COLUMNS = "id::text AS id, organisation_id, matchers, starts_at, ends_at, updated_at, created_by, comment"

# Those of the asking source's organisation: nobody reads another customer's.
_OWN = f"""
SELECT {COLUMNS} FROM events_silence
WHERE organisation_id IS NOT DISTINCT FROM (SELECT organisation_id FROM events_source WHERE id = $1)"""  # noqa: S608  # our own words only


def silence_row(row: Mapping[str, Any]) -> SilenceRow:
    """A row of COLUMNS."""
    matchers = json.loads(row["matchers"]) if isinstance(row["matchers"], str) else row["matchers"]
    conditions = tuple(Condition(c["label"], c["op"], c["value"]) for c in matchers)
    return SilenceRow(**{**row, "matchers": conditions})


async def read_silences(connection: Any, source_id: int, now: datetime) -> list[SilenceRow]:
    """The silences of the source's organisation, with those that expired in the last days."""
    return [silence_row(row) for row in await connection.fetch(f"{_OWN} AND ends_at > $2", source_id, now - KEPT)]


async def read_active(connection: Any, source_id: int, now: datetime) -> list[SilenceRow]:
    """Those of them that hold now."""
    rows = await connection.fetch(f"{_OWN} AND ends_at > $2 AND starts_at <= $2 ORDER BY id", source_id, now)
    return [silence_row(row) for row in rows]


async def read_silence(connection: Any, source_id: int, silence_id: str) -> SilenceRow | None:
    """One of them, however old."""
    row = await connection.fetchrow(f"{_OWN} AND id = $2::uuid", source_id, silence_id)
    return None if row is None else silence_row(row)
