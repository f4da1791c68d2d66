"""What is firing, read on asyncpg connections for intake's `GET /api/v2/alerts`; no Django."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selaras.domains.events.contracts import BadMatcher, fingerprint
from selaras.domains.events.contracts.silences import SilenceRow
from selaras.domains.events.matchers import Matcher, parse
from selaras.domains.events.queries.read_silences import read_active
from selaras.domains.events.silencing import CompiledSilence, silencers

_PAGE = 1000

# Alerts of the sources that belong to the same organisation as the asking one: nobody reads another customer's.
_READ = """
    SELECT a.id, a.labels, a.annotations, a.generator_url AS url, a.starts_at, a.ends_at, a.last_seen,
        by.labels AS inhibitor, w.name AS "window"
    FROM events_alert a
    LEFT JOIN events_assessment s ON s.alert_id = a.id AND (s.inhibitor_id IS NOT NULL OR s.window_id IS NOT NULL)
    LEFT JOIN events_window w ON w.id = s.window_id
    LEFT JOIN events_alert by ON by.id = s.inhibitor_id
    WHERE a.id > $1 AND a.state = 'firing' AND a.ends_at > to_timestamp($2) AND a.labels @> $3::jsonb
      AND {which}
      AND a.source_id IN (
        SELECT s.id FROM events_source s
        JOIN events_source mine ON mine.organisation_id IS NOT DISTINCT FROM s.organisation_id
        WHERE mine.id = $4)
    ORDER BY a.id LIMIT $5"""


# Few have what is asked: fetched by their ids. Many: the list is walked, and meets them soon.
_FEW = 5_000
_WITH_LABELS = "SELECT events_with_labels($1::jsonb, $2)"
_READ_FEW = _READ.replace("{which}", "a.id = ANY($6::bigint[])")
_READ_ALL = _READ.replace("{which}", "$6::bigint[] IS NULL")


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """A firing alert in Alertmanager's terms; times as PostgreSQL gives them (aware datetimes)."""

    fingerprint: str
    labels: dict[str, str]
    annotations: dict[str, str]
    url: str
    starts_at: Any
    ends_at: Any
    updated_at: Any
    silenced_by: tuple[str, ...] = ()
    inhibited_by: tuple[str, ...] = ()  # fingerprints
    muted_by: tuple[str, ...] = ()  # names of maintenance windows


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which firing alerts are asked for: all that satisfy the matchers, or without the silenced, inhibited, others."""

    matchers: Sequence[Matcher] = ()
    silenced: bool = True
    inhibited: bool = True
    active: bool = True


def read_filters(texts: Sequence[str]) -> list[Matcher]:
    """Matchers as Alertmanager's clients write them. Raises BadMatcher."""
    return [parse(text) for text in texts]


async def read_open(
    reading: Callable[[], AbstractAsyncContextManager[Any]], source_id: int, wanted: Wanted, now: datetime
) -> AsyncIterator[list[OpenAlert]]:
    """The firing alerts that are wanted, page by page, in the order of their ids.

    Equalities are asked of the database, the other matchers here. No connection is held between pages: their reader
    may be slow.
    """
    equal = json.dumps({m.name: m.value for m in wanted.matchers if m.op == "=" and m.value})
    async with reading() as connection:
        silences = _compiled(await read_active(connection, source_id, now))
        few = await _few(connection, equal)
    last, more = 0, True
    statement = _READ_ALL if few is None else _READ_FEW
    while more:
        async with reading() as connection:
            rows = await connection.fetch(statement, last, now.timestamp(), equal, source_id, _PAGE, few)
        found = [alert for row in rows if _is_wanted(alert := _open(row, silences), wanted)]
        if found:
            yield found
        more = len(rows) == _PAGE
        last = rows[-1]["id"] if rows else last


async def _few(connection: Any, equal: str) -> list[int] | None:
    """The ids of those that have these labels; None if they are many."""
    if equal == "{}":
        return None
    rows = await connection.fetch(_WITH_LABELS, equal, _FEW + 1)
    return [row[0] for row in rows] if len(rows) <= _FEW else None


def _open(row: Any, silences: Sequence[CompiledSilence]) -> OpenAlert:
    labels = json.loads(row["labels"])
    return OpenAlert(
        fingerprint(labels), labels, json.loads(row["annotations"]), row["url"],
        row["starts_at"], row["ends_at"], row["last_seen"],
        tuple(silence.id for silence in silencers(labels, silences)),
        (fingerprint(json.loads(row["inhibitor"])),) if row["inhibitor"] else (),
        (row["window"],) if row["window"] else (),
    )  # fmt: skip


def _is_wanted(alert: OpenAlert, wanted: Wanted) -> bool:
    shown = wanted.active or bool(alert.silenced_by or alert.inhibited_by or alert.muted_by)
    shown &= (wanted.silenced or not alert.silenced_by) and (wanted.inhibited or not alert.inhibited_by)
    return shown and all(matcher.holds(alert.labels) for matcher in wanted.matchers)


def _compiled(rows: Sequence[SilenceRow]) -> list[CompiledSilence]:
    ready = []
    for row in rows:
        with suppress(BadMatcher):  # one that cannot be read silences nothing
            ready.append(CompiledSilence(row))
    return ready
