"""What intake knows of the sources: read and counted on an asyncpg connection, without Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that is enabled; `token_hash` is the sha256 of its token."""

    id: int
    token_hash: bytes | None
    networks: tuple[str, ...]


async def load_sources(connection: Any) -> list[KnownSource]:
    """Every enabled source."""
    rows = await connection.fetch("SELECT id, token_hash, networks FROM events_source WHERE enabled")
    return [KnownSource(row["id"], row["token_hash"], tuple(row["networks"])) for row in rows]


async def count_refused(connection: Any, counts: Mapping[tuple[str, str], int], now: float) -> None:
    """Add to the counters of refused requests; keys are (address, reason)."""
    rows = sorted((address, reason, count) for (address, reason), count in counts.items())
    await connection.executemany(
        """INSERT INTO events_refused AS r (hour, address, reason, count)
        VALUES (date_trunc('hour', to_timestamp($4), 'UTC'), $1, $2, $3)
        ON CONFLICT (hour, address, reason) DO UPDATE SET count = r.count + EXCLUDED.count""",
        [(*row, now) for row in rows],
    )
