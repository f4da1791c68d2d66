"""How long events are kept, and what is kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, timedelta

from django.db import connection

from selaras.domains.events.contracts import AlertClass
from selaras.domains.events.contracts.retention import DayRow, Kept, RetentionRow, Stock
from selaras.domains.events.models import LogDay, Retention
from selaras.domains.events.retention import LOGS, day_of, goes_after
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock

_SIZES = """
SELECT c.relname, pg_total_relation_size(c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
WHERE p.relname = ANY(%s) AND p.relnamespace = current_schema()::regnamespace
"""
# Their size alone does not tell: it stays when the last row has gone.
_STRAY = " OR ".join(f"EXISTS (SELECT FROM {log}_default)" for log in LOGS)


def get_retention() -> RetentionRow:
    """What holds now."""
    return _row(Retention.objects.order_by("-number")[0])


def list_retentions(actor: Actor, *, limit: int = 20) -> list[RetentionRow]:
    """The last versions, newest first. Raises NotAllowed."""
    require(actor, "events.view")
    return [_row(row) for row in Retention.objects.order_by("-number")[:limit]]


def get_stock(actor: Actor) -> Stock:
    """What is kept in all. A fixed number of queries. Raises NotAllowed."""
    require(actor, "events.view")
    sizes = _sizes()
    by_class: dict[AlertClass | None, Kept] = {}
    oldest: dict[AlertClass | None, date] = {}
    for row in LogDay.objects.order_by("day"):
        for one, kept in _by_class(row.kept).items():
            known = by_class.get(one, Kept())
            by_class[one] = Kept(known.rows + kept.rows, known.size + kept.size)
            oldest.setdefault(one, row.day)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_STRAY}")
        (strayed,) = cursor.fetchone() or (False,)
    stray = sizes.get(None, 0) if strayed else 0
    return Stock(by_class, oldest, sum(sizes.values()), stray, tuple(missing_days()))


def list_days(actor: Actor, *, before: date | None = None, limit: int = 31) -> tuple[list[DayRow], date | None]:
    """The days of the logs up to today, newest first, and from where to go on. Raises NotAllowed."""
    require(actor, "events.view")
    today, sizes = _today(), _sizes()
    days = sorted((day for day in sizes if day and day <= today and (before is None or day < before)), reverse=True)
    page = days[:limit]
    over = LogDay.objects.in_bulk(page)
    return [_day(day, sizes[day], over.get(day)) for day in page], page[-1] if len(days) > limit else None


def would_go(actor: Actor, days: Mapping[AlertClass, int]) -> dict[AlertClass, Kept]:
    """What would be let go soon if these times held, by class, apart from what is still open. Raises NotAllowed."""
    require(actor, "events.view")
    today, going = _today(), dict[AlertClass, Kept]()
    for row in LogDay.objects.all():
        for one, kept in _by_class(row.kept).items():
            if one is not None and goes_after(row.day, days[one]) < today:
                known = going.get(one, Kept())
                going[one] = Kept(known.rows + kept.rows, known.size + kept.size)
    return going


def missing_days(*, ahead: int = 3) -> list[date]:
    """The days from today on, so far ahead, for which a log has no partition."""
    wanted = {_today() + timedelta(days=n) for n in range(ahead + 1)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day FROM unnest(%s::date[]) AS day, unnest(%s::text[]) AS log"
            " WHERE to_regclass(log || '_' || to_char(day, 'YYYYMMDD')) IS NULL",
            [sorted(wanted), list(LOGS)],
        )
        return sorted({row[0] for row in cursor.fetchall()})


def _day(day: date, size: int, row: LogDay | None) -> DayRow:
    if row is None:
        return DayRow(day, size)
    return DayRow(day, size, _by_class(row.kept), row.open_alerts, row.next_look)


def _sizes() -> dict[date | None, int]:
    """Bytes of each day's partitions; None: those of no day."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [list(LOGS)])
        sizes = Counter[date | None]()
        for name, size in cursor.fetchall():
            sizes[day_of(name)] += size
        return sizes


def _by_class(kept: Mapping[str, Iterable[int]]) -> dict[AlertClass | None, Kept]:
    return {AlertClass(name) if name else None: Kept(*numbers) for name, numbers in kept.items()}


def _row(row: Retention) -> RetentionRow:
    return RetentionRow(row.number, row.at, row.by_name, {one: getattr(row, one.value) for one in AlertClass})


def _today() -> date:
    return clock.now().astimezone(UTC).date()
