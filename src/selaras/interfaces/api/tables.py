"""Tables in which rules look up labels: read, make, change."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.events.actions.tables import save_table
from selaras.domains.events.contracts.tables import TableRow
from selaras.domains.events.queries.tables import get_table, list_tables
from selaras.interfaces.api.operation import Asked, ChangeOut, Given, Id, Seen, answers, permitted

router = Router()

Keys = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=20)]
Csv = Annotated[str, Field(max_length=40_000_000)]


class TableOut(Schema):
    """A table: its key columns, all its columns, how many rows, and the names of the rules that look up in it."""

    id: int
    name: str
    keys: list[str]
    columns: list[str]
    rows: int
    version: int
    used_by: list[str]

    @classmethod
    def of(cls, row: TableRow) -> "TableOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class TableWhole(Schema):
    """A table with its rows as CSV, whose first line names the columns, and its changes, oldest first."""

    table: TableOut
    rows: str
    changes: list[ChangeOut]


class TableIn(Given):
    """What a table is to hold: CSV whose first line names the columns, and by which of them a row is found."""

    keys: Keys
    rows: Csv
    seen: Seen = None


class NewTable(TableIn):
    """A new one; rules name it by `name`, which stays."""

    name: Annotated[str, Field(min_length=1, max_length=80)]


@router.get("/tables", response=answers(list[TableOut]), operation_id="list_tables")
@permitted("events.rules")
def tables(request: Asked) -> Any:
    """All of them, by name."""
    return [TableOut.of(row) for row in list_tables(request.auth)]


@router.post("/tables", response=answers(TableWhole), operation_id="make_table")
@permitted("events.rules")
def make(request: Asked, given: NewTable) -> Any:
    """Make one."""
    return _whole(request, save_table(by=request.auth, name=given.name, keys=given.keys, rows=given.rows))


@router.get("/tables/{int:table_id}", response=answers(TableWhole), operation_id="get_table")
@permitted("events.rules")
def table(request: Asked, table_id: Id) -> Any:
    """One, with its rows."""
    return _whole(request, table_id)


@router.put("/tables/{int:table_id}", response=answers(TableWhole), operation_id="change_table")
@permitted("events.rules")
def change(request: Asked, table_id: Id, given: TableIn) -> Any:
    """Let one hold what is given; it holds for what is assessed from then on."""
    save_table(by=request.auth, table_id=table_id, keys=given.keys, rows=given.rows, seen=given.seen)
    return _whole(request, table_id)


def _whole(request: Asked, table_id: int) -> TableWhole:
    one = get_table(request.auth, table_id)
    changes = [ChangeOut.of(change) for change in one.changes]
    return TableWhole(table=TableOut.of(one.table), rows=one.content, changes=changes)
