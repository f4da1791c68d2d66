"""Accept observations from within the house, in the transaction open on Django's connection.

The same statement as intake's, for history told again at its own times and for tests; a storm goes through intake.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import zstandard
from django.db import connection, transaction

from selaras.domains.events.actions._accept_sql import STATEMENT
from selaras.domains.events.actions._flush import Flush, folded, kept, parameters
from selaras.domains.events.actions.accept import BLOCK, NEXT_BLOCK
from selaras.domains.events.contracts import CHANNEL, Observation, Post, alert_key
from selaras.kernel import clock

RESOLVE_TIMEOUT = 300.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says of an alert. Without `ends_at` it fires until five minutes from now, unless told again."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    generator_url: str = ""


def feed(source_id: int, told: Sequence[Told], *, wire: str = "alertmanager_v2") -> int:
    """Take them in as of `clock.now()`; how many alerts changed their state."""
    now = clock.now().timestamp()
    return feed_post(Post(source_id, wire, _body(told), [_observation(source_id, one, now) for one in told]))


def feed_post(post: Post) -> int:
    """Take a post in as of `clock.now()`; how many alerts changed their state."""
    now = clock.now().timestamp()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NEXT_BLOCK)
        flush = Flush(BLOCK * int(cursor.fetchone()[0]), now, [post])
        raw = psycopg.RawCursor(connection.connection)
        changed = 0
        for part in parameters(flush, folded(flush), kept(flush, zstandard.ZstdCompressor(level=1))):
            found = raw.execute(STATEMENT, part).fetchone()
            changed += int(found[0]) if found else 0
        if changed:
            cursor.execute("SELECT pg_notify(%s, 'accepted')", [CHANNEL])
    return changed


def _observation(source_id: int, told: Told, now: float) -> Observation:
    ends = told.ends_at.timestamp() if told.ends_at else now + RESOLVE_TIMEOUT
    return Observation(
        key=alert_key(source_id, told.labels),
        source_id=source_id,
        starts=told.starts_at.timestamp() if told.starts_at else min(now, ends),
        ends=ends,
        timed_out=told.ends_at is None,
        url=told.generator_url,
        annotations=json.dumps(dict(told.annotations)),
        labels=json.dumps(dict(told.labels)),
    )


def _body(told: Sequence[Told]) -> bytes:
    return json.dumps([_on_the_wire(one) for one in told]).encode()


def _on_the_wire(told: Told) -> dict[str, Any]:
    times = {"startsAt": told.starts_at, "endsAt": told.ends_at}
    return {
        "labels": dict(told.labels),
        "annotations": dict(told.annotations),
        **{name: at.isoformat() for name, at in times.items() if at},
        **({"generatorURL": told.generator_url} if told.generator_url else {}),
    }
