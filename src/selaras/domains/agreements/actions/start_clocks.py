"""Start the clocks of a record under the agreement in force."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from selaras.domains.agreements.actions import _clocks
from selaras.domains.agreements.contracts import METRIC_WORDS, Metric
from selaras.domains.agreements.contracts.clocks import ClocksChanged
from selaras.domains.agreements.models import Agreement, Clock, ClockSegment, Target
from selaras.domains.agreements.queries.calendars import load_calendars
from selaras.domains.agreements.queries.ledger import Ledger, calendar_id
from selaras.domains.agreements.queries.promises import find_agreement, find_targets
from selaras.domains.agreements.segments import RAN, Segment
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock as kernel_clock
from selaras.kernel.sentences import Sentence, say

_NOT_COVERED = say("No agreement in force with this customer covers the service, so no clock runs.")


@transaction.atomic
def start_clocks(
    record_id: int,
    *,
    by: Actor,
    metrics: Collection[Metric],
    service_id: int | None,
    organisation_id: int,
    priority: int,
    at: datetime | None = None,
) -> ClocksChanged:
    """Start a clock for each metric that the agreement in force has a target for; `reasons` say why one has
    none.

    A metric whose clock for this customer was started before is left as it is, so that a repeated call does no harm.
    """
    _clocks.lock_record(record_id, by=by)
    moment = at or kernel_clock.now()
    agreement = find_agreement(organisation_id, service_id, moment)
    if agreement is None:
        return ClocksChanged(_clocks.next_due(record_id), reasons=(_NOT_COVERED,))
    targets, missing = promised(agreement, metrics, priority)
    theirs = Clock.objects.filter(record_id=record_id, organisation_id=organisation_id, metric__in=metrics)
    known = set(theirs.values_list("metric", flat=True))
    started = begin(record_id, organisation_id, {m: t for m, t in targets.items() if m not in known}, moment)
    data = {"agreement": agreement.number, "priority": priority}
    return _clocks.finish(record_id, started, by=by, verb="clocks.started", data=data, reasons=missing)


def promised(
    agreement: Agreement, metrics: Collection[Metric], priority: int
) -> tuple[dict[Metric, Target], tuple[Sentence, ...]]:
    """The targets for these metrics, and a sentence for each metric without one."""
    targets = find_targets(agreement, metrics, priority)
    return targets, tuple(
        say(
            "Agreement %(number)s has no target for “%(metric)s” at priority %(priority)s.",
            number=agreement.number,
            metric=METRIC_WORDS[metric],
            priority=priority,
        )
        for metric in metrics
        if metric not in targets
    )


def begin(record_id: int, organisation_id: int, targets: dict[Metric, Target], at: datetime) -> list[Ledger]:
    """Write new running clocks with their due times: two inserts however many."""
    calendars = load_calendars(calendar_id(target) for target in targets.values())
    ledgers = [
        Ledger(
            Clock(record_id=record_id, organisation_id=organisation_id, target=target, metric=metric, started_at=at),
            (Segment(at, None, RAN),),
            calendars[calendar_id(target)],
        )
        for metric, target in targets.items()
    ]
    for ledger in ledgers:
        ledger.clock.due_at, ledger.clock.notice_at = _clocks.derived(ledger)
    Clock.objects.bulk_create(ledger.clock for ledger in ledgers)
    ClockSegment.objects.bulk_create(ClockSegment(clock=each.clock, began_at=at, kind=RAN) for each in ledgers)
    return ledgers
