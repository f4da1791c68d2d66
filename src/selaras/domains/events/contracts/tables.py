"""Tables in which labels are looked up."""

from dataclasses import dataclass

from selaras.kernel.versions import Changed


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table as lists show it; `used_by` names the rules that look up in it."""

    id: int
    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    version: int
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableDetail:
    """A table with its content as CSV, and its changes, oldest first."""

    table: TableRow
    content: str
    changes: tuple[Changed, ...]
