"""Make the partitions of the days to come."""

from datetime import UTC, date, timedelta

from django.db import connection, transaction

from selaras.domains.events.retention import LOGS
from selaras.kernel import clock


def make_partitions(*, ahead: int = 7, since: date | None = None) -> list[date]:
    """See that all logs have a partition for each day (UTC) from `since` (today) to `ahead` days from now.

    For the schedule, a few times a day; before history is told again, with its first day. Gives the days that could not
    be had, because their rows already lie in the default partition, where they are as safe, only slower to drop.
    """
    today = clock.now().astimezone(UTC).date()
    first = min(since or today, today)
    days = [first + timedelta(days=n) for n in range((today - first).days + ahead + 1)]
    missing = {day for log in LOGS for day in days if not _make(log, day)}
    return sorted(missing)


def _make(log: str, day: date) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        # Intake must not queue behind a lock that we cannot have at once: better fail, and come again.
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("SELECT events_partition(%s, %s)", [log, day])
        return bool(cursor.fetchone()[0])
