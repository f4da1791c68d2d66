"""Lines of a log become incidents with their history. Pure: names stay names, nothing is looked up."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from selaras.domains.incidents.contracts import CANCELLED, CLOSED, REPORTED, RESOLVED
from selaras.domains.incidents.importing.contracts import Line, LineRefused, PastIncident, Seen
from selaras.domains.incidents.importing.mapping import LEVELS, LogMapping
from selaras.domains.incidents.rules import priority_from
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import whole_number

ENDED = (CLOSED, CANCELLED)
TITLE_LENGTH = 300
NUMBER_LENGTH = 80
NAME_LENGTH = 200
TEXT_LENGTH = 100_000
_LEADING = re.compile(r"\s*(\d)(?!\d)")  # "2 - Medium", "P2" is for the mapping's own words


class Reader:
    """Reads incidents of one table by one mapping. Raises Invalid naming every column that the table lacks."""

    def __init__(self, mapping: LogMapping, columns: Sequence[str], now: datetime) -> None:
        missing = [name for name in mapping.needed() if name not in columns]
        if missing:
            raise Invalid({name: say("The file has no column “%(name)s”.", name=name) for name in missing})
        self.mapping = mapping
        self.now = now
        self._width = len(columns)
        self._place = {name: columns.index(name) for name in mapping.needed()}
        self._date = lru_cache(maxsize=50_000)(self._date_of)

    def number(self, line: Line) -> str:
        """The incident that a line is about; empty if it cannot be read."""
        place = self._place[self.mapping.columns["number"]]
        value = " ".join(line.values[place].split()) if len(line.values) > place else ""
        return "" if value in self.mapping.unknown or len(value) > NUMBER_LENGTH or "\x00" in value else value

    def incident(self, number: str, lines: Sequence[Line]) -> PastIncident:
        """An incident from all its lines. Raises LineRefused for the first that cannot be read."""
        digest = blake2b(digest_size=16)
        for line in lines:
            self.check(line)
            digest.update("\x1f".join(line.values).encode() + b"\x1e")
        states = self._states(lines)
        last = next(line for line in lines if line.number == states[-1].line)
        opened_at = self._required_time(last, "opened_at")
        resolved_at, closed_at = self._ends(last, states)
        if closed_at and closed_at < opened_at:
            raise self._refused(last, "closed_at", say("It was closed before it was opened."))
        return PastIncident(
            number=number,
            digest=digest.digest(),
            title=self._title(last) or number,
            description=self._text(last, "description"),
            opened_at=opened_at,
            opened_by=self._name(last, "opened_by"),
            resolved_at=resolved_at,
            closed_at=closed_at,
            caller=self._name(last, "caller"),
            service=self._name(last, "service"),
            cause=self._text(last, "cause"),
            solution=self._text(last, "solution"),
            kept={name: value for name in self.mapping.kept if (value := self._value(last, name))},
            states=states,
        )

    def _states(self, lines: Sequence[Line]) -> tuple[Seen, ...]:
        """The states in the order of their times; within one moment by the log's own count, then as in the file."""
        seen = sorted(map(self._seen, lines), key=lambda s: (s.at, s.sequence, s.line))
        return tuple(_carried(seen))

    def _seen(self, line: Line) -> Seen:
        word = self._field(line, "state")
        if word not in self.mapping.states:
            raise self._refused(line, "state", say("The mapping has no state for “%(value)s”.", value=_short(word)))
        state, waiting_for = self.mapping.states[word]
        impact, urgency = self._level(line, "impact"), self._level(line, "urgency")
        told = "priority" in self.mapping.columns or "priority" in self.mapping.defaults
        sequence = self._field(line, "sequence")
        return Seen(
            line=line.number,
            at=self._required_time(line, "changed_at"),
            sequence=whole_number(sequence) or 0,
            by=self._name(line, "changed_by"),
            said=word[:NAME_LENGTH],
            state=state,
            waiting_for=waiting_for,
            impact=impact,
            urgency=urgency,
            priority=self._level(line, "priority") if told else priority_from(impact, urgency),
            team=self._name(line, "team"),
            assignee=self._name(line, "assignee"),
            note=self._text(line, "note"),
        )

    def _ends(self, last: Line, states: Sequence[Seen]) -> tuple[datetime | None, datetime | None]:
        """When it was resolved and closed: as the log says, else when it last became so. None for what it is not."""
        final, changed = states[-1].state, states[-1].at
        if final not in (RESOLVED, *ENDED):
            return None, None
        became = [b.at for a, b in pairwise(states) if b.state == RESOLVED != a.state]
        first = [states[0].at] if states[0].state == RESOLVED else []
        resolved = self._time(last, "resolved_at") or max([*first, *became], default=None)
        return resolved, (self._time(last, "closed_at") or changed) if final in ENDED else None

    def check(self, line: Line) -> None:
        if len(line.values) != self._width:
            reason = say("The line has %(n)s of %(width)s columns.", n=len(line.values), width=self._width)
            raise LineRefused(line.number, "", reason)
        if any("\x00" in value for value in line.values):
            raise LineRefused(line.number, "", say("This holds a character that cannot be kept (NUL)."))

    def _level(self, line: Line, name: str) -> int:
        value = self._field(line, name)
        if not value and name in self.mapping.defaults:
            return self.mapping.defaults[name]
        found = _LEADING.match(value)
        level = self.mapping.levels[name].get(value) or (int(found[1]) if found else 0)
        if not 1 <= level <= LEVELS[name]:
            reason = say("“%(value)s” is no level from 1 to %(most)s.", value=_short(value), most=LEVELS[name])
            raise self._refused(line, name, reason)
        return level

    def _required_time(self, line: Line, name: str) -> datetime:
        at = self._time(line, name)
        if at is None:
            raise self._refused(line, name, say("The time is unknown."))
        return at

    def _time(self, line: Line, name: str) -> datetime | None:
        value = self._field(line, name)
        if not value:
            return None
        at = self._date(value)
        if at is None:
            reason = say("“%(value)s” is no time as the mapping describes it.", value=_short(value))
            raise self._refused(line, name, reason)
        if at > self.now:
            raise self._refused(line, name, say("“%(value)s” lies in the future.", value=_short(value)))
        return at

    def _date_of(self, value: str) -> datetime | None:
        for form in self.mapping.date_formats:
            try:
                at = datetime.strptime(value, form)  # noqa: DTZ007  # the zone follows in the next line
                return (at if at.tzinfo else at.replace(tzinfo=self.mapping.zone)).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        return None

    def _title(self, line: Line) -> str:
        title = " · ".join(value for name in self.mapping.title if (value := self._value(line, name)))
        return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"

    def _name(self, line: Line, name: str) -> str:
        return self._field(line, name)[:NAME_LENGTH]

    def _field(self, line: Line, name: str) -> str:
        column = self.mapping.columns.get(name)
        return self._value(line, column) if column else ""

    def _text(self, line: Line, name: str) -> str:
        column = self.mapping.columns.get(name)
        text = line.values[self._place[column]].strip() if column else ""
        return "" if text in self.mapping.unknown else text[:TEXT_LENGTH]

    def _value(self, line: Line, column: str) -> str:
        value = " ".join(line.values[self._place[column]].split())
        return "" if value in self.mapping.unknown else value

    def _refused(self, line: Line, name: str, reason: Sentence) -> LineRefused:
        return LineRefused(line.number, self.mapping.columns.get(name, name), reason)


def _short(value: str) -> str:
    return value if len(value) <= 80 else value[:79] + "…"


def _carried(seen: Sequence[Seen]) -> Iterator[Seen]:
    """States that say nothing of their own (`as before`) take the one before; a first one is just reported."""
    state, waiting_for = REPORTED, ""
    for one in seen:
        if one.state:
            state, waiting_for = one.state, one.waiting_for
        yield replace(one, state=state, waiting_for=waiting_for)
