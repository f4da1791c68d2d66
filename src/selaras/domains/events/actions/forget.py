"""Forget what heartbeats and checks gave long ago: of each so many last ones stay."""

from django.db import connection

# Table, what its rows belong to, how many of each stay.
_HISTORIES = (
    ("events_beat", "events_heartbeat", "heartbeat_id", 100),
    ("events_checkresult", "events_check", "check_of_id", 200),
)


def forget_results() -> int:
    """Forget all but the last of each heartbeat and check; how many. For the schedule."""
    return sum(_forget(*history) for history in _HISTORIES)


def _forget(table: str, owners: str, owner: str, kept: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""DELETE FROM {table} r USING {owners} o WHERE r.{owner} = o.id AND r.id <= (
                SELECT id FROM {table} WHERE {owner} = o.id ORDER BY id DESC OFFSET %s LIMIT 1)""",  # noqa: S608  # our own words only
            [kept],
        )
        return int(cursor.rowcount)
