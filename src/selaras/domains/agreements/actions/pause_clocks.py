"""Pause and resume a record's clocks."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from selaras.domains.agreements.actions import _clocks
from selaras.domains.agreements.contracts import Metric
from selaras.domains.agreements.contracts.clocks import ClocksChanged
from selaras.domains.agreements.queries.ledger import Ledger
from selaras.domains.agreements.segments import PAUSED, RAN, Change, Segment, changed
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock as kernel_clock
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say


@transaction.atomic
def pause_clocks(
    record_id: int,
    *,
    by: Actor,
    reason: str | Sentence,
    metrics: Collection[Metric] | None = None,
    at: datetime | None = None,
) -> ClocksChanged:
    """Pause the open clocks of these metrics (None: all) from `at`, with the reason that the clock will show.

    `at` may lie in the past: the pause then holds until the next change the clock already knows.
    """
    return _change(record_id, metrics, Change(at or kernel_clock.now(), PAUSED, _clocks.because(reason)), by=by)


@transaction.atomic
def resume_clocks(
    record_id: int, *, by: Actor, metrics: Collection[Metric] | None = None, at: datetime | None = None
) -> ClocksChanged:
    """Let the open clocks of these metrics (None: all) run on from `at`."""
    return _change(record_id, metrics, Change(at or kernel_clock.now(), RAN), by=by)


def _change(record_id: int, metrics: Collection[Metric] | None, change: Change, *, by: Actor) -> ClocksChanged:
    ledgers = [ledger for ledger in _clocks.lock(record_id, metrics, by=by) if ledger.clock.stopped_at is None]
    if any(change.at < ledger.clock.started_at for ledger in ledgers):
        raise Invalid({"at": say("The clock had not started then.")})
    touched = _clocks.each(ledgers, lambda ledger: _with(ledger, change))
    _clocks.derive(touched)
    verb = "clocks.paused" if change.kind == PAUSED else "clocks.resumed"
    data = {"reason": change.reason.as_json(), "at": change.at.isoformat()}
    return _clocks.finish(record_id, touched, by=by, verb=verb, data=data)


def _with(ledger: Ledger, change: Change) -> tuple[Segment, ...]:
    """The segments with the change; unchanged if the clock is in that state for that reason already."""
    at = [s for s in ledger.segments if s.began <= change.at and (s.ended is None or change.at < s.ended)]
    same = any((s.kind, s.reason) == (change.kind, change.reason) for s in at)
    return ledger.segments if same else changed(ledger.segments, change)
