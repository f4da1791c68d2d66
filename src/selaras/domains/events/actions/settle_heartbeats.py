"""Open the alert of a heartbeat that is overdue or failed, and end it when it is heard again.

The row, its alert and its history change in one transaction under the row's lock: never twice, whoever else settles.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from selaras.domains.events.actions._follow import lock_cursor
from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.contracts import FIRING, alert_key
from selaras.domains.events.contracts.heartbeats import BeatKind, Pulse
from selaras.domains.events.models import Alert, Beat, Cursor, Heartbeat
from selaras.domains.events.pulse import pulse_of, words_of
from selaras.domains.events.queries.heartbeats import times_of
from selaras.domains.events.reading.moments import LATEST
from selaras.kernel import clock

ALERT, WIRE = "HeartbeatDown", "heartbeat"
_CURSOR = "heartbeats"
_DOWN = timedelta(seconds=60)  # nobody has settled for so long: we were down
_LOOK = timedelta(seconds=10)  # how often an overdue one is looked at whose pings only an alert tells of
_UNTIL_TOLD = datetime.fromtimestamp(LATEST, UTC)


def settle_heartbeats(*, limit: int = 200) -> int:
    """Settle every heartbeat that is to be looked at; how many alerts were opened or ended.

    For the schedule, every second or two. One index range finds them; a process that is at it keeps others away.
    """
    settled, looked_at = 0, limit
    while looked_at == limit:
        looked_at, changed = _pass(limit)
        settled += changed
    return settled


@transaction.atomic
def _pass(limit: int) -> tuple[int, int]:
    cursor = lock_cursor(_CURSOR)
    if cursor is None:
        return 0, 0
    now = clock.now()
    _excuse(cursor, now)
    rows = list(
        Heartbeat.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(check_at__lte=now)
        .order_by("check_at")
        .select_related("source", "watched_alert")[:limit]
    )
    return len(rows), sum([_settle(row, now) for row in rows])


def _excuse(cursor: Cursor, now: datetime) -> None:
    """After a down time of ours, give those that came due meanwhile their time to be heard again, and note why."""
    before, cursor.at = cursor.at, now
    cursor.save(update_fields=["at"])
    if before is not None and now - before > _DOWN:
        due = Q(check_at__gt=before - _DOWN, check_at__lte=now, alerted__isnull=True, failed_at=None)
        Heartbeat.objects.filter(due).update(down_from=before, down_until=now)


def _settle(row: Heartbeat, now: datetime) -> bool:
    if row.source.enabled:
        _listen(row)
    else:  # nobody can be heard there; expected again from the next ping on, as after a pause
        row.heard_at = row.failed_at = row.watched_alert = None
    pulse = pulse_of(times_of(row), now)
    wrong, had = pulse in (Pulse.OVERDUE, Pulse.FAILED), row.alerted
    if wrong:
        changed = had is None or pulse is Pulse.FAILED
        _open(row, pulse, now, said_before=had is not None)
    else:
        changed = had is not None
        end_alert(row, now)
    row.check_at = next_look(row, now)
    row.save(update_fields=["heard_at", "failed_at", "down_from", "down_until", "check_at", "alerted"])
    return changed


def _listen(row: Heartbeat) -> None:
    """A watched alert's last word is a ping."""
    watched = row.watched_alert
    if watched is None or watched.state != FIRING:
        return
    if row.heard_at is None or watched.last_seen > row.heard_at:
        row.heard_at, row.down_from, row.down_until = watched.last_seen, None, None


def next_look(row: Heartbeat, now: datetime) -> datetime | None:
    """When it must be looked at next, by itself; a ping that changes something says so."""
    if row.paused:
        return None
    if row.alerted is not None:
        return now + _LOOK if row.watched_alert_id else None
    return times_of(row).due_at


def _open(row: Heartbeat, pulse: Pulse, now: datetime, *, said_before: bool) -> None:
    labels = row.alerted or _labels(row)
    times = times_of(row)
    since = (times.failed_at if pulse is Pulse.FAILED else times.due_at) or now
    if said_before and pulse is not Pulse.FAILED:
        return
    feed(row.source_id, [Told(labels, words_of(row.name, times, pulse), min(since, now), _UNTIL_TOLD)], wire=WIRE)
    row.alerted = labels
    if pulse is Pulse.OVERDUE:
        Beat.objects.create(heartbeat=row, at=now, kind=BeatKind.MISSED)


def end_alert(row: Heartbeat, now: datetime) -> None:
    """End the alert that it has open, if it has one; the caller holds the row and saves it."""
    if row.alerted is None:
        return
    alert = _alert_of(row)
    told = {**(alert.annotations if alert else {}), "ended": "It was heard again." if not row.paused else "Paused."}
    feed(row.source_id, [Told(row.alerted, told, alert.starts_at if alert else now, now)], wire=WIRE)
    row.alerted = None


def _alert_of(row: Heartbeat) -> Alert | None:
    return Alert.objects.filter(key=UUID(bytes=alert_key(row.source_id, row.alerted or {}))).first()


def _labels(row: Heartbeat) -> dict[str, str]:
    named = {"alertname": ALERT, "heartbeat": row.name, "severity": row.severity, "ci": row.item}
    return {name: value for name, value in named.items() if value}


def bind_watched(alerts: Iterable[tuple[int, int, str]]) -> None:
    """Alerts (source, id, name) that just began to fire: those that a heartbeat watches tell of it from now on."""
    told = list(alerts)
    if not told:
        return
    rows = Heartbeat.objects.filter(source_id__in={source for source, _, _ in told}).exclude(watches="")
    wanted = {(row.source_id, row.watches): row.pk for row in rows}
    for source_id, alert_id, name in told if wanted else ():
        if (source_id, name) in wanted:
            Heartbeat.objects.filter(pk=wanted[source_id, name], paused=False).update(
                watched_alert=alert_id, check_at=clock.now()
            )
