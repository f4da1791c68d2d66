"""What follows from an exception: open its cause's incident, join it, say that the cause is gone or back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from selaras.domains.events.actions._correlate import Correlating, explained, take_in, trace_joined
from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.actions._trail import Trail, note, trace_incident, trace_page
from selaras.domains.events.actions.paging import end_page, page_for
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.rules import RuleRow, Verdict
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.correlation import Bond, Tie
from selaras.domains.events.models import Assessment, Cause, Group
from selaras.domains.events.rules import ALONE, cause_key, impact_of_uses, named_of, own_key, urgency_of
from selaras.domains.incidents.actions.cause import clear_cause, note_cause, recur
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.contracts import CANCELLED, CLOSED, MERGED, RESOLVED, Source
from selaras.domains.incidents.queries import get_incident, open_state
from selaras.domains.people.contracts import system_actor
from selaras.domains.records.contracts import RecordRef
from selaras.domains.records.queries import get_record
from selaras.domains.services.contracts import Found
from selaras.domains.services.queries.impact import impact_of
from selaras.domains.services.queries.services import get_service
from selaras.kernel import clock
from selaras.kernel.errors import NotFound
from selaras.kernel.sentences import Sentence, say

EVENTS = system_actor("events")
_TITLE = 300  # characters of a record's title
_NAMED = 100  # alerts of a cause that are told when what explained them is over
_ENDED = (CLOSED, CANCELLED)


@dataclass(frozen=True, slots=True)
class Heard:
    """A firing alert with what was found out about it."""

    change: Pending
    labels: dict[str, str]
    annotations: dict[str, str]
    found: Found | None
    verdict: Verdict
    trail: Trail


def open_or_join(heard: Heard, rule: RuleRow, assessment: Assessment, correlating: Correlating) -> None:
    """Put a firing exception under the incident of its cause: of its own key, else of what explains it, else a new one.

    Sets the assessment. What its thing explains and nobody works on comes under it too.
    """
    service_id = None if heard.found else _named_service(heard.labels)
    key = _key(heard, rule, assessment, service_id)
    place = _place_of(heard, key, correlating, _told_in(assessment.group))
    cause, how = place.cause, "joined"
    if cause is None:
        cause, how = _report(heard, rule, key, service_id), "opened"
    else:
        how = "again" if assessment.cause_id == cause.pk else how
        _tell(cause.record_id, heard, again=how == "again", why=explained(place.tie) if place.tie else None)
    assessment.cause, assessment.record_id, assessment.service_id = cause, cause.record_id, service_id
    # Somebody was told of what is merged: they, or whom the rule names, are told of what it went into.
    policy_id = rule.policy_id or next(iter(_policies(place.related)), None)
    take_in(cause, place.related, correlating)
    if not rule.stands_alone:
        correlating.placed(heard.change, cause.pk)
    if assessment.group:
        Group.objects.filter(pk=assessment.group.pk).update(cause=cause)
    ref = RecordRef(cause.record_id, cause.record.number)
    if place.tie:
        trace_joined(heard.trail, heard.change, place.tie, ref)
    else:
        trace_incident(heard.trail, heard.change, ref, how, rule)
    _call(heard, replace(rule, policy_id=policy_id), ref)


def _key(heard: Heard, rule: RuleRow, assessment: Assessment, service_id: int | None) -> str:
    """What alerts of one incident have in common: the group, else what they are about; alone, nothing."""
    source_id, group = heard.change.source_id or 0, assessment.group
    if rule.stands_alone:
        return own_key(heard.change.labels or {}, source_id, group.key if group else None)
    if group:
        return f"group:{group.key}"
    return cause_key(heard.labels, source_id, heard.found.item.id if heard.found else None, service_id)


@dataclass(frozen=True, slots=True)
class _Place:
    """The cause an alert comes under (None: there is none yet), by which tie if not by its own key, and the causes that
    are one with it because of this alert."""

    cause: Cause | None
    tie: Tie | None
    related: list[Cause]


def _told_in(group: Group | None) -> int | None:
    """The cause under which a group was told last; as it is now, since causes become one."""
    return Group.objects.values_list("cause_id", flat=True).get(pk=group.pk) if group else None


def _place_of(heard: Heard, key: str, correlating: Correlating, told_in: int | None) -> _Place:
    own = (_open_cause(Q(pk=told_in)) if told_in else None) or _open_cause(Q(key=key))
    tied, ids = ([], []) if key.startswith(ALONE) else correlating.ties(heard.change)
    if own is not None:  # where it belongs was decided before: only what it explains can still come to it
        above = {tie.to.cause for tie in tied if tie.bond is Bond.ABOVE}
        ids = [pk for pk in ids if pk != own.pk and pk in above]
    related = [one for one in (_open_cause(Q(pk=pk)) for pk in ids) if one]
    best = next((one for one in tied if related and one.to.cause == related[0].pk), None)
    if own is None and best is not None and best.bond is not Bond.ABOVE:
        return _Place(related[0], best, related[1:])
    return _Place(own, None, related)


def _call(heard: Heard, rule: RuleRow, ref: RecordRef) -> None:
    """Call people for an incident by the rule's policy, if it names one, and note whether anybody is."""
    paged = None
    if rule.policy_id:
        card = get_incident(EVENTS, ref.number).card
        paged = page_for(card, rule.policy_id, by=EVENTS, body=heard.annotations.get("description", ""))
    trace_page(heard.trail, heard.change, ref, rule, paged)


def _policies(causes: Sequence[Cause]) -> list[int]:
    """The escalation policies by which people were called for these causes."""
    return list(
        Assessment.objects.filter(cause__in=causes, state=FIRING)
        .exclude(rule__policy=None)
        .order_by("alert_id")
        .values_list("rule__policy_id", flat=True)[:1]
    )


def cleared(change: Pending, assessment: Assessment) -> bool:
    """An alert of a cause has ended: if it was the last that fired, its incident is told. Whether it was."""
    if assessment.record_id is None or assessment.cause is None:
        return False
    others = Assessment.objects.filter(cause=assessment.cause, state=FIRING).exclude(pk=assessment.pk)
    if others.exists():
        _still_fires(assessment, others)
        return False
    if open_state(assessment.record_id) not in (*_ENDED, MERGED):
        clear_cause(assessment.record_id, by=EVENTS, at=change.at, data={"alert_id": change.alert_id})
    end_page(assessment.record_id, by=EVENTS)
    return True


def _still_fires(over: Assessment, others: QuerySet[Assessment]) -> None:
    """What opened the incident is over, and what it explained still fires: said on each alert and on the incident,
    which opens again if somebody thought it solved, and calls by the policy of what fires."""
    cause = over.cause
    if cause is None or cause.key != f"item:{over.item_id}" or others.filter(item_id=over.item_id).exists():
        return
    left = list(others.select_related("alert", "rule").order_by("alert_id")[:_NAMED])
    names = ", ".join(named_of(one.alert.labels) for one in left)
    text = say("%(alert)s is over; this still fires: %(others)s.", alert=named_of(over.alert.labels), others=names)
    for one in left:
        number = cause.record.number
        said = say("What explained it is over, and it still fires. It stays in %(number)s.", number=number)
        note(one.alert_id, said, step=TraceStep.INCIDENT, episode=one.alert.episode)
    tell = recur if open_state(cause.record_id) == RESOLVED else note_cause
    tell(cause.record_id, by=EVENTS, text=text, data={"alert_id": over.alert_id})
    policy_id = next(iter(_policies([cause])), None)
    if policy_id and any(one.silence_id is None and one.window_id is None for one in left):
        page_for(get_incident(EVENTS, cause.record.number).card, policy_id, by=EVENTS, body=str(text))


def _open_cause(wanted: Q) -> Cause | None:
    """The open cause wanted, if its incident has not ended; a merged one is followed to where it went."""
    open_ones = Cause.objects.select_for_update(of=("self",)).select_related("record")
    cause = open_ones.filter(wanted, closed_at=None).first()
    if cause is None:
        return None
    state = open_state(cause.record_id)
    hops = 0
    while state == MERGED and hops < 10:
        into = get_incident(EVENTS, cause.record.number).merged_into
        if into is None:
            break
        cause.record_id = get_record(EVENTS, into).id
        cause.save(update_fields=["record"])
        cause.refresh_from_db()
        state, hops = open_state(cause.record_id), hops + 1
    if state in (*_ENDED, MERGED):
        cause.closed_at = clock.now()
        cause.save(update_fields=["closed_at"])
        return None
    return cause


def _report(heard: Heard, rule: RuleRow, key: str, service_id: int | None) -> Cause:
    items = [heard.found.item.id] if heard.found else []
    impact = rule.impact
    if impact is None:
        hit = impact_of(items, [service_id] if service_id else [])
        impact = impact_of_uses([use.criticality for use in hit.uses], len(hit.customers))
    ref = report(
        by=EVENTS,
        title=_title(heard),
        description=heard.annotations.get("description", ""),
        impact=impact,
        urgency=rule.urgency or urgency_of(heard.verdict.alert_class),
        service_id=service_id,
        item_ids=items,
        team_id=rule.team_id,
        source=Source.EVENT,
        entry_data={**_data(heard), "sentence": heard.verdict.reason.as_json()},
    )
    return Cause.objects.create(key=key, record_id=ref.id, opened_at=clock.now())


def _tell(record_id: int, heard: Heard, *, again: bool, why: Sentence | None) -> None:
    if open_state(record_id) == RESOLVED:
        recur(record_id, by=EVENTS, text=say("The cause is back: %(alert)s.", alert=_title(heard)), data=_data(heard))
    else:
        text = _again(heard) if again else say("Another alert of the same cause: %(alert)s.", alert=_title(heard))
        if why:
            text = say("Alert %(alert)s belongs here. %(why)s", alert=_title(heard), why=why)
        note_cause(record_id, by=EVENTS, text=text, data=_data(heard))


def _again(heard: Heard) -> Sentence:
    return say("It fires again (time %(n)s): %(alert)s.", n=heard.change.episode, alert=_title(heard))


def _title(heard: Heard) -> str:
    name = heard.labels.get("alertname", "")
    told = heard.annotations.get("summary") or heard.annotations.get("title") or ""
    where = heard.found.item.name if heard.found else heard.labels.get("instance", "")
    words = told or ": ".join(part for part in (name, where) if part)
    return (" ".join(words.split()) or ", ".join(f"{k}={v}" for k, v in sorted(heard.labels.items())))[:_TITLE]


def _data(heard: Heard) -> dict[str, object]:
    return {"alert_id": heard.change.alert_id, "labels": heard.labels, "change_id": heard.change.change_id}


def _named_service(labels: dict[str, str]) -> int | None:
    """The service that the label `service` names by its slug, where no item was found."""
    slug = labels.get("service", "")
    try:
        return get_service(EVENTS, slug).id if slug else None
    except NotFound:
        return None
