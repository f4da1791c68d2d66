"""What is firing, read on asyncpg connections for intake's `GET /api/v2/alerts`; no Django."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from selaras.domains.events.contracts import fingerprint
from selaras.domains.events.matchers import Matcher, parse

_PAGE = 1000

# Alerts of the sources that belong to the same organisation as the asking one: nobody reads another customer's.
_READ = """
    SELECT a.id, a.labels, a.annotations, a.generator_url AS url, a.starts_at, a.ends_at, a.last_seen
    FROM events_alert a
    WHERE a.id > $1 AND a.state = 'firing' AND a.ends_at > to_timestamp($2) AND a.labels @> $3::jsonb
      AND a.source_id IN (
        SELECT s.id FROM events_source s
        JOIN events_source mine ON mine.organisation_id IS NOT DISTINCT FROM s.organisation_id
        WHERE mine.id = $4)
    ORDER BY a.id LIMIT $5"""


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


def read_filters(texts: Sequence[str]) -> list[Matcher]:
    """Matchers as Alertmanager's clients write them. Raises BadMatcher."""
    return [parse(text) for text in texts]


async def read_open(
    reading: Callable[[], AbstractAsyncContextManager[Any]], source_id: int, matchers: Sequence[Matcher], now: float
) -> AsyncIterator[list[OpenAlert]]:
    """The firing alerts that satisfy all matchers, page by page, in the order of their ids.

    Equalities are asked of the database, the other matchers here. No connection is held between pages: their reader
    may be slow.
    """
    equal = json.dumps({m.name: m.value for m in matchers if m.op == "=" and m.value})
    last, more = 0, True
    while more:
        async with reading() as connection:
            rows = await connection.fetch(_READ, last, now, equal, source_id, _PAGE)
        found = [alert for row in rows if _holds(matchers, (alert := _open(row)).labels)]
        if found:
            yield found
        more = len(rows) == _PAGE
        last = rows[-1]["id"] if rows else last


def _open(row: Any) -> OpenAlert:
    labels = json.loads(row["labels"])
    return OpenAlert(
        fingerprint(labels), labels, json.loads(row["annotations"]), row["url"],
        row["starts_at"], row["ends_at"], row["last_seen"],
    )  # fmt: skip


def _holds(matchers: Sequence[Matcher], labels: dict[str, str]) -> bool:
    return all(matcher.holds(labels) for matcher in matchers)
