"""What intake knows of the sources: read and counted on an asyncpg connection, without Django."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LOAD = """
    SELECT s.id, s.token_hash, s.networks, s.name, s.certificate, m.paths::text AS paths
    FROM events_source s LEFT JOIN events_mapping m ON m.source_id = s.id WHERE s.enabled"""

_SNMP_USERS = """
    SELECT u.source_id, u.name, u.authentication, u.authentication_key, u.privacy, u.privacy_key
    FROM events_snmpuser u JOIN events_source s ON s.id = u.source_id WHERE s.enabled"""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that is enabled; `token_hash` is the sha256 of its token, `mapping` how its generic webhook is read."""

    id: int
    token_hash: bytes | None
    networks: tuple[str, ...]
    name: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    certificate: str = ""


async def load_sources(connection: Any) -> list[KnownSource]:
    """Every enabled source."""
    rows = await connection.fetch(_LOAD)
    return [
        KnownSource(
            row["id"], row["token_hash"], tuple(row["networks"]), row["name"], json.loads(row["paths"] or "{}"),
            row["certificate"],
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownSnmpUser:
    """A user of an enabled source; its passphrases are sealed."""

    source_id: int
    name: str
    authentication: str
    authentication_key: bytes
    privacy: str
    privacy_key: bytes


async def load_snmp_users(connection: Any) -> list[KnownSnmpUser]:
    """Every user of version 3 whose source is enabled."""
    rows = await connection.fetch(_SNMP_USERS)
    return [KnownSnmpUser(*row.values()) for row in rows]


async def count_refused(connection: Any, counts: Mapping[tuple[str, str], int], now: float) -> None:
    """Add to the counters of refused requests; keys are (address, reason)."""
    rows = sorted((address, reason, count) for (address, reason), count in counts.items())
    await connection.executemany(
        """INSERT INTO events_refused AS r (hour, address, reason, count)
        VALUES (date_trunc('hour', to_timestamp($4), 'UTC'), $1, $2, $3)
        ON CONFLICT (hour, address, reason) DO UPDATE SET count = r.count + EXCLUDED.count""",
        [(*row, now) for row in rows],
    )
