"""The statements of `roll_over.py`: a day's partitions told apart by class, and rewritten without what may go.

Names of tables are our own words: a log and eight digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from selaras.domains.events.retention import LOGS

PARTITIONS = r"""
SELECT p.relname, c.relname, pg_get_expr(c.relpartbound, c.oid), pg_get_partition_constraintdef(c.oid),
    pg_total_relation_size(c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
WHERE p.relname = ANY(%s) AND p.relnamespace = current_schema()::regnamespace ORDER BY 2
"""

SHUT = "DROP TABLE IF EXISTS sorted_alerts"
OPEN_RECORDS = "UPDATE sorted_alerts SET open = true WHERE record_id = ANY(%s)"
WAITS = "SELECT count(*) FROM sorted_alerts WHERE open AND NOT class = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of a log, with its bounds as they are attached and as a condition."""

    log: str
    name: str
    bounds: str
    condition: str
    size: int


def sort(parts: Sequence[str]) -> str:
    """The alerts that these partitions tell of: class, incident, and whether they may not go yet."""
    told = " UNION ".join(f"SELECT alert_id FROM {part}" for part in parts)  # noqa: S608  # our own words only
    return f"""
    CREATE TEMP TABLE sorted_alerts ON COMMIT DROP AS
    SELECT a.id AS alert_id, coalesce(s.alert_class, '') AS class, s.record_id,
        a.state = 'firing' OR s.state IS DISTINCT FROM 'resolved'
        OR EXISTS (SELECT FROM events_setaside x WHERE x.alert_id = a.id) AS open
    FROM ({told}) AS told JOIN events_alert a ON a.id = told.alert_id
    LEFT JOIN events_assessment s ON s.alert_id = a.id"""  # noqa: S608  # our own words only


def count_rows(part: str) -> str:
    """Rows by class."""
    return f"""SELECT coalesce(s.class, ''), count(*) FROM {part} p LEFT JOIN sorted_alerts s USING (alert_id)
    GROUP BY 1"""  # noqa: S608  # our own words only


def count_bodies(raw: str, change: str) -> str:
    """Bodies and their bytes by class: of the alerts that a body changed, the class that is kept longest."""
    return f"""
    SELECT coalesce(b.class, ''), count(*), coalesce(sum(octet_length(r.body)), 0)
    FROM {raw} r LEFT JOIN (
        SELECT DISTINCT ON (c.batch) c.batch, s.class FROM {change} c JOIN sorted_alerts s USING (alert_id)
        WHERE c.batch IS NOT NULL ORDER BY c.batch, array_position(%s::text[], s.class::text)
    ) AS b ON b.batch = r.id / 8 * 8 GROUP BY 1"""  # noqa: S608  # our own words only


def like(part: str) -> str:
    """An empty table in the form of a partition, beside it."""
    options = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING INDEXES"
    return f"CREATE TABLE {part}_kept (LIKE {part} {options})"


def keep_rows(part: str) -> str:
    """What is of classes whose time runs on, or of alerts that may not go yet."""
    return f"""INSERT INTO {part}_kept SELECT p.* FROM {part} p JOIN sorted_alerts s USING (alert_id)
    WHERE s.open OR s.class = ANY(%s)"""  # noqa: S608  # our own words only


def keep_bodies(raw: str, change: str) -> str:
    """A body is kept as long as a change that it made."""
    return f"""INSERT INTO {raw}_kept SELECT r.* FROM {raw} r
    WHERE r.id / 8 * 8 IN (SELECT batch FROM {change}_kept WHERE batch IS NOT NULL)"""  # noqa: S608  # our own words only


def swap(part: Partition, *, empty: bool) -> list[str]:
    """Put the smaller table in the partition's place. The check spares the log a look through it while it is locked."""
    if empty:
        return [f"DROP TABLE {part.name}_kept", f"DROP TABLE {part.name}"]
    return [
        f"ALTER TABLE {part.name}_kept ADD CONSTRAINT part_bounds CHECK ({part.condition})",
        f"DROP TABLE {part.name}",
        f"ALTER TABLE {part.name}_kept RENAME TO {part.name}",
        f"ALTER TABLE {part.log} ATTACH PARTITION {part.name} {part.bounds}",
        f"ALTER TABLE {part.name} DROP CONSTRAINT part_bounds",
    ]


def partitions(read: Any) -> list[Partition]:
    """Every partition of the logs."""
    read.execute(PARTITIONS, [list(LOGS)])
    return [Partition(*row) for row in read.fetchall()]
