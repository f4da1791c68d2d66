"""Noise: how much of what was received was worth a person's while; a fixed number of queries.

It is always read from where it stands, never counted up: an incident becomes actionable long after its alert was
assessed, and a counter would drift from it. Where that would take long, it was read
a while ago (actions/count_noise.py).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from django.db.models import Count, Sum

from selaras.domains.duty.queries.pages import count_pages
from selaras.domains.events.contracts.noise import Counted, Noise, NoiseRow
from selaras.domains.events.models import Assessment, NoiseCount, Source
from selaras.domains.events.queries.rules import rule_names
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.queries.reach import services_of, worked_on
from selaras.domains.services.queries.services import service_names
from selaras.kernel import clock

AT_ONCE = 20_000
"""Alerts that are counted while somebody waits; for more, what was counted last is shown."""


class _Cell(NamedTuple):
    """Alerts that are of the same source, rule, service and incident."""

    source: int | None
    rule: int | None
    service: int | None
    record: int | None
    received: int
    alerts: int


def get_noise(actor: Actor, *, days: int) -> Noise:
    """Of the alerts that changed in the last days. `received` counts each alert's whole life. Raises NotAllowed."""
    require(actor, "events.view")
    kept = NoiseCount.objects.filter(pk=days).first() if is_much(days) else None
    found = msgspec.convert(kept.counted, Counted) if kept else count_noise(days)
    names = {
        "source": dict(Source.objects.values_list("pk", "name")),
        "rule": rule_names(),
        "service": service_names({row.id for row in found.by["service"] if row.id}),
    }
    return Noise(found.total, found.by, names, kept.at if kept else None)


def is_much(days: int) -> bool:
    """Whether more alerts changed in the last days than are counted while somebody waits."""
    newest = Assessment.objects.filter(changed_at__gte=_since(days)).order_by("-changed_at", "-alert_id")
    return newest.values_list("pk", flat=True)[AT_ONCE : AT_ONCE + 1].exists()


def count_noise(days: int) -> Counted:
    """Count it now, however many there are: the database folds the alerts, the rest goes by incidents."""
    since = _since(days)
    alike = Assessment.objects.filter(changed_at__gte=since).order_by()
    columns = alike.values_list("source_id", "rule_id", "service_id", "record_id")
    read = [_Cell(*row) for row in columns.annotate(Sum("alert__received"), Count("pk"))]
    records = {one.record for one in read if one.record}
    services, pages, worked = services_of(records), count_pages(records, since=since), worked_on(records)
    cells = [one._replace(service=services.get(one.record or 0) or one.service) for one in read]

    def counted(key: int | None, some: Sequence[_Cell]) -> NoiseRow:
        own = {one.record for one in some if one.record}
        paged = sum(pages.get(pk, 0) for pk in own)
        received, alerts = sum(one.received for one in some), sum(one.alerts for one in some)
        return NoiseRow(key, received, alerts, len(own), paged, len(own & worked))

    keys: dict[str, Callable[[_Cell], int | None]] = {
        "source": lambda one: one.source, "rule": lambda one: one.rule, "service": lambda one: one.service,
    }  # fmt: skip
    return Counted(counted(None, cells), {name: _grouped(cells, key, counted) for name, key in keys.items()})


def _since(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _grouped(
    cells: Sequence[_Cell],
    key: Callable[[_Cell], int | None],
    counted: Callable[[int | None, Sequence[_Cell]], NoiseRow],
) -> tuple[NoiseRow, ...]:
    groups: dict[int | None, list[_Cell]] = defaultdict(list)
    for one in cells:
        groups[key(one)].append(one)
    return tuple(sorted((counted(*group) for group in groups.items()), key=lambda row: (-row.alerts, row.id or 0)))
