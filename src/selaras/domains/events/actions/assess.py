"""Assess what intake took in: class and reason, item, incident. Works behind the commit, never before the sender.

Each pass reads the next changes, does all that follows from them and moves the cursor, in one transaction: whatever
dies in between, each change has its effect once. While more waits, what calls people is taken ahead of its turn
(_ahead.py). A change that cannot be assessed is set aside; those behind it go on.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from django.db import InterfaceError, OperationalError, connection, transaction

from selaras.domains.events.actions._ahead import take_ahead
from selaras.domains.events.actions._correlate import Correlating
from selaras.domains.events.actions._flapping import is_flapping
from selaras.domains.events.actions._follow import Pending, advance, lock_cursor, look_no_further, pending
from selaras.domains.events.actions._heard import note_heard
from selaras.domains.events.actions._holding import Holds
from selaras.domains.events.actions._prepare import prepare, trace_decision
from selaras.domains.events.actions._respond import Heard, cleared, open_or_join
from selaras.domains.events.actions._rows import write_rows
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.actions._trend import count_trend
from selaras.domains.events.actions._wanted import Wanted
from selaras.domains.events.actions.settle_heartbeats import bind_watched
from selaras.domains.events.contracts import CHANNEL, FIRING
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.models import Alert, Assessment, Change, Rule, SetAside
from selaras.domains.events.queries.rules import compiled_rules
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound
from selaras.kernel.sentences import say

log = logging.getLogger(__name__)

CURSOR = "assess"
_TO_PAGES = '{"kind": "alert"}'  # open pages of alerts read themselves again
_COLUMNS = (
    "alert_class", "reason", "rule", "item", "service", "cause", "record", "silence", "held", "state", "changed_at",
    "source", "added", "holds_back", "inhibitor", "flaps_until", "window", "group", "waits", "policy",
)  # fmt: skip


def assess_pending(*, limit: int = 300) -> int:
    """Assess up to `limit` changes; how many (0: nothing waits, or another process is at it).

    For a loop that waits for the channel `selaras_events` when it gives 0. Errors of the database's connection pass
    through: they are nobody's fault, and the pass is done again.
    """
    try:
        return _pass(limit)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("a pass of assessment failed; its changes are taken one by one")
        look_no_further(CURSOR)
    done = 0
    while done < limit and _one():
        done += 1
    return done


def retry_set_aside(set_aside_id: int, *, by: Actor) -> bool:
    """Try again to assess a change that was set aside, as its alert stands now; whether it went well this time."""
    require(by, "events.respond")
    try:
        with transaction.atomic():
            row = SetAside.objects.select_for_update().filter(pk=set_aside_id).first()
            if row is None:
                raise NotFound(str(set_aside_id))
            _assess([as_it_stands(row.alert_id)])
            row.delete()
    except (OperationalError, InterfaceError, NotFound):
        raise
    except Exception as error:
        log.exception("a change that was set aside failed again")
        with transaction.atomic():
            again = SetAside.objects.select_for_update().get(pk=set_aside_id)
            again.attempts, again.error, again.at = again.attempts + 1, repr(error)[:2000], clock.now()
            again.save(update_fields=["attempts", "error", "at"])
        return False
    return True


@transaction.atomic
def _pass(limit: int) -> int:
    cursor = lock_cursor(CURSOR)
    changes = pending(cursor, limit) if cursor else []
    if cursor is None or not changes:
        return 0
    ahead = take_ahead(cursor, changes[-1].change_id, limit) if len(changes) == limit > 1 else []
    due = [*(change for change in changes if not change.done), *ahead]
    if due:
        _assess(due)
        note_heard(due)
        bind_watched(_named(due))
    advance(cursor, changes, ahead)
    with connection.cursor() as notify:
        notify.execute("SELECT pg_notify(%s, 'assessed'), pg_notify('selaras_live', %s)", [CHANNEL, _TO_PAGES])
    return len(changes)


def _named(changes: Sequence[Pending]) -> list[tuple[int, int, str]]:
    return [
        (change.source_id, change.alert_id, (change.labels or {}).get("alertname", ""))
        for change in changes
        if change.source_id is not None and change.state == FIRING
    ]


def _one() -> bool:
    try:
        return bool(_pass(1))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        return _set_aside(error)


@transaction.atomic
def _set_aside(error: Exception) -> bool:
    """Keep the next change with the error it gave, and step over it."""
    cursor = lock_cursor(CURSOR)
    changes = pending(cursor, 1) if cursor else []
    if cursor is None or not changes:
        return False
    _keep(changes[0], error)
    advance(cursor, changes)
    return True


def _keep(poison: Pending, error: Exception) -> None:
    log.error("change %s of alert %s is set aside: %r", poison.change_id, poison.alert_id, error)
    SetAside.objects.get_or_create(
        change_id=poison.change_id,
        defaults={
            "alert_id": poison.alert_id, "state": poison.state, "error": repr(error)[:2000], "at": clock.now()
        },
    )  # fmt: skip


def _assess(changes: Sequence[Pending], telling: int | None = None) -> None:
    live = [change for change in changes if change.labels is not None]
    known = Assessment.objects.select_related("cause").in_bulk({change.alert_id for change in live})
    rules, trail = compiled_rules(), Trail()
    heard = prepare(live, rules, trail)
    wanted = Wanted()
    holds = Holds(heard, rules, trail, telling)
    correlating = Correlating(live, [one.found for one in heard], known)
    for one in heard:
        known[one.change.alert_id] = _assess_one(one, known.get(one.change.alert_id), holds, correlating, wanted)
    wanted.announce(known)
    unused = {compiled.rule.id for compiled in rules if not compiled.rule.used}
    fresh = {rule.id for one in heard for rule in one.verdict.passed} | {row.rule_id for row in known.values()}
    if unused & fresh:
        Rule.objects.filter(pk__in=unused & fresh).update(used=True)
    write_rows(known.values(), updates=_COLUMNS)
    trail.write()
    count_trend((change.at, known[change.alert_id].alert_class) for change in live if change.state == FIRING)


def _assess_one(
    one: Heard, before: Assessment | None, holds: Holds, correlating: Correlating, wanted: Wanted
) -> Assessment:
    change, decided = one.change, one.verdict
    assessment = before or Assessment(alert_id=change.alert_id, labels=dict(change.labels or {}))
    assessment.source_id = change.source_id
    if assessment.waits and change.state != FIRING:
        one.trail.add(change, TraceStep.HELD, say("It was over before people were told of its group."))
    holds.release(assessment)
    if change.state == FIRING or before is None:
        assessment.alert_class, assessment.reason = decided.alert_class, decided.reason.as_json()
        assessment.rule_id = decided.rule.id if decided.rule else None
        assessment.item_id = one.found.item.id if one.found else None
        assessment.added, assessment.policy_id = dict(decided.added), decided.policy_id
        trace_decision(one)
    if change.state == FIRING:
        responds = decided.rule is not None and decided.rule.opens_incident
        if not holds.hold(one, assessment, responds=responds or decided.wants_more):
            wanted.add(one)
            if responds and decided.rule:
                open_or_join(one, replace(decided.rule, policy_id=decided.policy_id), assessment, correlating)
    assessment.state, assessment.changed_at = change.state, change.at
    if assessment.cause_id is not None:
        # Written at once: whether others of this cause still fire is asked of the table.
        if assessment._state.adding:
            assessment.save(force_insert=True)
        else:
            assessment.save(update_fields=_COLUMNS)
        if change.state != FIRING:
            correlating.ended(change)
            if not is_flapping(assessment):
                trace_cleared(one.trail, change, assessment)
    return assessment


def trace_cleared(trail: Trail, change: Pending, assessment: Assessment) -> None:
    """Tell the incident of an alert that has ended that its cause is gone, if it is."""
    if cleared(change, assessment):
        gone = say("With it the cause of its incident is gone.")
        trail.add(change, TraceStep.OVER, gone, record_id=assessment.record_id)


def assess_again(alert_id: int) -> None:
    """Assess an alert as it stands now, within the caller's transaction; what fails is set aside, and only that."""
    assess_together([alert_id])


def assess_together(alert_ids: Sequence[int], *, telling: int | None = None) -> None:
    """The same of several as one; if that fails, of each alone. `telling`: the group whose wait is over."""
    changes = _as_they_stand(alert_ids)
    try:
        with transaction.atomic():
            _assess(changes, telling)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(changes) == 1:
            _keep(changes[0], error)
            return
        log.exception("the alerts of a group are assessed one by one")
        for change in changes:
            assess_together([change.alert_id], telling=telling)


def as_it_stands(alert_id: int) -> Pending:
    """An alert's last change, with what it says now."""
    return _as_they_stand([alert_id])[0]


def _as_they_stand(alert_ids: Sequence[int]) -> list[Pending]:
    latest = Change.objects.filter(alert_id__in=alert_ids).order_by("alert_id", "-id").distinct("alert_id")
    last = {alert_id: (change_id, at) for alert_id, change_id, at in latest.values_list("alert_id", "id", "at")}
    return [
        Pending(
            *last.get(alert.pk, (0, clock.now())), alert.pk, alert.state, alert.episode, alert.source_id,
            alert.labels, alert.annotations,
        )
        for alert in Alert.objects.filter(pk__in=alert_ids).order_by("pk")
    ]  # fmt: skip
