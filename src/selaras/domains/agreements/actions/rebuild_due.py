"""Derive the cached due times again from targets, calendars and segments: the same, unless one of those
changed.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from selaras.domains.agreements.actions import _clocks
from selaras.domains.agreements.models import Clock
from selaras.domains.agreements.queries.ledger import load_ledgers, with_targets
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require

_BATCH = 2000


def rebuild_due(
    *,
    by: Actor,
    record_ids: Collection[int] | None = None,
    calendar_id: int | None = None,
    agreement_id: int | None = None,
) -> int:
    """Rebuild all clocks, or those of some records, a calendar or an agreement; returns how many were wrong.

    Goes in batches of their own transactions, each locking its clocks, so that it may run beside daily work.
    """
    require(by, "agreements.edit")
    rows = _chosen(record_ids, calendar_id, agreement_id)
    last, wrong = 0, 0
    while True:
        with transaction.atomic():
            batch = list(rows.filter(pk__gt=last).select_for_update(of=("self",)).order_by("pk")[:_BATCH])
            if not batch:
                return wrong
            last = batch[-1].pk
            before = {clock.pk: (clock.due_at, clock.notice_at) for clock in batch}
            _clocks.derive(load_ledgers(batch))
            wrong += sum((clock.due_at, clock.notice_at) != before[clock.pk] for clock in batch)


def _chosen(record_ids: Collection[int] | None, calendar_id: int | None, agreement_id: int | None) -> QuerySet[Clock]:
    rows = with_targets(Clock.objects.all())
    if record_ids is not None:
        rows = rows.filter(record_id__in=record_ids)
    if agreement_id is not None:
        rows = rows.filter(target__agreement_id=agreement_id)
    if calendar_id is not None:
        used = Coalesce(F("target__calendar_id"), F("target__agreement__calendar_id"))
        rows = rows.annotate(calendar_used=used).filter(Q(calendar_used=calendar_id))
    return rows
