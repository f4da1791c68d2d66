"""Who is hit: the chain from what monitoring saw to the customer's outcome, as a short path."""

from collections.abc import Sequence
from dataclasses import dataclass

from selaras.domains.agreements.contracts.chain import ChainRow
from selaras.domains.agreements.queries.chain import chain_from, chain_from_services
from selaras.domains.events.contracts.alerts import AlertOfRecord
from selaras.domains.events.queries.alerts import list_alerts_of_record
from selaras.domains.incidents.contracts import IncidentDetail
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import may
from selaras.domains.services.contracts import ItemRow
from selaras.domains.services.queries import list_items

_ALERTS = 5  # shown; the rest are one click away


@dataclass(frozen=True, slots=True)
class Chain:
    """The path: alerts and items at its root, then the customers, the most critical first."""

    alerts: tuple[AlertOfRecord, ...]
    more_alerts: bool
    items: tuple[ItemRow, ...]
    first: ChainRow | None
    others: tuple[ChainRow, ...]
    customers: int


def who_is_hit(actor: Actor, detail: IncidentDetail) -> Chain:
    """The chain of an incident, as far as this person may see it; a fixed number of queries."""
    rows = _once(_chain(actor, detail))
    alerts: tuple[AlertOfRecord, ...] = ()
    if may(actor, "events.view"):
        alerts = list_alerts_of_record(actor, detail.card.id, limit=_ALERTS + 1)
    items: Sequence[ItemRow] = []
    if detail.item_ids and may(actor, "items.view"):
        items = list_items(actor, ids=detail.item_ids)
    return Chain(
        alerts=alerts[:_ALERTS],
        more_alerts=len(alerts) > _ALERTS,
        items=tuple(items),
        first=rows[0] if rows else None,
        others=tuple(rows[1:]),
        customers=len({row.organisation_id for row in rows}),
    )


def _chain(actor: Actor, detail: IncidentDetail) -> list[ChainRow]:
    """From the items, where any are known; else from the service that was named."""
    card = detail.card
    if detail.item_ids:
        return chain_from(actor, detail.item_ids, record_id=card.id)
    return chain_from_services(actor, {card.service_id: 0}, record_id=card.id) if card.service_id else []


def _once(rows: list[ChainRow]) -> list[ChainRow]:
    """The first (most critical) row of each customer and service."""
    return list({(row.organisation_id, row.service_id): row for row in reversed(rows)}.values())[::-1]
