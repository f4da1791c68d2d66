"""Rows of a pass in one statement whose one parameter is JSON.

bulk_create writes each value into the text of the statement: for a pass of assessment that was half of its CPU time.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

_encode = msgspec.json.Encoder(enc_hook=str).encode


def write_rows(rows: Collection[models.Model], *, updates: Sequence[str] = ()) -> None:
    """Insert all rows of one model; with `updates`, fields, those whose primary key is known are changed in these."""
    if not rows:
        return
    meta = next(iter(rows))._meta
    fields = [field for field in meta.concrete_fields if updates or not field.primary_key]
    table, columns = connection.ops.quote_name(meta.db_table), ", ".join(_column(field) for field in fields)
    told = [{field.column: _value(row, field) for field in fields} for row in rows]
    source = f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"  # noqa: S608  # names of models
    sql = f"INSERT INTO {table} ({columns}) {source}"
    if updates:
        changed = [_column(meta.get_field(name)) for name in updates]
        sets = ", ".join(f"{column} = excluded.{column}" for column in changed)
        sql += f" ON CONFLICT ({_column(meta.pk)}) DO UPDATE SET {sets}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_encode(told).decode()])


def _column(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _value(row: models.Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    return field.db_default if isinstance(value, DatabaseDefault) else value
