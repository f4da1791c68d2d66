"""What incidents recur about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from selaras.domains.incidents.contracts import CANCELLED, MERGED
from selaras.domains.incidents.models import IncidentItem
from selaras.domains.people.contracts import system_actor
from selaras.domains.records.contracts import RecordRow
from selaras.domains.records.queries import list_rows

_MOST = 200  # items, those with most incidents first


@dataclass(frozen=True, slots=True)
class Recurring:
    """An item and the incidents about it, the newest first."""

    item_id: int
    records: tuple[RecordRow, ...]


def list_recurring(*, since: datetime, at_least: int) -> list[Recurring]:
    """The items that so many incidents opened since then are about; those cancelled or merged do not count."""
    rows = IncidentItem.objects.filter(incident__record__opened_at__gte=since)
    rows = rows.exclude(incident__record__state__in=(CANCELLED, MERGED))
    counted = rows.values("item").annotate(n=Count("incident"), ids=ArrayAgg("incident")).filter(n__gte=at_least)
    found = list(counted.order_by("-n", "item")[:_MOST])
    known = {row.id: row for row in list_rows(system_actor("incidents"), [pk for one in found for pk in one["ids"]])}
    return [Recurring(one["item"], _newest(known[pk] for pk in one["ids"])) for one in found]


def _newest(records: Iterable[RecordRow]) -> tuple[RecordRow, ...]:
    return tuple(sorted(records, key=lambda record: record.opened_at, reverse=True))
