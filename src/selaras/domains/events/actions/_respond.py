"""What follows from an exception: open its cause's incident, join it, say that the cause is gone or back."""

from dataclasses import dataclass

from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.actions._trail import Trail, trace_incident, trace_page
from selaras.domains.events.actions.paging import end_page, page_for
from selaras.domains.events.contracts import FIRING, RuleRow, Verdict
from selaras.domains.events.models import Assessment, Cause
from selaras.domains.events.rules import cause_key, impact_of_uses, urgency_of
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


def open_or_join(heard: Heard, rule: RuleRow, assessment: Assessment) -> None:
    """Put a firing exception under the incident of its cause, which is opened if there is none. Sets the assessment."""
    service_id = None if heard.found else _named_service(heard.labels)
    source_id = heard.change.source_id or 0
    key = cause_key(heard.labels, source_id, heard.found.item.id if heard.found else None, service_id)
    cause, how = _open_cause(key), "opened"
    if cause is None:
        cause = _report(heard, rule, key, service_id)
    else:
        how = "again" if assessment.cause_id == cause.pk else "joined"
        _tell(cause.record_id, heard, again=how == "again")
    assessment.cause, assessment.record_id, assessment.service_id = cause, cause.record_id, service_id
    ref = RecordRef(cause.record_id, cause.record.number)
    trace_incident(heard.trail, heard.change, ref, how)
    paged = None
    if rule.policy_id:
        card = get_incident(EVENTS, cause.record.number).card
        paged = page_for(card, rule.policy_id, by=EVENTS, body=heard.annotations.get("description", ""))
    trace_page(heard.trail, heard.change, ref, rule, paged)


def cleared(change: Pending, assessment: Assessment) -> bool:
    """An alert of a cause has ended: if it was the last that fired, its incident is told. Whether it was."""
    if assessment.record_id is None or assessment.cause is None:
        return False
    if Assessment.objects.filter(cause=assessment.cause, state=FIRING).exclude(pk=assessment.pk).exists():
        return False
    if open_state(assessment.record_id) not in (*_ENDED, MERGED):
        clear_cause(assessment.record_id, by=EVENTS, at=change.at, data={"alert_id": change.alert_id})
    end_page(assessment.record_id, by=EVENTS)
    return True


def _open_cause(key: str) -> Cause | None:
    """The cause under this key, if its incident has not ended; a merged one is followed to where it went."""
    open_ones = Cause.objects.select_for_update(of=("self",)).select_related("record")
    cause = open_ones.filter(key=key, closed_at=None).first()
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


def _tell(record_id: int, heard: Heard, *, again: bool) -> None:
    if open_state(record_id) == RESOLVED:
        recur(record_id, by=EVENTS, text=say("The cause is back: %(alert)s.", alert=_title(heard)), data=_data(heard))
    else:
        text = _again(heard) if again else say("Another alert of the same cause: %(alert)s.", alert=_title(heard))
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
