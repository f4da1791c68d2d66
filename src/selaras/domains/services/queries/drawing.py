"""The graph for pages: what a service stands on, and the surroundings of a node to draw."""

from collections.abc import Collection, Mapping

from django.db import connection

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import End, Footprint, NodeKind, NodeRow, Surroundings
from selaras.domains.services.models import Dependency
from selaras.domains.services.queries.graph import walk_down
from selaras.kernel.errors import NotFound

FURTHEST = 4  # hops

_NODES = """
SELECT 0, id, slug, name, name, item_class FROM services_configurationitem WHERE id = ANY(%(items)s)
UNION ALL
SELECT 1, id, slug, name_id, name_en, state FROM services_service WHERE id = ANY(%(services)s)
"""
# What depends on the nodes of `above`, and what those of `below` depend on; one more than fits tells that it is cut.
_HOP = """
(SELECT upper, 1 FROM services_dependency WHERE lower = ANY(%(above)s) AND upper <> ALL(%(seen)s)
 GROUP BY upper ORDER BY upper LIMIT %(room)s)
UNION ALL
(SELECT lower, -1 FROM services_dependency WHERE upper = ANY(%(below)s) AND lower <> ALL(%(seen)s)
 GROUP BY lower ORDER BY lower LIMIT %(room)s)
"""
_EDGES = "SELECT upper, lower FROM services_dependency WHERE upper = ANY(%(nodes)s) AND lower = ANY(%(nodes)s)"


def depends_on(actor: Actor, service_id: int, *, most: int = 500) -> Footprint:
    """The items and services that a service stands on, directly or not; two queries, three after the graph has changed.

    The nearest `most`, by depth (negative), then slug. Raises NotAllowed for customers' people.
    """
    require(actor, "items.view")
    start = service_id * 2 + 1
    walk = walk_down([start], most=most + 1)
    depths = {node: -depth for node, depth in walk.depths.items() if node != start}
    return Footprint(_rows(depths), walk.total - 1)


def graph_around(actor: Actor, start: End, *, hops: int = 2, most: int = 200) -> Surroundings:
    """What depends on `start` and what it depends on, within `hops` (4 at most) and `most` nodes, with their edges.

    One query a hop, and two. Raises NotFound, and NotAllowed for customers' people.
    """
    require(actor, "items.view")
    depths, above, below = {start.node: 0}, [start.node], [start.node]
    cut = False
    for hop in range(1, min(hops, FURTHEST) + 1):
        room = most - len(depths)
        met = _hop(above, below, list(depths), room + 1)
        cut = cut or len({node for node, _ in met}) > room
        for node, side in met:
            if node not in depths and len(depths) < most:
                depths[node] = hop * side
        above = [node for node, depth in depths.items() if depth == hop]
        below = [node for node, depth in depths.items() if depth == -hop]
    nodes = _rows(depths)
    if not any(row.depth == 0 for row in nodes):
        raise NotFound(str(start.id))
    return Surroundings(nodes, _edges(list(depths)), cut)


def list_dependencies(actor: Actor, upper: End, *, most: int = 200) -> tuple[NodeRow, ...]:
    """What something directly depends on, by slug; two queries. Raises NotAllowed for customers' people."""
    require(actor, "items.view")
    lower = Dependency.objects.filter(upper=upper.node).order_by("lower").values_list("lower", flat=True)
    return _rows(dict.fromkeys(lower[:most], -1))


def _hop(above: list[int], below: list[int], seen: list[int], room: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_HOP, {"above": above, "below": below, "seen": seen, "room": room})
        met: list[tuple[int, int]] = cursor.fetchall()
    return met


def _edges(nodes: list[int]) -> tuple[tuple[End, End], ...]:
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, {"nodes": nodes})
        return tuple((End.of_node(upper), End.of_node(lower)) for upper, lower in sorted(cursor.fetchall()))


def _rows(depths: Mapping[int, int]) -> tuple[NodeRow, ...]:
    nodes: Collection[int] = depths.keys()
    sides = {"items": [n // 2 for n in nodes if n % 2 == 0], "services": [n // 2 for n in nodes if n % 2]}
    with connection.cursor() as cursor:
        cursor.execute(_NODES, sides)
        found = cursor.fetchall()
    rows = (
        NodeRow(
            NodeKind.SERVICE if odd else NodeKind.ITEM, ident, slug, name_id, name_en, what, depths[ident * 2 + odd]
        )
        for odd, ident, slug, name_id, name_en, what in found
    )
    return tuple(sorted(rows, key=lambda row: (abs(row.depth), row.slug)))
