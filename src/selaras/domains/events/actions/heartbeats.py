"""Heartbeats: make, change, pause, give a new key, remove."""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.db import transaction

from selaras.domains.events.actions._kept import locked_of_source, locked_source
from selaras.domains.events.actions.settle_heartbeats import end_alert, next_look
from selaras.domains.events.contracts import FIRING, SEVERITIES
from selaras.domains.events.contracts.heartbeats import NewHeartbeat
from selaras.domains.events.crontab import fault_of
from selaras.domains.events.models import Alert, Heartbeat
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.sentences import Sentence, say

_SHORTEST, _LONGEST = 10, 366 * 86_400  # seconds
_ASLEEP = 1  # seconds after a ping, and its grace, the settler looks for when one by cron is due
_UNSEEN = ("name", "interval", "cron", "zone", "grace", "severity", "item")


@transaction.atomic
def create_heartbeat(
    *,
    by: Actor,
    source_id: int,
    name: str,
    grace: int,
    interval: int = 0,
    cron: str = "",
    zone: str = "",
    severity: str = "error",
    item: str = "",
    watches: str = "",
) -> NewHeartbeat:
    """A heartbeat of a source; its key is told here once and stored only as a hash.

    Expected every `interval` seconds, or at the times of `cron` by the clock of `zone`.
    With `watches`, the name of an alert that fires as long as all is well, it has no key. Raises Invalid naming the
    field at fault, NotFound, NotAllowed.
    """
    source = locked_source(source_id, by)
    row = Heartbeat(source=source, watches=watches.strip()[:200])
    when = {"interval": interval, "cron": cron, "zone": zone}
    _fill(row, {"name": name, "grace": grace, "severity": severity, "item": item, **when})
    key = None if row.watches else _new_key(row)
    if row.watches:
        fires = Alert.objects.filter(source_id=source_id, state=FIRING, labels__alertname=row.watches)
        row.watched_alert = fires.first()
        row.check_at = clock.now() if row.watched_alert else None
    row.save()
    return NewHeartbeat(row.pk, key)


@transaction.atomic
def change_heartbeat(heartbeat_id: int, *, by: Actor, seen: int | None = None, **fields: Any) -> None:
    """Change name, interval or times, grace, severity or item; an alert that is open keeps its labels until it ends.

    `seen` is the version it was read at. Raises Invalid, NotAllowed, NotFound, Stale.
    """
    row = locked_of_source(Heartbeat.objects.select_related("watched_alert"), heartbeat_id, by)
    if seen is not None and seen != row.version:
        raise Stale
    _fill(row, {name: fields.get(name, getattr(row, name)) for name in _UNSEEN})
    row.check_at = clock.now() if row.alerted else next_look(row, clock.now())
    _save(row)


@transaction.atomic
def pause_heartbeat(heartbeat_id: int, *, by: Actor, paused: bool) -> None:
    """Expect nothing of it and end its alert; or expect it again, from its next ping on."""
    row = locked_of_source(Heartbeat.objects.select_related("watched_alert"), heartbeat_id, by)
    if row.paused == paused:
        return
    row.paused = paused
    if paused:
        end_alert(row, clock.now())
    row.heard_at = row.failed_at = row.started_at = row.down_from = row.down_until = None
    row.check_at = clock.now() if row.watched_alert_id and not paused else None
    _save(row)


@transaction.atomic
def renew_key(heartbeat_id: int, *, by: Actor) -> str:
    """A new key in place of any former one, told here once. Raises NotFound, NotAllowed."""
    row = locked_of_source(Heartbeat.objects.select_related("watched_alert"), heartbeat_id, by)
    key = _new_key(row)
    _save(row)
    return key


@transaction.atomic
def remove_heartbeat(heartbeat_id: int, *, by: Actor) -> None:
    """Expect it no more, and end its alert. Its history goes with it. Raises NotFound, NotAllowed."""
    row = locked_of_source(Heartbeat.objects.select_related("watched_alert"), heartbeat_id, by)
    end_alert(row, clock.now())
    row.delete()


def _save(row: Heartbeat) -> None:
    row.version += 1
    row.save()


def _new_key(row: Heartbeat) -> str:
    key = token_urlsafe(24)
    row.key_hash = sha256(key.encode()).digest()
    return key


def _fill(row: Heartbeat, given: dict[str, Any]) -> None:
    faults: dict[str, Sentence] = {}
    name, item = given["name"].strip(), given["item"].strip()
    if not name or len(name) > 120:
        faults["name"] = say("Give a name of up to 120 characters.")
    elif Heartbeat.objects.filter(source_id=row.source_id, name=name).exclude(pk=row.pk or 0).exists():
        faults["name"] = say("This source has a heartbeat with this name.")
    cron, zone = given["cron"].strip(), given["zone"] if given["cron"].strip() else ""
    wrong = fault_of(cron, zone) if cron else None
    if wrong:
        faults |= dict([wrong])
    if not cron and not _SHORTEST <= given["interval"] <= _LONGEST:
        faults["interval"] = say("From 10 seconds to a year.")
    if not 0 <= given["grace"] <= _LONGEST:
        faults["grace"] = say("From nothing to a year.")
    if given["severity"] not in SEVERITIES:
        faults["severity"] = say("Choose a severity.")
    if len(item) > 200:
        faults["item"] = say("Up to 200 characters.")
    if faults:
        raise Invalid(faults)
    row.name, row.item, row.severity = name, item, given["severity"]
    row.cron, row.zone = cron, zone
    row.interval, row.grace = _ASLEEP if cron else given["interval"], given["grace"]
