"""Reads of alerts, for the provider's people: lists by key, one with its history, counts.

Lists go by the time of the last change that assessment has read, newest first; what waits is told by `log.get_backlog`.
"""

import base64
import binascii
import json
from datetime import datetime

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from selaras.domains.events.contracts import FIRING, AlertClass, ChangeReason, fingerprint
from selaras.domains.events.contracts.alerts import (
    AlertDetail,
    AlertFilter,
    AlertOfRecord,
    AlertPage,
    AlertRow,
    AssessedRow,
    ChangeRow,
    TellingGroup,
)
from selaras.domains.events.contracts.silences import SilenceRow
from selaras.domains.events.contracts.tracing import TraceRow, TraceStep
from selaras.domains.events.models import Alert, Assessment, Change, Trace
from selaras.domains.events.queries.narrowing import narrowed, needs_reading, read_through
from selaras.domains.events.queries.silences import active_silences
from selaras.domains.events.silencing import silencers
from selaras.domains.events.skew import clock_off
from selaras.domains.events.tracing import by_episode, told
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound
from selaras.kernel.sentences import Sentence

# What an alert nearly always has is joined, the rest fetched apart: to plan nine joins takes PostgreSQL 6 ms, four 0.7.
_JOINED = ("alert__source", "item", "record")
_APART = ("rule", "group", "acknowledged_by", "assigned_to", "assigned_team")
# What an AlertRow tells; of a record, say, its search words would come along else.
_TOLD = (
    *(f"alert__{name}" for name in (
        "source__name", "state", "labels", "annotations", "generator_url", "starts_at", "ends_at", "first_seen",
        "last_seen", "received", "episode",
    )),
    "alert_class", "reason", "rule", "item__slug", "item__name", "service", "record__number", "changed_at", "silence",
    "held", "added", "flaps_until", "inhibitor", "window", "group", "waits", "acknowledged_by", "acknowledged_at",
    "acknowledged_episode", "assigned_to", "assigned_team", "shelved_until",
)  # fmt: skip
# In the order of AlertOfRecord; put together once, as it is asked for by every page of an incident.
_OF_RECORD = Assessment.objects.order_by("-changed_at", "-alert_id").values_list(
    "alert_id", "alert__state", "alert__labels", "alert__source", "alert__episode", "changed_at", "added", "service",
    "item", "item__slug", "item__name",
)  # fmt: skip
_HISTORY = 200  # changes shown with one alert


def list_alerts(
    actor: Actor, wanted: AlertFilter | None = None, *, after: str | None = None, limit: int = 50
) -> AlertPage:
    """Alerts, those that changed last first. `after` is a page's `next`.

    A fixed number of queries. Raises BadMatcher, NotAllowed, NotFound.
    """
    require(actor, "events.view")
    wanted = wanted or AlertFilter()
    rows = narrowed(wanted)
    if after is not None:
        at, alert_id = _key(after)
        rows = rows.filter(Q(changed_at__lt=at) | Q(changed_at=at, alert_id__lt=alert_id), changed_at__lte=at)
    looked_at = None
    if needs_reading(wanted):
        ids, looked_at = read_through(rows, wanted, limit + 1)
        rows = Assessment.objects.filter(pk__in=ids)
    found = _whole(rows.order_by("-changed_at", "-alert_id")[: limit + 1])
    page = found[:limit]
    return AlertPage(
        tuple(_row(one.alert, one) for one in page), _made_key(page[-1]) if len(found) > limit else None, looked_at
    )


def get_alert(actor: Actor, alert_id: int) -> AlertDetail:
    """An alert and its changes, newest first. Raises NotAllowed, NotFound."""
    require(actor, "events.view")
    alert = Alert.objects.select_related("source").filter(pk=alert_id).first()
    if alert is None:
        raise NotFound(str(alert_id))
    assessment = next(iter(_whole(Assessment.objects.filter(pk=alert_id))), None)
    changes = tuple(_change(one) for one in Change.objects.filter(alert_id=alert_id).order_by("-id")[:_HISTORY])
    lines = Trace.objects.filter(alert_id=alert_id).select_related("record").order_by("-id")[:_HISTORY]
    trace = tuple(_decided(line) for line in lines)
    return AlertDetail(
        alert=_row(alert, assessment),
        changes=changes,
        trace=trace,
        silences=tuple(_silences_of(alert)) if alert.state == FIRING else (),
        episodes=by_episode(changes, trace),
        told=told(trace, alert.episode),
        clock_off=_clock_off(alert, changes),
    )


def _clock_off(alert: Alert, changes: tuple[ChangeRow, ...]) -> int:
    """As its latest firing tells, else its first coming."""
    one = next((change for change in changes if change.state == FIRING), changes[-1] if changes else None)
    if one is None:
        return 0
    first = one.at == alert.first_seen
    return clock_off(one.state, one.at, one.starts_at, one.ends_at, first=first, told=alert.annotations)


def list_alerts_of_record(actor: Actor, record_id: int, *, limit: int = 50) -> tuple[AlertOfRecord, ...]:
    """The alerts that an incident came of, those that changed last first; one query. Raises NotAllowed."""
    require(actor, "events.view")
    rows = _OF_RECORD.filter(record=record_id)
    return tuple(AlertOfRecord(*values) for values in rows[:limit])


def list_alerts_of_item(actor: Actor, item_id: int, *, limit: int = 50) -> tuple[AlertRow, ...]:
    """The alerts about a configuration item. Raises NotAllowed."""
    return list_alerts(actor, AlertFilter(item_id=item_id), limit=limit).rows


def count_by_class(actor: Actor) -> dict[AlertClass, int]:
    """How many alerts fire now, by class. Raises NotAllowed."""
    require(actor, "events.view")
    counted = Assessment.objects.filter(state=FIRING).values_list("alert_class").annotate(n=Count("*"))
    found: dict[str, int] = dict(counted)
    return {alert_class: found.get(alert_class, 0) for alert_class in AlertClass}


def _whole(rows: QuerySet[Assessment]) -> list[Assessment]:
    """The rows with all that an AlertRow tells; one query more for each that any of them has of `_APART`."""
    found = list(rows.select_related(*_JOINED).only(*_TOLD))
    prefetch_related_objects(found, *(name for name in _APART if any(getattr(one, f"{name}_id") for one in found)))
    return found


def _row(alert: Alert, assessment: Assessment | None) -> AlertRow:
    return AlertRow(
        id=alert.pk,
        fingerprint=fingerprint(alert.labels),
        source_id=alert.source_id,
        source_name=alert.source.name,
        state=alert.state,
        labels=alert.labels,
        annotations=alert.annotations,
        generator_url=alert.generator_url,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        first_seen=alert.first_seen,
        last_seen=alert.last_seen,
        received=alert.received,
        episode=alert.episode,
        assessed=_assessed(assessment, alert.episode) if assessment else None,
    )


def _assessed(assessment: Assessment, episode: int) -> AssessedRow:
    own, shelved = assessment.acknowledged_episode == episode, assessment.shelved_until
    flaps = assessment.flaps_until
    return AssessedRow(
        alert_class=AlertClass(assessment.alert_class),
        reason=Sentence.from_json(assessment.reason),
        rule_name=assessment.rule.name if assessment.rule else None,
        item_id=assessment.item_id,
        item_slug=assessment.item.slug if assessment.item else None,
        item_name=assessment.item.name if assessment.item else None,
        service_id=assessment.service_id,
        record_id=assessment.record_id,
        record_number=assessment.record.number if assessment.record else None,
        changed_at=assessment.changed_at,
        silenced=assessment.silence_id is not None,
        held=assessment.held,
        added=assessment.added,
        flaps_until=flaps if flaps and flaps > clock.now() else None,
        inhibitor_id=assessment.inhibitor_id,
        window_id=assessment.window_id,
        group=_group(assessment),
        waits=assessment.waits,
        acknowledged_by=str(assessment.acknowledged_by.name) if own and assessment.acknowledged_by else None,
        acknowledged_at=assessment.acknowledged_at if own else None,
        assigned_to=str(assessment.assigned_to.name) if assessment.assigned_to else None,
        assigned_team=assessment.assigned_team.name if assessment.assigned_team else None,
        shelved_until=shelved if shelved and shelved > clock.now() else None,
    )


def _group(assessment: Assessment) -> TellingGroup | None:
    one = assessment.group
    return TellingGroup(one.pk, one.labels, one.due_at, one.told_at) if one else None


def _silences_of(alert: Alert) -> list[SilenceRow]:
    whose = alert.source.organisation_id
    return silencers(alert.labels, (one for one in active_silences() if one.row.organisation_id == whose))


def _decided(trace: Trace) -> TraceRow:
    silence_id = str(trace.silence_id) if trace.silence_id else None
    return TraceRow(
        at=trace.at,
        sentence=Sentence.from_json(trace.sentence),
        silence_id=silence_id,
        step=TraceStep(trace.step),
        episode=trace.episode,
        record_number=trace.record.number if trace.record else None,
        page_id=trace.page_id,
        other_id=trace.other_id,
        window_id=trace.window_id,
    )


def _change(change: Change) -> ChangeRow:
    return ChangeRow(
        change.pk,
        change.at,
        change.state,
        change.episode,
        ChangeReason(change.reason),
        change.starts_at,
        change.ends_at,
    )


def _made_key(last: Assessment) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.changed_at.isoformat(), last.alert_id]).encode()).decode()


def _key(after: str) -> tuple[datetime, int]:
    try:
        at, alert_id = json.loads(base64.urlsafe_b64decode(after))
        return datetime.fromisoformat(at), int(alert_id)
    except (ValueError, TypeError, binascii.Error):
        raise NotFound(after) from None
