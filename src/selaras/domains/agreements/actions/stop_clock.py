"""Stop a record's clock, start it again when the record is reopened, or begin its next round."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from selaras.domains.agreements.actions import _clocks
from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.contracts.clocks import ClocksChanged
from selaras.domains.agreements.models import Clock
from selaras.domains.agreements.queries.ledger import Ledger
from selaras.domains.agreements.segments import NO_REASON, PAUSED, RAN, Segment, restarted, stopped
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock as kernel_clock
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say

RESOLVED = say("resolved")


@transaction.atomic
def stop_clock(record_id: int, metric: Metric, *, by: Actor, at: datetime | None = None) -> ClocksChanged:
    """Stop the open clock of a metric at `at`. A clock that is stopped, or none, is left as it is."""
    return stop_clocks(record_id, (metric,), by=by, at=at)


@transaction.atomic
def stop_clocks(
    record_id: int, metrics: Collection[Metric] | None = None, *, by: Actor, at: datetime | None = None
) -> ClocksChanged:
    """Stop the open clocks of these metrics (None: all): resolved, cancelled, answered."""
    moment = at or kernel_clock.now()
    ledgers = [ledger for ledger in _clocks.lock(record_id, metrics, by=by) if ledger.clock.stopped_at is None]
    done = [_stop(ledger, moment) for ledger in ledgers]
    _clocks.derive(done, fields=("stopped_at",))
    data = {"at": moment.isoformat(), "late": sorted(ledger.clock.metric for ledger in done if _late(ledger))}
    return _clocks.finish(record_id, done, by=by, verb="clocks.stopped", data=data)


@transaction.atomic
def restart_clocks(
    record_id: int,
    metrics: Collection[Metric],
    *,
    by: Actor,
    reason: str | Sentence = RESOLVED,
    at: datetime | None = None,
) -> ClocksChanged:
    """The last stopped clock of each metric runs on; the time it stood is a pause with its reason."""
    moment = at or kernel_clock.now()
    ledgers = _last_stopped(_clocks.lock(record_id, metrics, by=by))
    done = [_restart(ledger, moment, _clocks.because(reason)) for ledger in ledgers]
    _clocks.derive(done, fields=("stopped_at",))
    return _clocks.finish(record_id, done, by=by, verb="clocks.restarted", data={"at": moment.isoformat()})


@transaction.atomic
def renew_clock(record_id: int, metric: Metric, *, by: Actor, at: datetime | None = None) -> ClocksChanged:
    """A promised update was given: stop this round and begin the next, paused if this one was."""
    moment = at or kernel_clock.now()
    ledgers = [ledger for ledger in _clocks.lock(record_id, (metric,), by=by) if ledger.clock.stopped_at is None]
    done = [_stop(ledger, moment) for ledger in ledgers]
    _clocks.derive(done, fields=("stopped_at",))
    fresh = [_next_round(ledger, moment) for ledger in done]
    _clocks.derive(fresh)
    return _clocks.finish(record_id, fresh, by=by, verb="clocks.renewed", data={"at": moment.isoformat()})


def _stop(ledger: Ledger, at: datetime) -> Ledger:
    if at < ledger.clock.started_at:
        raise Invalid({"at": say("The clock had not started then.")})
    ledger.clock.stopped_at = at
    return _clocks.store(ledger, stopped(ledger.segments, at))


def _restart(ledger: Ledger, at: datetime, reason: Sentence) -> Ledger:
    since = ledger.clock.stopped_at
    if since is None or at < since:
        raise Invalid({"at": say("The clock was still running then.")})
    ledger.clock.stopped_at = None
    return _clocks.store(ledger, restarted(ledger.segments, since, at, reason))


def _last_stopped(ledgers: list[Ledger]) -> list[Ledger]:
    in_order = sorted(ledgers, key=lambda each: each.clock.round)
    last = {(ledger.clock.organisation_id, ledger.clock.metric): ledger for ledger in in_order}
    return [ledger for ledger in last.values() if ledger.clock.stopped_at is not None]


def _next_round(ledger: Ledger, at: datetime) -> Ledger:
    old, last = ledger.clock, ledger.segments[-1:]
    paused = last[0] if last and last[0].kind == PAUSED else None
    clock = Clock.objects.create(
        record_id=old.record_id,
        organisation_id=old.organisation_id,
        target=old.target,
        metric=old.metric,
        round=old.round + 1,
        started_at=at,
    )
    first = Segment(at, None, PAUSED if paused else RAN, paused.reason if paused else NO_REASON)
    return _clocks.store(Ledger(clock, (), ledger.calendar), (first,))


def _late(ledger: Ledger) -> bool:
    reading = ledger.reading(ledger.clock.stopped_at or ledger.clock.started_at)
    return reading is not None and reading.breached
