"""How many alerts a source may open: what is over is kept as it came, and folds into one alert that tells of it.

A sender whose labels never repeat would else fill the table, and the alerts of others would wait behind its own.
Counted for each source in windows of ten minutes, by all processes together: each writes what it counted every second
and reads the rest, so a source may go over by what they open within one. No Django here: connections are asyncpg's.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from asyncpg.pgproto.pgproto import UUID

from selaras.domains.events.contracts import Observation, alert_key
from selaras.domains.events.contracts.sources import FLOOD_LASTS, MAY_OPEN, WINDOW

FLOOD = {"alertname": "Too many new alerts", "severity": "warning"}
"""The labels of the alert that stands for the rest."""

_EXAMPLES, _LENGTH = 5, 300  # of how many labels, and how many characters of each, are told
_LABELS = msgspec.json.encode(FLOOD).decode()

Wave = dict[bytes, Observation]
Place = tuple[int, float]  # a source, and the beginning of a window

_STORED = "SELECT key FROM events_alert WHERE key = ANY($1::uuid[])"

_ADD = """
    INSERT INTO events_opened AS o (source_id, begins, opened, folded, since, latest, examples)
    SELECT id, to_timestamp($2), $3, $4, to_timestamp($5), to_timestamp($6), $7
    FROM events_source WHERE id = $1
    ON CONFLICT (source_id, begins) DO UPDATE SET opened = o.opened + EXCLUDED.opened,
        folded = o.folded + EXCLUDED.folded, since = LEAST(o.since, EXCLUDED.since),
        latest = GREATEST(o.latest, EXCLUDED.latest), examples = (o.examples || EXCLUDED.examples)[:5]"""

_READ = """
    SELECT s.id, s.may_open, coalesce(o.opened, 0) AS opened, coalesce(o.folded, 0) AS folded,
        extract(epoch FROM o.since)::float8 AS since, coalesce(o.examples, '{}') AS examples
    FROM events_source s LEFT JOIN events_opened o ON o.source_id = s.id AND o.begins = to_timestamp($1)"""


@dataclass(slots=True)
class Count:
    """What a source opened in a window, and what was folded: observations, first and last when, labels of a few."""

    opened: int = 0
    folded: int = 0
    since: float | None = None
    latest: float | None = None
    examples: list[str] = field(default_factory=list)


class Floods:
    """What one process knows of it: what all had counted when it last read, and what it counted itself since."""

    def __init__(self) -> None:
        self._read: dict[Place, Count] = {}
        self._own: dict[Place, Count] = {}
        self._may: dict[int, int] = {}
        self._full: set[Place] = set()
        self.known = False

    @property
    def news(self) -> bool:
        """Whether there is something to share."""
        return bool(self._own)

    def opened(self, sources: Iterable[int], now: float) -> None:
        """A flush opened alerts: the source of each."""
        for source_id, number in Counter(sources).items():
            place = source_id, _window(now)
            self._counted(place).opened += number
            self._judge(place)

    async def bounded(
        self, connection: Any, waves: list[Wave], now: float, known: Container[bytes]
    ) -> list[Observation]:
        """Take out of a flush's waves what sources that are over their bound would open, and put their alert in.

        What is stored already is not touched: it goes on, and ends, as ever. Gives what was taken out, for `folded`.
        """
        begins = _window(now)
        full = {source_id for source_id, at in self._full if at == begins}
        if not full:
            return []
        new = {key for wave in waves for key, seen in wave.items() if seen.source_id in full and key not in known}
        if not new:
            return []
        new -= {row["key"].bytes for row in await connection.fetch(_STORED, [UUID(key) for key in new])}
        over = [wave.pop(key) for wave in waves for key in list(wave) if key in new]
        for seen in over:
            self._into_alert(waves[0], seen, now)
        return over

    def folded(self, over: list[Observation], now: float) -> None:
        """These are kept, and were folded."""
        for seen in over:
            count = self._counted((seen.source_id, _window(now)))
            count.folded += seen.count
            count.since = count.since or now
            count.latest = now
            if len(count.examples) < _EXAMPLES:
                count.examples.append(seen.labels[:_LENGTH])

    async def share(self, connection: Any, now: float) -> None:
        """Write what was counted here, and read what all have counted. If it fails, nothing is forgotten."""
        begins = _window(now)
        own, self._own = self._own, {}
        try:
            async with connection.transaction():
                for (source_id, at), c in sorted(own.items()):
                    await connection.execute(_ADD, source_id, at, c.opened, c.folded, c.since, c.latest, c.examples)
                rows = await connection.fetch(_READ, begins)
        except BaseException:
            self._back(own)
            raise
        self._may = {row["id"]: row["may_open"] for row in rows}
        self._read = {
            (row["id"], begins): Count(row["opened"], row["folded"], row["since"], None, list(row["examples"]))
            for row in rows
        }
        self._full.clear()
        for place in {*self._read, *self._own}:
            self._judge(place)
        self.known = True

    def _back(self, own: Mapping[Place, Count]) -> None:
        for place, before in own.items():
            later = self._own.get(place)
            if later is not None:
                before.opened += later.opened
                before.folded += later.folded
                before.since = before.since or later.since
                before.latest = later.latest or before.latest
            self._own[place] = before

    def _counted(self, place: Place) -> Count:
        return self._own.setdefault(place, Count())

    def _judge(self, place: Place) -> None:
        opened = sum(counts[place].opened for counts in (self._read, self._own) if place in counts)
        if opened >= self._may.get(place[0], MAY_OPEN):
            self._full.add(place)

    def _into_alert(self, wave: Wave, seen: Observation, now: float) -> None:
        key = alert_key(seen.source_id, FLOOD)
        told = wave.get(key)
        if told is None:
            wave[key] = self._alert((seen.source_id, _window(now)), key, now, seen.count)
        else:
            told.count += seen.count

    def _alert(self, place: Place, key: bytes, now: float, count: int) -> Observation:
        before = self._read.get(place, Count())
        since = before.since or now
        told = {
            "summary": f"This source may open {self._may.get(place[0], MAY_OPEN):,} alerts in ten minutes and goes on"
            " sending new ones. They are kept as they came, and counted here.",
            **({"folded": f"{before.folded:,}"} if before.folded else {}),
            **{f"example_{n}": labels for n, labels in enumerate(before.examples, start=1)},
        }
        text = msgspec.json.encode(told).decode()
        return Observation(key, place[0], since, now + FLOOD_LASTS, True, "", text, _LABELS, count)


def _window(now: float) -> float:
    return now // WINDOW * WINDOW
