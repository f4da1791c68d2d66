"""What is firing, read on asyncpg connections for intake's `GET /api/v2/alerts`; no Django."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from selaras.domains.events.contracts import BadMatcher, fingerprint
from selaras.domains.events.contracts.silences import SilenceRow
from selaras.domains.events.matchers import Matcher, parse
from selaras.domains.events.queries.read_silences import read_active
from selaras.domains.events.queries.routes import HOUSE, Receivers
from selaras.domains.events.silencing import CompiledSilence, silencers

PAGE = 1000

# Alerts of the sources that belong to the same organisation as the asking one: nobody reads another customer's.
_READ = """
    SELECT a.id, a.labels, a.annotations, a.generator_url AS url, a.starts_at, a.ends_at, a.last_seen,
        by.labels AS inhibitor, w.name AS "window", s.policy_id, s.group_id, g.labels AS common
    FROM events_alert a
    LEFT JOIN events_assessment s ON s.alert_id = a.id
    LEFT JOIN events_window w ON w.id = s.window_id
    LEFT JOIN events_alert by ON by.id = s.inhibitor_id
    LEFT JOIN events_group g ON g.id = s.group_id
    WHERE {after} AND a.state = 'firing' AND a.ends_at > to_timestamp($3) AND a.labels @> $4::jsonb
      AND {which}
      AND a.source_id IN (
        SELECT s.id FROM events_source s
        JOIN events_source mine ON mine.organisation_id IS NOT DISTINCT FROM s.organisation_id
        WHERE mine.id = $5)
    ORDER BY {order} LIMIT $6"""

# Few have what is asked: fetched by their ids. Many: the list is walked, and meets them soon.
_FEW = 5_000
_WITH_LABELS = "SELECT events_with_labels($1::jsonb, $2)"
_WHICH = {True: "a.id = ANY($7::bigint[])", False: "$7::bigint[] IS NULL"}

Place = tuple[int, int]
"""Of an alert in a walk: its group (0: none) and its id."""


class Walk(NamedTuple):
    """Some alerts, in an order in which they can be read page by page; `policy_id` is asked of if given.

    `loose`: those of no group and with the house; left to us to pick, as the database would not walk in order for it.
    """

    after: str
    order: str
    policy_id: int | None = None
    loose: bool = False


EVERYTHING = Walk("$1::bigint >= 0 AND a.id > $2", "a.id")


Connections = Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """A firing alert in Alertmanager's terms; times as PostgreSQL gives them (aware datetimes)."""

    place: Place
    fingerprint: str
    labels: dict[str, str]
    annotations: dict[str, str]
    url: str
    starts_at: Any
    ends_at: Any
    updated_at: Any
    receiver: str
    common: dict[str, str]  # the labels of its group
    silenced_by: tuple[str, ...] = ()
    inhibited_by: tuple[str, ...] = ()  # fingerprints
    muted_by: tuple[str, ...] = ()  # names of maintenance windows

    @property
    def suppressed(self) -> bool:
        """Whether nobody is told of it now."""
        return bool(self.silenced_by or self.inhibited_by or self.muted_by)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which firing alerts are asked for: all that satisfy the matchers, or without the silenced, inhibited, others.

    `receivers` None: those of all.
    """

    matchers: Sequence[Matcher] = ()
    silenced: bool = True
    inhibited: bool = True
    active: bool = True
    receivers: frozenset[str] | None = None


def read_filters(texts: Sequence[str]) -> list[Matcher]:
    """Matchers as Alertmanager's clients write them. Raises BadMatcher."""
    return [parse(text) for text in texts]


class Reading:
    """What is asked of the firing alerts, ready to be read. No connection is held between pages: their reader may be
    slow. Equalities are asked of the database, the other matchers here. `receivers` are those the source may know."""

    def __init__(
        self, connections: Connections, source_id: int, wanted: Wanted, receivers: Receivers, now: datetime
    ) -> None:
        self._connections, self._source_id, self._wanted, self._now = connections, source_id, wanted, now
        self._equal = json.dumps({m.name: m.value for m in wanted.matchers if m.op == "=" and m.value})
        self._silences: Sequence[CompiledSilence] = ()
        self._receivers = receivers
        self._few: list[int] | None = None

    async def prepare(self) -> None:
        """Read what is needed for every page."""
        async with self._connections() as connection:
            self._silences = _compiled(await read_active(connection, self._source_id, self._now))
            self._few = await _few(connection, self._equal)

    async def pages(self, walk: Walk = EVERYTHING, last: Place = (0, 0)) -> AsyncIterator[list[OpenAlert]]:
        """The alerts of a walk that are wanted, behind a place, page by page."""
        statement = _READ.format(after=walk.after, order=walk.order, which=_WHICH[self._few is not None])
        more = True
        while more:
            given = (*last, self._now.timestamp(), self._equal, self._source_id, PAGE, self._few)
            async with self._connections() as connection:
                rows = await connection.fetch(statement, *given, *([walk.policy_id] if walk.policy_id else []))
            own = [row for row in rows if not walk.loose or (row["group_id"] is None and self._to(row) == HOUSE)]
            found = [alert for row in own if self._is_wanted(alert := self._open(row))]
            if found:
                yield found
            more = len(rows) == PAGE
            last = (0 if walk.loose else rows[-1]["group_id"] or 0, rows[-1]["id"]) if rows else last

    def _open(self, row: Any) -> OpenAlert:
        labels = json.loads(row["labels"])
        return OpenAlert(
            (row["group_id"] or 0, row["id"]), fingerprint(labels), labels, json.loads(row["annotations"]), row["url"],
            row["starts_at"], row["ends_at"], row["last_seen"],
            self._to(row),
            json.loads(row["common"]) if row["common"] else {},
            tuple(silence.id for silence in silencers(labels, self._silences)),
            (fingerprint(json.loads(row["inhibitor"])),) if row["inhibitor"] else (),
            (row["window"],) if row["window"] else (),
        )  # fmt: skip

    def _to(self, row: Any) -> str:
        return self._receivers.get(row["policy_id"], HOUSE)

    def _is_wanted(self, alert: OpenAlert) -> bool:
        wanted = self._wanted
        shown = wanted.active or alert.suppressed
        shown &= (wanted.silenced or not alert.silenced_by) and (wanted.inhibited or not alert.inhibited_by)
        shown &= wanted.receivers is None or alert.receiver in wanted.receivers
        return shown and all(matcher.holds(alert.labels) for matcher in wanted.matchers)


async def _few(connection: Any, equal: str) -> list[int] | None:
    """The ids of those that have these labels; None if they are many."""
    if equal == "{}":
        return None
    rows = await connection.fetch(_WITH_LABELS, equal, _FEW + 1)
    return [row[0] for row in rows] if len(rows) <= _FEW else None


def _compiled(rows: Sequence[SilenceRow]) -> list[CompiledSilence]:
    ready = []
    for row in rows:
        with suppress(BadMatcher):  # one that cannot be read silences nothing
            ready.append(CompiledSilence(row))
    return ready
