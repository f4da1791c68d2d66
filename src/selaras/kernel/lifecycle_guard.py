"""A lifecycle in the database: a CHECK on the states and a trigger that refuses every move the table does not hold."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations


def guard(
    *, table: str, name: str, states: Sequence[str], pairs: Sequence[tuple[str, str]], kind: str | None = None
) -> migrations.RunSQL:
    """The migration operation that guards `table.state`; run it again, under the same name, when the table changes.

    `kind` narrows the guard to rows of that kind (records share one table). A test holds `pairs` against the
    declared lifecycle, so a changed table without a migration fails the build.
    """
    only = f"NEW.kind = '{kind}' AND " if kind else ""
    either = f"kind <> '{kind}' OR " if kind else ""
    known = ", ".join(f"'{state}'" for state in states)
    moves = ", ".join(f"('{a}', '{b}')" for a, b in pairs)
    return migrations.RunSQL(
        sql=f"""
        ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}_states;
        ALTER TABLE {table} ADD CONSTRAINT {name}_states CHECK ({either}state IN ({known}));
        CREATE OR REPLACE FUNCTION {name}_moves() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (OLD.state, NEW.state) NOT IN ({moves}) THEN
                RAISE EXCEPTION 'lifecycle {name}: % -> % is not a move', OLD.state, NEW.state
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}_moves';
            END IF;
            RETURN NEW;
        END $$;
        DROP TRIGGER IF EXISTS {name}_moves ON {table};
        CREATE TRIGGER {name}_moves BEFORE UPDATE OF state ON {table} FOR EACH ROW
            WHEN ({only}OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION {name}_moves();
        """,
        reverse_sql=f"""
        DROP TRIGGER IF EXISTS {name}_moves ON {table};
        DROP FUNCTION IF EXISTS {name}_moves();
        ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}_states;
        """,
    )


def guarded_pairs(cursor: Any, name: str) -> tuple[tuple[str, str], ...]:
    """The pairs that the database really refuses all others of, read back from the trigger's source."""
    cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [f"{name}_moves"])
    row = cursor.fetchone()
    if row is None:
        return ()
    inside = row[0].split("NOT IN (", 1)[1].split(") THEN", 1)[0]
    cells = [cell.strip(" '()") for cell in inside.split(",")]
    return tuple(sorted(zip(cells[::2], cells[1::2], strict=True)))


def append_only(table: str) -> migrations.RunSQL:
    """The migration operation after which the database refuses UPDATE and DELETE on `table`."""
    return migrations.RunSQL(
        sql=f"""
        CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
        """,
        reverse_sql=f"""
        DROP TRIGGER IF EXISTS {table}_append_only ON {table};
        DROP FUNCTION IF EXISTS {table}_append_only();
        """,
    )
