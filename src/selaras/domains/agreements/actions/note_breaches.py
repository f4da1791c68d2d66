"""Announce what is nearly due and what is overdue, each once."""

from datetime import datetime

from django.db import transaction

from selaras.domains.agreements.actions import _clocks
from selaras.domains.agreements.models import Clock, ClockNotice
from selaras.domains.agreements.queries.ledger import Ledger, load_ledgers, with_targets
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.actions.entries import add_entry
from selaras.kernel import clock as kernel_clock
from selaras.kernel.outbox import announce


def note_breaches(*, by: Actor, at: datetime | None = None, limit: int = 500) -> int:
    """Note warnings and breaches that are due by `at`; returns how many. Safe to run anywhere, any number at
    once.

    One transaction a clock, its record locked first. The cached time only finds the clock; whether it is late
    is read from its segments under the lock, and a unique row keeps a notice to one.
    """
    require(by, "agreements.edit")
    moment = at or kernel_clock.now()
    found = Clock.objects.filter(notice_at__lte=moment).order_by("notice_at").values_list("record_id", "pk")[:limit]
    return sum(_note(record_id, clock_id, moment, by=by) for record_id, clock_id in list(found))


@transaction.atomic
def _note(record_id: int, clock_id: int, at: datetime, *, by: Actor) -> bool:
    _clocks.lock_record(record_id, by=by)
    clocks = with_targets(Clock.objects.filter(pk=clock_id, notice_at__lte=at)).select_for_update(of=("self",))
    ledgers = load_ledgers(list(clocks))
    fresh = [ledger for ledger in ledgers if (kind := _kind(ledger, at)) and _tell(ledger, kind, at, by=by)]
    if ledgers:
        _clocks.derive(load_ledgers([ledger.clock for ledger in ledgers]))
    return bool(fresh)


def _kind(ledger: Ledger, at: datetime) -> str | None:
    """What there is to say of the clock now: a breach before a warning, nothing if its
    cached time was wrong.
    """
    reading = ledger.reading(at)
    if reading is None or ledger.clock.stopped_at is not None:
        return None
    if reading.breached:
        return _clocks.BREACHED
    return _clocks.WARNED if reading.warn_at is not None and reading.warn_at <= at else None


def _tell(ledger: Ledger, kind: str, at: datetime, *, by: Actor) -> bool:
    """Write the notice, the entry and the announcement; False if this was told before for the same target."""
    clock, target = ledger.clock, ledger.target
    if target is None or kind in ledger.noticed:
        return False
    ClockNotice.objects.create(clock=clock, target=target, kind=kind, at=at)
    due_at = clock.due_at.isoformat() if clock.due_at else None
    told = {"minutes": target.minutes, "agreement": target.agreement.number, "due_at": due_at}
    add_entry(
        clock.record_id,
        by=by,
        verb=f"clock.{kind}",
        data={"metrics": [clock.metric], **told},
        public=False,
    )
    announce(f"clock.{kind}", {"clock_id": clock.pk, "record_id": clock.record_id, "metric": clock.metric, **told})
    return True
