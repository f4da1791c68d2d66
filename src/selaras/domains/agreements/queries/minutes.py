"""What was promised against what happened, for a customer's page."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Sum

from selaras.domains.agreements.contracts import Metric, Owner
from selaras.domains.agreements.contracts.clocks import MinutesRow, Period
from selaras.domains.agreements.models import Clock, ObligationEvent, Target
from selaras.domains.agreements.queries.ledger import Ledger, load_ledgers, with_targets
from selaras.domains.agreements.segments import Reading
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock as kernel_clock


def minutes_against_agreement(
    actor: Actor, organisation_id: int, service_id: int | None, period: Period, *, at: datetime | None = None
) -> list[MinutesRow]:
    """Each target with the clocks that started in the period on records of this customer (and service, if
    named).

    Five queries, whatever the number of clocks. Excused minutes are the customer's own and are not taken off.
    """
    require(actor, "agreements.view", organisation_id)
    rows = Clock.objects.filter(
        organisation=organisation_id,
        started_at__gte=period.start,
        started_at__lt=period.end,
        target__isnull=False,
    )
    if service_id is not None:
        rows = rows.filter(record__service=service_id)
    grouped: dict[int, list[Ledger]] = defaultdict(list)
    for ledger in load_ledgers(list(with_targets(rows).order_by("pk")), notices=False):
        grouped[ledger.clock.target_id or 0].append(ledger)
    excused = _excused([ledger.clock.record_id for ledgers in grouped.values() for ledger in ledgers])
    moment = at or kernel_clock.now()
    found = [_row(ledgers, excused, moment) for ledgers in grouped.values()]
    return sorted(found, key=lambda r: (r.agreement_number, list(Metric).index(r.metric), r.priority or 9))


def _excused(record_ids: Sequence[int]) -> dict[int, int]:
    rows = ObligationEvent.objects.filter(record__in=set(record_ids), obligation__owner=Owner.CUSTOMER)
    return dict(rows.values_list("record").annotate(minutes=Sum("minutes_excused")))


def _row(ledgers: Sequence[Ledger], excused: dict[int, int], at: datetime) -> MinutesRow:
    target = ledgers[0].target
    assert isinstance(target, Target)  # only clocks with a target are asked for
    read = [(ledger.clock, reading) for ledger in ledgers if (reading := ledger.reading(at)) is not None]
    over = {c.pk for c, _ in read if c.stopped_at is not None and c.stopped_at <= at}
    used = [reading.used for _, reading in read]
    return MinutesRow(
        agreement_id=target.agreement_id,
        agreement_number=target.agreement.number,
        metric=Metric(target.metric),
        priority=target.priority,
        target_minutes=target.minutes,
        clocks=len(read),
        met=sum(clock.pk in over and not reading.breached for clock, reading in read),
        breached=sum(reading.breached for _, reading in read),
        running=sum(clock.pk not in over and not reading.breached for clock, reading in read),
        used=sum(used, timedelta()),
        over=sum((_over(reading) for _, reading in read), timedelta()),
        longest=max(used, default=timedelta()),
        excused_minutes=sum(excused.get(clock.record_id, 0) for clock, _ in read),
    )


def _over(reading: Reading) -> timedelta:
    return max(-reading.remaining, timedelta()) if reading.breached else timedelta()
