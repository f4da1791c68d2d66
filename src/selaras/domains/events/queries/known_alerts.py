"""What is known of the alerts that notices speak of, read on an asyncpg connection for intake; no Django."""

from collections.abc import Iterable
from typing import Any

from asyncpg.pgproto.pgproto import UUID

from selaras.domains.events.contracts import FIRING
from selaras.domains.events.reading.observing import Known

READ_KNOWN = """
    SELECT key, state, extract(epoch FROM starts_at)::float8 AS starts, extract(epoch FROM ends_at)::float8 AS ends,
        timed_out, generator_url, labels::text AS labels, annotations::text AS annotations
    FROM events_alert WHERE key = ANY($1::uuid[])"""


async def read_known(connection: Any, keys: Iterable[bytes]) -> dict[bytes, Known]:
    """Those of the keys that are alerts already."""
    rows = await connection.fetch(READ_KNOWN, [UUID(key) for key in keys])
    return {
        row["key"].bytes: Known(
            row["state"] == FIRING, row["starts"], row["ends"], row["timed_out"], row["generator_url"],
            row["labels"], row["annotations"],
        )
        for row in rows
    }  # fmt: skip
