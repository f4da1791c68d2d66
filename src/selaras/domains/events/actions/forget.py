"""Forget what nobody looks at any more: old results of heartbeats and checks, counts of floods, empty groups."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from selaras.domains.events.actions._follow import hold_cursor
from selaras.domains.events.actions.assess import CURSOR
from selaras.domains.events.actions.forget_alerts import PORTION
from selaras.domains.events.models import Assessment, Group, Opened
from selaras.kernel import clock

# Table, what its rows belong to, how many of each stay.
_HISTORIES = (
    ("events_beat", "events_heartbeat", "heartbeat_id", 100),
    ("events_checkresult", "events_check", "check_of_id", 200),
)
_COUNTS_KEPT = timedelta(days=7)


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


def forget_counts() -> int:
    """Forget how many alerts sources opened more than a week ago; rows. For the schedule."""
    return Opened.objects.filter(begins__lt=clock.now() - _COUNTS_KEPT).delete()[0]


def forget_groups() -> int:
    """Forget groups whose alerts are all forgotten (forget_alerts.py); how many. For the schedule."""
    empty = list(_empty_groups().order_by("pk").values_list("pk", flat=True))
    return sum(_forget_groups(empty[n : n + PORTION]) for n in range(0, len(empty), PORTION))


@transaction.atomic
def _forget_groups(ids: Sequence[int]) -> int:
    hold_cursor(CURSOR)  # a pass of assessment puts alerts into groups that it has read before
    return _empty_groups().filter(pk__in=ids).delete()[0]


def _empty_groups() -> QuerySet[Group]:
    return Group.objects.filter(~Exists(Assessment.objects.filter(group=OuterRef("pk"))), due_at=None)
