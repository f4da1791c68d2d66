"""A heartbeat is heard: one statement and one commit, on an asyncpg connection and without Django (intake's side).

It writes times, and when the settler must look next. It opens and ends no alert: that is the settler's alone.
"""

from hashlib import sha256
from typing import Any

from selaras.domains.events.contracts.heartbeats import BeatKind

SAID = 10_000  # characters kept of what a ping said
PER_SOURCE = 1000  # heartbeats that may appear by themselves at one source

# `check_at` moves forward lazily (the settler does), so that a ping changes no indexed column unless it has to.
_HEAR = """
WITH beat AS (
    UPDATE events_heartbeat h SET
        heard_at = CASE WHEN $2::text = 'ok' THEN $3::timestamptz ELSE h.heard_at END,
        started_at = CASE WHEN $2::text = 'start' THEN $3::timestamptz ELSE NULL END,
        failed_at = CASE $2::text WHEN 'ok' THEN NULL WHEN 'fail' THEN $3::timestamptz ELSE h.failed_at END,
        down_from = CASE WHEN $2::text = 'ok' THEN NULL ELSE h.down_from END,
        down_until = CASE WHEN $2::text = 'ok' THEN NULL ELSE h.down_until END,
        check_at = CASE
            WHEN h.paused OR $2::text = 'start' THEN h.check_at
            WHEN $2::text = 'fail' OR h.alerted IS NOT NULL THEN $3::timestamptz
            ELSE least(h.check_at, $3::timestamptz + make_interval(secs => h.interval + h.grace)) END
    FROM events_source s WHERE s.id = h.source_id AND s.enabled AND {which}
    RETURNING h.id
), said AS (
    INSERT INTO events_beat (heartbeat_id, at, kind, exit_code, address, said)
    SELECT id, $3::timestamptz, $2::text, $4, $5, $6 FROM beat
)
SELECT id FROM beat"""
_BY_KEY = _HEAR.format(which="h.key_hash = $1")
_BY_ID = _HEAR.format(which="h.id = $1")

_KNOWN = "SELECT id FROM events_heartbeat WHERE source_id = $1 AND name = $2"
_APPEAR = """
INSERT INTO events_heartbeat (source_id, name, interval, grace, severity)
SELECT $1, $2, $3, 0, 'error' WHERE (SELECT count(*) FROM events_heartbeat WHERE source_id = $1) < $4
ON CONFLICT (source_id, name) DO UPDATE SET interval = EXCLUDED.interval RETURNING id"""


async def hear(
    connection: Any,
    key: str,
    kind: BeatKind,
    at: Any,
    *,
    exit_code: int | None = None,
    address: str = "",
    said: str = "",
) -> bool:
    """Note what the heartbeat with this key says; False: no such key, or its source is disabled."""
    digest = sha256(key.encode("utf-8", errors="replace")).digest()
    found = await connection.fetchval(_BY_KEY, digest, kind.value, at, exit_code, address[:45], said[:SAID])
    return found is not None


async def hear_named(connection: Any, source_id: int, name: str, interval: int, at: Any, *, address: str = "") -> bool:
    """Note that a source's heartbeat of this name was heard; it appears when it is first heard. False: too many."""
    async with connection.transaction():
        found = await connection.fetchval(_APPEAR, source_id, name, interval, PER_SOURCE)
        if found is None:
            found = await connection.fetchval(_KNOWN, source_id, name)
        if found is None:
            return False
        await connection.fetchval(_BY_ID, found, BeatKind.OK.value, at, None, address[:45], "")
    return True
