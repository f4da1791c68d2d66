"""What reading another system's log gives: a table's lines, states of an incident, its whole past, what was refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from selaras.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table, with its number in the file."""

    number: int
    values: Sequence[str]


class Table(Protocol):
    """A file that can be read twice: once to count, once to take over."""

    @property
    def columns(self) -> Sequence[str]: ...

    def lines(self) -> Iterator[Line]: ...


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken over: whose it was, which column is at fault (if one is), and why."""

    line: int
    number: str
    column: str
    reason: Sentence


class LineRefused(Exception):
    """A line cannot be read; its incident is then left out whole."""

    def __init__(self, line: int, column: str, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.line, self.column, self.reason = line, column, reason


@dataclass(frozen=True, slots=True)
class Seen:
    """An incident at one moment, as one line tells it."""

    line: int
    at: datetime
    sequence: int
    by: str
    said: str  # the state in the other system's word
    state: str
    waiting_for: str
    impact: int
    urgency: int
    priority: int
    team: str
    assignee: str
    note: str


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident with its whole history, before the names in it are people, teams and services of ours."""

    number: str
    digest: bytes  # of its lines: tells whether a later file holds more of it
    title: str
    description: str
    opened_at: datetime
    opened_by: str
    resolved_at: datetime | None
    closed_at: datetime | None
    caller: str
    service: str
    cause: str
    solution: str
    kept: Mapping[str, str]
    states: tuple[Seen, ...]


@dataclass(slots=True)
class ImportReport:
    """What became of a file. Every line is taken over, already there, or refused with its reason."""

    lines: int = 0
    imported: int = 0
    imported_lines: int = 0
    known: int = 0
    known_lines: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    priorities: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """How many states were seen with this impact, urgency and recorded priority."""
    differences: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """What our matrix says where it says something else; the recorded priority was kept."""
