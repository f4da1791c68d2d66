"""Who is hit if these items fail: services by the shortest way, their uses, customers and outcomes."""

from collections.abc import Collection, Iterable

from django.db import connection

from selaras.domains.people.contracts import Actor
from selaras.domains.services.contracts import (
    CustomerRow,
    Direction,
    End,
    HitService,
    Impact,
    OutcomeRow,
    Reach,
    Reached,
    Step,
    UseRow,
    item,
    service,
)
from selaras.domains.services.lifecycle import RETIRED
from selaras.domains.services.queries.graph import Walk, array_of, walk_up
from selaras.domains.services.queries.naming import stations
from selaras.kernel.plans import planned_once

EXPLAINED = 50  # more ways than a page shows; each names some seven items

_USES = """
SELECT u.id, u.service_id, u.organisation_id, org.name, u.outcome_id, u.business_process, u.criticality,
       u.version
FROM services_serviceuse u JOIN people_organisation org ON org.id = u.organisation_id
WHERE u.service_id = ANY(%(services)s::bigint[]) AND (%(scope)s::bigint[] IS NULL OR u.organisation_id = ANY(%(scope)s))
ORDER BY u.criticality, org.name, u.id
"""
# Apart from the uses: many share one, and its figures would come along with each.
_OUTCOMES = """
SELECT id, organisation_id, name_id, name_en, unit, target, direction, version FROM services_outcome
WHERE id = ANY(%(outcomes)s::bigint[])
"""


def reach_of(item_ids: Collection[int], service_ids: Collection[int] = ()) -> Reach:
    """How many items, and which services, fail with these; one query, two after the graph has changed.

    For machines: it names no customer and asks for no permission.
    """
    walk = _walk(item_ids, service_ids)
    nearest = sorted(walk.depths.items(), key=lambda pair: (pair[1], pair[0]))
    services = (
        Reached(node // 2, depth, tuple(map(End.of_node, walk.way_to(node)))) for node, depth in nearest if node % 2
    )
    return Reach(walk.items, tuple(services))


@planned_once()
def impact_of(
    item_ids: Collection[int],
    service_ids: Collection[int] = (),
    *,
    actor: Actor | None = None,
    explained: int = EXPLAINED,
) -> Impact:
    """Everything hit if these items (and services) fail; four queries, or five (see `packed`).

    Services that are retired do not count. The `explained` nearest name the stations of their way; `reach_of` knows
    the ways of all. Without an actor it answers for machines, with all customers. A customer's actor sees the services
    they use, their own uses and outcomes, no items, and no way through the estate.
    """
    walk = _walk(item_ids, service_ids)
    scope = None if actor is None or actor.organisation_ids is None else sorted(actor.organisation_ids)
    hit = sorted((node for node in walk.depths if node % 2), key=lambda node: (walk.depths[node], node))
    ways = {node: walk.way_to(node) for node in hit[:explained]} if scope is None else {}
    steps, states = stations({*hit, *(station for way in ways.values() for station in way)})
    live = [node for node in hit if states.get(node, RETIRED) != RETIRED]
    uses, outcomes = _uses([node // 2 for node in live], scope)
    if scope is not None:
        own = {use.service_id for use in uses}
        live = [node for node in live if node // 2 in own]
    services = tuple(
        _service(steps[node], states[node], walk.depths[node], map(steps.__getitem__, ways.get(node, ())))
        for node in live
    )
    return Impact(walk.items if scope is None else 0, services, uses, _customers(uses), outcomes)


def _walk(item_ids: Iterable[int], service_ids: Iterable[int]) -> Walk:
    starts = [*(item(i).node for i in item_ids), *(service(i).node for i in service_ids)]
    return walk_up(starts) if starts else Walk({}, {}, 0, 0)


def _service(step: Step, state: str, depth: int, path: Iterable[Step]) -> HitService:
    return HitService(step.id, step.slug, step.name_id, step.name_en, state, depth, tuple(path))


def _uses(service_ids: list[int], scope: list[int] | None) -> tuple[tuple[UseRow, ...], tuple[OutcomeRow, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_USES, {"services": array_of(service_ids), "scope": scope})
        uses = tuple(map(UseRow._make, cursor.fetchall()))
        wanted = dict.fromkeys(use.outcome_id for use in uses if use.outcome_id is not None)
        if not wanted:
            return uses, ()
        cursor.execute(_OUTCOMES, {"outcomes": array_of(wanted)})
        found = {
            pk: OutcomeRow(pk, whose, name_id, name_en, unit, target, Direction(direction), version)
            for pk, whose, name_id, name_en, unit, target, direction, version in cursor.fetchall()
        }
    return uses, tuple(found[outcome_id] for outcome_id in wanted if outcome_id in found)


def _customers(uses: Iterable[UseRow]) -> tuple[CustomerRow, ...]:
    """Each customer once, with their most critical use: uses come in that order."""
    rows: dict[int, CustomerRow] = {}
    for use in uses:
        if use.organisation_id not in rows:
            rows[use.organisation_id] = CustomerRow(use.organisation_id, use.organisation_name, use.criticality)
    return tuple(rows.values())
