"""Walks the dependency graph: what fails with these nodes, or what these stand on, with shortest depths and ways.

First a walk in SQL, row by row, which is all that nearly every question needs. Where it meets more than `FEW`
dependencies it stops, and the whole graph is read in its packed form (GraphBlock) and walked in memory, a level at a
time: 500,000 dependencies in a few milliseconds, where SQL takes half a second. Both read one committed state; nothing
is kept between calls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from selaras.domains.services.queries.packed import walk_packed

FEW = 300  # dependencies; walking them in SQL takes about as long as reading the packed graph of 100,000 items

HIGHEST = 2**63 - 1  # what a bigint holds; asked for anything else, the answer is that nothing is there

# A row is a dependency met, and UNION drops those met before, so a cycle ends. OFFSET 0 keeps the planner at one index
# probe a row; LIMIT ends the walk early, because a recursive query yields its rows as it goes.
_STEPS = {
    "up": """
        WITH RECURSIVE walk(origin, node) AS (
            SELECT NULL::bigint, start FROM unnest(%(nodes)s::bigint[]) AS start
            UNION
            SELECT edge.lower, edge.upper FROM walk CROSS JOIN LATERAL (
                SELECT d.lower, d.upper FROM services_dependency d WHERE d.lower = walk.node OFFSET 0
            ) AS edge
        )
        SELECT origin, node FROM walk LIMIT %(most)s""",
    "down": """
        WITH RECURSIVE walk(origin, node) AS (
            SELECT NULL::bigint, start FROM unnest(%(nodes)s::bigint[]) AS start
            UNION
            SELECT edge.upper, edge.lower FROM walk CROSS JOIN LATERAL (
                SELECT d.lower, d.upper FROM services_dependency d WHERE d.upper = walk.node OFFSET 0
            ) AS edge
        )
        SELECT origin, node FROM walk LIMIT %(most)s""",
}


@dataclass(frozen=True, slots=True)
class Walk:
    """What was reached: the depth of each node wanted, how many items in all, and the way to each node wanted.

    `before` leads from a node to the one before it on a shortest way; the start has none.
    """

    depths: Mapping[int, int]
    before: Mapping[int, int]
    items: int
    total: int

    def way_to(self, node: int) -> tuple[int, ...]:
        """A shortest way to a node, from the start on."""
        way = [node]
        while (previous := self.before.get(way[-1])) is not None:
            way.append(previous)
        return tuple(reversed(way))


def walk_up(nodes: Iterable[int], *, few: int = FEW) -> Walk:
    """Everything that depends on these nodes, directly or not. `depths` holds services (odd numbers) at least."""
    return _walk(sorted(set(nodes)), "up", few, most=None)


def walk_down(nodes: Iterable[int], *, most: int, few: int = FEW) -> Walk:
    """Everything these nodes depend on. `depths` holds at most `most` nodes, the nearest; `total` counts all."""
    return _walk(sorted(set(nodes)), "down", few, most=most)


def _walk(starts: list[int], direction: str, few: int, most: int | None) -> Walk:
    starts = [node for node in starts if 0 <= node <= HIGHEST]
    with connection.cursor() as cursor:
        cursor.execute(_STEPS[direction], {"nodes": array_of(starts), "most": len(starts) + few + 1})
        rows: list[tuple[int | None, int]] = cursor.fetchall()
    if len(rows) > len(starts) + few:
        return Walk(*walk_packed(starts, up=direction == "up", most=most))
    return _by_levels(starts, rows, most)


def array_of(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL writes an array: thousands are quicker as one text than adapted one by one."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _by_levels(starts: list[int], rows: list[tuple[int | None, int]], most: int | None) -> Walk:
    """Breadth first over the dependencies met, whatever order they came in."""
    following: dict[int, list[int]] = {}
    for origin, node in rows:
        if origin is not None:
            following.setdefault(origin, []).append(node)
    depths, before, level, depth = dict.fromkeys(starts, 0), {}, starts, 0
    while level:
        depth += 1
        fresh = []
        for origin in level:
            for node in following.get(origin, ()):
                if node not in depths:
                    depths[node], before[node] = depth, origin
                    fresh.append(node)
        level = fresh
    items = sum(1 for node in depths if node % 2 == 0)
    nearest = dict(sorted(depths.items(), key=lambda pair: (pair[1], pair[0]))[:most])
    return Walk(nearest, before, items, len(depths))
