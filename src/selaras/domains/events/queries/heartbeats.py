"""Reads of heartbeats: how each stands, and what it said."""

from selaras.domains.events.contracts.heartbeats import BeatKind, BeatRow, HeartbeatRow
from selaras.domains.events.models import Beat, Heartbeat
from selaras.domains.events.pulse import Times, pulse_of
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound


def list_heartbeats(actor: Actor) -> list[HeartbeatRow]:
    """Every heartbeat, by name; one query. Raises NotAllowed."""
    require(actor, "events.sources")
    rows = Heartbeat.objects.select_related("source", "watched_alert").order_by("name", "id")
    return [_row(row) for row in rows]


def get_heartbeat(actor: Actor, heartbeat_id: int) -> HeartbeatRow:
    """One heartbeat. Raises NotAllowed, NotFound."""
    require(actor, "events.sources")
    row = Heartbeat.objects.select_related("source", "watched_alert").filter(pk=heartbeat_id).first()
    if row is None:
        raise NotFound(str(heartbeat_id))
    return _row(row)


def list_beats(actor: Actor, heartbeat_id: int, *, limit: int = 50) -> list[BeatRow]:
    """What it said last, newest first. Raises NotAllowed."""
    require(actor, "events.sources")
    rows = Beat.objects.filter(heartbeat_id=heartbeat_id).order_by("-id")[:limit]
    return [BeatRow(row.at, BeatKind(row.kind), row.exit_code, row.address, row.said) for row in rows]


def times_of(row: Heartbeat) -> Times:
    """Its times, for the rules; a watched alert's last word counts."""
    heard = row.heard_at
    if row.watched_alert is not None and row.watched_alert.state == "firing":
        heard = max(filter(None, (heard, row.watched_alert.last_seen)))
    return Times(
        row.interval, row.grace, row.paused, heard, row.failed_at, row.down_from, row.down_until, row.cron, row.zone
    )


def _row(row: Heartbeat) -> HeartbeatRow:
    times = times_of(row)
    return HeartbeatRow(
        id=row.pk,
        name=row.name,
        source_id=row.source_id,
        source_name=row.source.name,
        has_key=row.key_hash is not None,
        watches=row.watches,
        interval=row.interval,
        grace=row.grace,
        severity=row.severity,
        item=row.item,
        pulse=pulse_of(times, clock.now()),
        heard_at=times.heard_at,
        started_at=row.started_at,
        due_at=None if row.paused else times.due_at,
        cron=row.cron,
        zone=row.zone,
        version=row.version,
    )
