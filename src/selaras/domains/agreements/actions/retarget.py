"""Hold a record's open clocks against another promise: its priority, service or agreement changed."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from selaras.domains.agreements.actions import _clocks
from selaras.domains.agreements.actions.start_clocks import begin, promised
from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.contracts.clocks import ClocksChanged
from selaras.domains.agreements.models import Target
from selaras.domains.agreements.queries.calendars import load_calendars
from selaras.domains.agreements.queries.ledger import Ledger, calendar_id
from selaras.domains.agreements.queries.promises import find_agreement, find_targets
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock as kernel_clock
from selaras.kernel.sentences import say

_NO_LONGER = say("No agreement in force with this customer covers the service; the clocks have no due time.")


@transaction.atomic
def retarget(
    record_id: int,
    *,
    by: Actor,
    metrics: Collection[Metric],
    service_id: int | None,
    organisation_id: int,
    priority: int,
    started_at: datetime | None = None,
    at: datetime | None = None,
) -> ClocksChanged:
    """Give each open clock of this customer the target that now applies; its segments (every pause) stay.

    A metric that gains a target and never had a clock starts one at `started_at` (when the record was opened;
    default now). A clock that loses its target goes on without a due time. Stopped clocks keep what they were
    held against.
    """
    _clocks.lock_record(record_id, by=by)
    moment = at or kernel_clock.now()
    agreement = find_agreement(organisation_id, service_id, moment)
    targets, reasons = ({}, (_NO_LONGER,)) if agreement is None else promised(agreement, metrics, priority)
    ledgers = _clocks.lock(record_id, None, by=by)
    theirs = [each for each in ledgers if each.clock.organisation_id == organisation_id]
    moved = retarget_ledgers([each for each in theirs if each.clock.metric in set(metrics)], targets)
    known = {ledger.clock.metric for ledger in theirs}
    fresh = begin(
        record_id, organisation_id, {m: t for m, t in targets.items() if m not in known}, started_at or moment
    )
    data = {"agreement": agreement.number if agreement else None, "priority": priority}
    return _clocks.finish(record_id, [*moved, *fresh], by=by, verb="clocks.retargeted", data=data, reasons=reasons)


@transaction.atomic
def reprioritise(
    record_id: int,
    *,
    by: Actor,
    metrics: Collection[Metric],
    priority: int,
    started_at: datetime | None = None,
    at: datetime | None = None,
) -> ClocksChanged:
    """Hold the clocks of every customer against what their own agreement promises at this priority.

    As `retarget`, but no agreement changes: for a record that may concern several customers. A metric that an
    agreement promises at this priority only starts its clock at `started_at`.
    """
    _clocks.lock_record(record_id, by=by)
    ledgers = [each for each in _clocks.lock(record_id, None, by=by) if each.target is not None]
    done: list[Ledger] = []
    promises = {(each.clock.organisation_id, each.target.agreement) for each in ledgers if each.target}
    for organisation_id, agreement in promises:
        theirs = [each for each in ledgers if each.clock.organisation_id == organisation_id]
        targets = find_targets(agreement, metrics, priority)
        known = {ledger.clock.metric for ledger in theirs}
        done += retarget_ledgers([each for each in theirs if each.clock.metric in set(metrics)], targets)
        missing = {metric: target for metric, target in targets.items() if metric not in known}
        done += begin(record_id, organisation_id, missing, started_at or at or kernel_clock.now())
    return _clocks.finish(record_id, done, by=by, verb="clocks.retargeted", data={"priority": priority})


def retarget_ledgers(ledgers: Collection[Ledger], targets: dict[Metric, Target]) -> list[Ledger]:
    """Set the targets of locked open clocks and derive their due times; answers those that changed."""
    calendars = load_calendars(calendar_id(target) for target in targets.values())
    moved = []
    for ledger in ledgers:
        clock, target = ledger.clock, targets.get(Metric(ledger.clock.metric))
        if clock.stopped_at is not None or clock.target_id == (target.pk if target else None):
            continue
        clock.target = target
        calendar = None if target is None else calendars[calendar_id(target)]
        given = clock.notices.filter(target=target).values_list("kind", flat=True) if target else ()
        moved.append(Ledger(clock, ledger.segments, calendar, frozenset(given)))
    _clocks.derive(moved, fields=("target",))
    return moved
