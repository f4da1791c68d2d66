"""What intake knows of the sources: read and counted on an asyncpg connection, without Django."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LOAD = """
    SELECT s.id, s.token_hash, s.networks, s.name, m.paths::text AS paths
    FROM events_source s LEFT JOIN events_mapping m ON m.source_id = s.id WHERE s.enabled"""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that is enabled; `token_hash` is the sha256 of its token, `mapping` how its generic webhook is read."""

    id: int
    token_hash: bytes | None
    networks: tuple[str, ...]
    name: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)


async def load_sources(connection: Any) -> list[KnownSource]:
    """Every enabled source."""
    rows = await connection.fetch(_LOAD)
    return [
        KnownSource(
            row["id"], row["token_hash"], tuple(row["networks"]), row["name"], json.loads(row["paths"] or "{}")
        )
        for row in rows
    ]  # fmt: skip


async def count_refused(connection: Any, counts: Mapping[tuple[str, str], int], now: float) -> None:
    """Add to the counters of refused requests; keys are (address, reason)."""
    rows = sorted((address, reason, count) for (address, reason), count in counts.items())
    await connection.executemany(
        """INSERT INTO events_refused AS r (hour, address, reason, count)
        VALUES (date_trunc('hour', to_timestamp($4), 'UTC'), $1, $2, $3)
        ON CONFLICT (hour, address, reason) DO UPDATE SET count = r.count + EXCLUDED.count""",
        [(*row, now) for row in rows],
    )
