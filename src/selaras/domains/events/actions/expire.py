"""End the alerts whose source has fallen silent until the end time it gave."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Min

from selaras.domains.events.actions.fold_left import fold_left
from selaras.domains.events.contracts import CHANNEL, LOG_LOCK
from selaras.domains.events.models import ResentBatch, UnfoldedBatch
from selaras.kernel import clock

# One index range finds those due. They are locked in the order of their keys, as intake locks them; those that intake
# holds at this moment are being sent again, and can wait. `check_at` of one that was prolonged moves on here, not in
# intake, where it would cost each re-send an index entry. `known` is until when all that came is in the alerts: what
# is not folded yet may prolong those that end later.
_EXPIRE = """
WITH due AS MATERIALIZED (
    SELECT id FROM events_alert WHERE state = 'firing' AND check_at <= %(known)s ORDER BY check_at LIMIT %(limit)s
), locked AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(%(lock)s, %(one)s), id, ends_at <= %(known)s AS over FROM events_alert
    WHERE id IN (SELECT id FROM due) AND state = 'firing' ORDER BY key FOR NO KEY UPDATE SKIP LOCKED
), moved AS (
    UPDATE events_alert a
    SET state = CASE WHEN over THEN 'resolved' ELSE 'firing' END, check_at = a.ends_at
    FROM locked WHERE a.id = locked.id
    RETURNING a.id, a.episode, a.starts_at, a.ends_at, over
), logged AS (
    INSERT INTO events_change (at, alert_id, episode, state, reason, starts_at, ends_at)
    SELECT %(now)s, id, episode, 'resolved', 'expired', starts_at, ends_at FROM moved WHERE over
    RETURNING 1
)
SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM logged)
"""


_COMMIT = timedelta(seconds=1)
"""What came may not be committed yet for so long."""


def expire_alerts(*, limit: int = 1000) -> int:
    """Resolve every firing alert whose end has passed and log the change; how many.

    For the schedule, every few seconds. Each `limit` is a transaction of its own. Any number of processes may do it.
    """
    fold_left()
    expired, looked_at = 0, limit
    while looked_at == limit:
        with transaction.atomic(), connection.cursor() as cursor:
            now = clock.now()
            oldest = [kept.objects.aggregate(at=Min("at"))["at"] or now for kept in (UnfoldedBatch, ResentBatch)]
            told = {"now": now, "known": min(now, *oldest) - _COMMIT, "limit": limit}
            cursor.execute(_EXPIRE, {**told, "lock": LOG_LOCK[0], "one": LOG_LOCK[1]})
            looked_at, ended = cursor.fetchone()
            if ended:
                cursor.execute("SELECT pg_notify(%s, 'accepted')", [CHANNEL])
        expired += ended
    return expired
