"""What an import means to write: gathered by the readers of files, written by `carry_out`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from selaras.domains.services.contracts import ImportLine, NodeKind, RefusedRow
from selaras.kernel.sentences import Sentence

MOST_LINES = 500  # told one by one; the rest is counted


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands."""

    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Ref:
    """A node by slug; of which kind may be open. `others` are slugs to try when there is no such one."""

    slug: str
    kind: NodeKind | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """An item or service to make or change. `fields` holds what the file gives, no more; `state` is a service's."""

    place: Place
    kind: NodeKind
    slug: str
    fields: Mapping[str, Any]
    names: tuple[str, ...] = ()
    state: str | None = None


@dataclass(slots=True)
class Draft:
    """Everything that one import means to write, and what it already had to refuse."""

    nodes: list[NodeDraft] = field(default_factory=list)
    edges: list[tuple[Place, Ref, Ref]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    notes: list[RefusedRow] = field(default_factory=list)
    lines: list[ImportLine] = field(default_factory=list)

    def refuse(self, place: Place, name: str, reason: Sentence) -> None:
        """Note that something cannot be taken."""
        self.refused.append(RefusedRow(place.source, place.line, name, reason))

    def note(self, place: Place, name: str, reason: Sentence) -> None:
        """Note that something is left out, and the rest taken."""
        self.notes.append(RefusedRow(place.source, place.line, name, reason))

    def tell(self, line: ImportLine) -> None:
        """Say what is made or changed."""
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)
