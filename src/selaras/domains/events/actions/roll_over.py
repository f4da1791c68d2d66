"""Let go what has had its time, a day of the logs at a time: nothing is ever deleted row by row.

When the time of a class has run out for a day, what is to be kept of it is copied into a new table, which takes the
place of the day's partition; the old one is dropped as a whole. All of that is one transaction: whatever dies in
between, the day is as it was, and the next look does it again. A day whose rows are all to be kept is left alone, and
one of which nothing is left is only dropped.

Kept beyond their time: alerts that fire or wait to be assessed, and those of an
incident that is not closed; they are looked at again a week later.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

from django.db import OperationalError, connection, transaction

from selaras.domains.events.actions import _roll_over_sql as sql
from selaras.domains.events.actions._roll_over_sql import Partition
from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.models import LogDay
from selaras.domains.events.queries.retention import get_retention
from selaras.domains.events.retention import CHANGE, RAW, TRACE, classes_kept, day_of, next_look
from selaras.domains.records.queries import open_records
from selaras.kernel import clock

log = logging.getLogger(__name__)
_LOCK = (0x53454C41, 3)
Parts = Mapping[str, Partition]


def roll_over() -> int:
    """Look at the day that is due longest, if one is; 1 if it was looked at. For a loop of its own: it copies.

    A day is due the day after it, and whenever something of it may go. If a log is read for long just then, this gives
    way, and comes again.
    """
    today = clock.now().astimezone(UTC).date()
    due = _due(today)
    if due is None:
        return 0
    try:
        return _look_at(due, today)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":  # the lock was not to be had
            raise
        log.info("the logs of %s are read at this moment; they are rolled over later", due)
        return 0


def _due(today: date) -> date | None:
    with connection.cursor() as read:
        days = {day_of(part.name) for part in sql.partitions(read)}
    over = sorted(day for day in days if day is not None and day < today)
    later = set(LogDay.objects.filter(next_look__gt=today).values_list("day", flat=True))
    return next((day for day in over if day not in later), None)


@transaction.atomic
def _look_at(day: date, today: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK)
        if not cursor.fetchone()[0]:
            return 0  # another process is at it
        parts: Parts = {part.log: part for part in sql.partitions(cursor) if day_of(part.name) == day}
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(f"LOCK TABLE {', '.join(part.name for part in parts.values())} IN SHARE MODE")
        days = get_retention().days
        kept = classes_kept(day, today, days)
        _sort(cursor, parts)
        if len(kept) < len(days):
            parts = _rewrite(cursor, parts, kept)
        _note(cursor, day, today, parts, days)
        cursor.execute(sql.SHUT)
    return 1


def _sort(cursor: Any, parts: Parts) -> None:
    cursor.execute(sql.SHUT)
    cursor.execute(sql.sort([part.name for part in parts.values() if part.log != RAW] or [CHANGE]))
    cursor.execute("SELECT DISTINCT record_id FROM sorted_alerts WHERE record_id IS NOT NULL")
    cursor.execute(sql.OPEN_RECORDS, [list(open_records([row[0] for row in cursor.fetchall()]))])
    cursor.execute("ANALYZE sorted_alerts")


def _rewrite(cursor: Any, parts: Parts, kept: Sequence[AlertClass]) -> Parts:
    """Without what has had its time; the partitions that are left."""
    left, swaps, classes = {}, list[str](), [one.value for one in kept]
    for part in (parts[name] for name in (CHANGE, TRACE, RAW) if name in parts):
        if part.log == RAW and CHANGE not in parts:
            left[part.log] = part  # its changes lie in no day: nothing can be told of it
            continue
        cursor.execute(sql.like(part.name))
        if part.log == RAW:
            cursor.execute(sql.keep_bodies(part.name, parts[CHANGE].name))
        else:
            cursor.execute(sql.keep_rows(part.name), [classes])
        rows = cursor.rowcount
        cursor.execute(f"SELECT count(*) FROM {part.name}")  # noqa: S608  # our own words only
        same = rows == cursor.fetchone()[0]
        swaps += [f"DROP TABLE {part.name}_kept"] if same and rows else sql.swap(part, empty=not rows)
        if rows:
            left[part.log] = part
    for statement in swaps:
        cursor.execute(statement)
    return left


def _note(cursor: Any, day: date, today: date, parts: Parts, days: Mapping[AlertClass, int]) -> None:
    """Write down what is kept of the day, and when to look at it again."""
    if not parts:
        LogDay.objects.filter(day=day).delete()
        return
    counted = _counted(cursor, parts, days)
    cursor.execute(sql.WAITS, [[one.value for one in classes_kept(day, today, days)]])
    waits = cursor.fetchone()[0]
    present = [AlertClass(name) if name else None for name, (rows, _) in counted.items() if rows]
    LogDay.objects.update_or_create(
        day=day,
        defaults={
            "kept": counted,
            "open_alerts": waits,
            "next_look": next_look(day, today, days, present, waits=bool(waits)),
        },
    )


def _counted(cursor: Any, parts: Parts, days: Mapping[AlertClass, int]) -> dict[str, list[int]]:
    """Rows and bytes by class; of changes and trace lines, each row its share of the partition."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for part in (part for part in parts.values() if part.log != RAW):
        cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [part.name])
        size = cursor.fetchone()[0]
        cursor.execute(sql.count_rows(part.name))
        counted = cursor.fetchall()
        all_rows = sum(rows for _, rows in counted) or 1
        for name, rows in counted:
            found[name][0] += rows
            found[name][1] += size * rows // all_rows
    if RAW in parts and CHANGE in parts:
        longest_first = sorted(days, key=lambda one: -days[one])
        cursor.execute(sql.count_bodies(parts[RAW].name, parts[CHANGE].name), [[one.value for one in longest_first]])
        for name, rows, size in cursor.fetchall():
            found[name][0] += rows
            found[name][1] += int(size)
    return dict(found)
