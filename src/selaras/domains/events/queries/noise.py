"""Noise: how much of what was received was worth a person's while. Bounded by the newest alerts; a query a step.

No roll-up is kept: an incident becomes actionable long after its alert was assessed, and what is read from where it
stands cannot drift from it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from selaras.domains.duty.queries.pages import count_pages
from selaras.domains.events.contracts.noise import Noise, NoiseRow
from selaras.domains.events.models import Assessment, Rule, Source
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.records.queries.reach import services_of, worked_on
from selaras.domains.services.queries.services import service_names

MOST = 20_000
"""Alerts that are counted: those of the time that changed last, read along the index of the list."""


class _Alert(NamedTuple):
    source: int | None
    rule: int | None
    service: int | None
    record: int | None
    received: int


def get_noise(actor: Actor, *, since: datetime) -> Noise:
    """Of the alerts that changed since then. `received` counts each alert's whole life. Raises NotAllowed."""
    require(actor, "events.view")
    newest = Assessment.objects.filter(changed_at__gte=since).order_by("-changed_at", "-alert_id")
    columns = ("source_id", "rule_id", "service_id", "record_id", "alert__received")
    read = [_Alert(*row) for row in newest.values_list(*columns)[: MOST + 1]]
    records = {one.record for one in read if one.record}
    services, pages, worked = services_of(records), count_pages(records, since=since), worked_on(records)
    alerts = [one._replace(service=services.get(one.record or 0) or one.service) for one in read[:MOST]]

    def counted(key: int | None, some: Sequence[_Alert]) -> NoiseRow:
        own = {one.record for one in some if one.record}
        paged = sum(pages.get(pk, 0) for pk in own)
        return NoiseRow(key, sum(one.received for one in some), len(some), len(own), paged, len(own & worked))

    keys: dict[str, Callable[[_Alert], int | None]] = {
        "source": lambda one: one.source, "rule": lambda one: one.rule, "service": lambda one: one.service,
    }  # fmt: skip
    by = {name: _grouped(alerts, key, counted) for name, key in keys.items()}
    names = {
        "source": dict(Source.objects.values_list("pk", "name")),
        "rule": dict(Rule.objects.values_list("pk", "name")),
        "service": service_names({row.id for row in by["service"] if row.id}),
    }
    return Noise(counted(None, alerts), by, names, len(read) > MOST)


def _grouped(
    alerts: Sequence[_Alert],
    key: Callable[[_Alert], int | None],
    counted: Callable[[int | None, Sequence[_Alert]], NoiseRow],
) -> tuple[NoiseRow, ...]:
    groups: dict[int | None, list[_Alert]] = defaultdict(list)
    for one in alerts:
        groups[key(one)].append(one)
    return tuple(sorted((counted(*group) for group in groups.items()), key=lambda row: (-row.alerts, row.id or 0)))
