"""The packed graph, walked in memory by numpy, a level at a time.

It is read whole and kept until its stamp changes: the database gives it a new one in each transaction that writes a
dependency, so that every answer is that of one committed state (or of one's own transaction).

Arrays are indexed by node number. What follows node n stands in `following[ends[n] - counts[n] : ends[n]]`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from django.db import connection
from psycopg.pq import Format

if TYPE_CHECKING:
    from numpy import bool_, int32, intp
    from numpy.typing import NDArray

_STAMP = "SELECT stamp FROM services_graphstamp"
# In one statement, so that all is of one moment; the highest number sizes the arrays.
_BLOCKS = """
SELECT s.stamp, (SELECT max(upper) FROM services_dependency), b.number, b.degrees, b.uppers
FROM services_graphstamp s LEFT JOIN services_graphblock b ON true ORDER BY b.number
"""
BLOCK = 256  # nodes in a GraphBlock (migration 0002)
PART = 8_192  # nodes taken in one go: what they lead to stays in the processor's cache
MANY = 2_000  # from here on, looking through all depths is quicker than sorting what was found
LARGE = 10_000  # nodes reached from which on it pays to know the core


@dataclass(frozen=True, slots=True)
class Packed:
    """The graph in one direction, as three arrays."""

    ends: "NDArray[int32]"
    counts: "NDArray[int32]"
    following: "NDArray[int32]"


@dataclass(frozen=True, slots=True)
class Core:
    """Nodes that all depend on each other, so that with any of them the same fails: what, is known before walking.

    `into` are the dependencies that lead to those services, `before` those that lead to what the services stand on.
    """

    members: "NDArray[bool_]"  # by node
    items: int
    services: "NDArray[intp]"
    into: "Edges"
    before: "Edges"


@dataclass(frozen=True, slots=True)
class Edges:
    """Some dependencies: their places in `following`, their upper and their lower ends."""

    places: "NDArray[intp]"
    uppers: "NDArray[int32]"
    lowers: "NDArray[intp]"

    @classmethod
    def into(cls, packed: Packed, among: "NDArray[bool_]") -> "Edges":
        """Those whose upper end is among these nodes."""
        import numpy as np

        places = np.flatnonzero(among.take(packed.following))
        return cls(places, packed.following.take(places), np.searchsorted(packed.ends, places, side="right"))


class Graph:
    """The whole graph as of one stamp; downwards it is made when first asked for, its core after two large walks."""

    def __init__(self, stamp: UUID, up: Packed) -> None:
        self.stamp, self.up = stamp, up
        self.large = 0  # walks that were
        self.core: Core | None = None

    @cached_property
    def down(self) -> Packed:
        """Every dependency the other way round."""
        return _turned(self.up)


_kept: Graph | None = None  # of this process; replaced whole, so that threads need no lock


def current() -> Graph:
    """The graph as the open transaction sees it: one small query, and one that reads it all if it has changed."""
    global _kept
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        (stamp,) = cursor.fetchone() or (None,)
    known = _kept
    if known is None or known.stamp != stamp:
        _kept = known = _read()
    return known


def walk_packed(starts: list[int], *, up: bool, most: int | None) -> tuple[dict[int, int], dict[int, int], int, int]:
    """Depths and ways (to services when walking up, to the nearest `most` when walking down), items, and total."""
    import numpy as np  # here, as most processes never need it

    graph = current()
    packed = graph.up if up else graph.down
    outside = [node for node in starts if node >= len(packed.counts)]  # in no dependency: they stand alone
    inside = np.array([node for node in starts if node < len(packed.counts)], dtype=np.intp)
    if most is None:
        depth, via, wanted, items = _failing(graph, inside)
        total = items + len(wanted)
    else:
        depth, via = _levels(packed, inside)
        reached = np.flatnonzero(depth >= 0)
        wanted = reached[np.argsort(depth[reached], kind="stable")][:most]
        items, total = _items(reached), len(reached)
    depths = dict(zip(wanted.tolist(), depth[wanted].tolist(), strict=True)) | dict.fromkeys(outside, 0)
    items += sum(node % 2 == 0 for node in outside)
    return depths, _ways(packed, depth, via, wanted), items, total + len(outside)


def adjacent(starts: list[int], *, most: int) -> dict[int, set[int]]:
    """The dependencies (upper: lowers) below these nodes, nearest first until `most` are known, and of what stands on
    the first ones' lowers; one query, two after the graph has changed."""
    graph = current()
    below: dict[int, set[int]] = {}
    level = set(starts)
    while level and len(below) < most:
        found = {node: _following(graph.down, node) for node in sorted(level)[: most - len(below)]}
        below |= found
        level = {lower for lowers in found.values() for lower in lowers} - below.keys()
    for lower in {lower for node in starts for lower in below.get(node, ())}:
        for upper in _following(graph.up, lower):
            below.setdefault(upper, set()).add(lower)
    return below


def _following(packed: Packed, node: int) -> set[int]:
    """What follows one node; nothing where it is in no dependency."""
    if node >= len(packed.counts):
        return set()
    end = int(packed.ends[node])
    return set(packed.following[end - int(packed.counts[node]) : end].tolist())


def _read() -> Graph:
    """The graph upwards; the arrays hold every node that is in a dependency."""
    import numpy as np

    raw: Any = psycopg.Cursor(connection.connection)  # Django's own cursor has no binary results
    raw.format = Format.BINARY
    with connection.make_debug_cursor(raw) if connection.queries_logged else connection.make_cursor(raw) as cursor:
        cursor.execute(_BLOCKS)
        rows: list[tuple[UUID, int | None, int | None, bytes, bytes]] = cursor.fetchall()
    blocks = [row for row in rows if row[2] is not None]
    following = np.frombuffer(b"".join([block[4] for block in blocks]), dtype=">i4").astype(np.int32)
    degrees = np.frombuffer(b"".join([block[3] for block in blocks]), dtype=">i4")
    numbers = np.array([block[2] for block in blocks], dtype=np.intp)
    highest = (rows[0][1] or 0) // BLOCK
    counts = np.zeros((max(highest, *numbers[-1:].tolist(), 0) + 1) * BLOCK, dtype=np.int32)
    counts.reshape(-1, BLOCK)[numbers] = degrees.reshape(-1, BLOCK)
    return Graph(rows[0][0], Packed(counts.cumsum(dtype=np.int32), counts, following))


def _turned(graph: Packed) -> Packed:
    """The same graph with every dependency the other way round."""
    import numpy as np

    size = len(graph.counts)
    origins = np.arange(size, dtype=np.int32).repeat(graph.counts)
    counts = np.bincount(graph.following, minlength=size).astype(np.int32)
    return Packed(counts.cumsum(dtype=np.int32), counts, origins[np.argsort(graph.following)])


def _failing(graph: Graph, starts: "NDArray[intp]") -> tuple["NDArray[int32]", "NDArray[int32]", "NDArray[intp]", int]:
    """Walking up: depths and ways of the services that fail at least, these services, and how many items fail."""
    import numpy as np

    core = graph.core
    if core is not None and len(starts) and core.members[starts].all():
        return *_levels(graph.up, starts, core), core.services, core.items
    depth, via = _levels(graph.up, starts)
    reached = np.flatnonzero(depth >= 0)
    if len(reached) >= LARGE:
        graph.large += 1
        if graph.large == 2:  # it takes as long as five walks, which a graph that is always written would not pay back
            graph.core = _core(graph, reached)
    return depth, via, _services(reached), _items(reached)


def _core(graph: Graph, reached: "NDArray[intp]") -> Core:
    """The circle of the node that most depends on, of those a large walk has reached."""
    import numpy as np

    most = reached[graph.up.counts[reached].argmax()][np.newaxis]
    above, below = (_levels(packed, most)[0] >= 0 for packed in (graph.up, graph.down))
    failing, odd = np.flatnonzero(above), np.arange(len(above)) % 2 == 1
    into = Edges.into(graph.up, odd)
    under = np.zeros_like(odd)
    under[into.lowers] = True
    return Core(above & below, _items(failing), _services(failing), into, Edges.into(graph.up, under))


def _services(nodes: "NDArray[intp]") -> "NDArray[intp]":
    odd: NDArray[intp] = nodes[(nodes & 1) == 1]
    return odd


def _items(nodes: "NDArray[intp]") -> int:
    return len(nodes) - len(_services(nodes))


def _levels(
    graph: Packed, starts: "NDArray[intp]", core: Core | None = None
) -> tuple["NDArray[int32]", "NDArray[int32]"]:
    """The depth of each node (-1: not reached), and by which place in `following` it was first reached.

    From within a core it ends when all that fails of services is found; most items lie no nearer.
    """
    import numpy as np

    depth = np.full(len(graph.counts), -1, dtype=np.int32)
    via = np.empty(len(graph.counts), dtype=np.int32)
    fresh = np.ones(len(graph.counts), dtype=np.bool_)
    depth[starts], fresh[starts] = 0, False
    level, deep = starts, 0
    while len(level):
        deep += 1
        if core is not None and len(level) > MANY and _last(core, depth, via, deep):
            break
        found = [_step(graph, fresh, via, level[start : start + PART]) for start in range(0, len(level), PART)]
        for nodes in found:
            depth[nodes] = deep
        if sum(map(len, found)) > MANY:
            level = np.flatnonzero(depth == deep)
        else:
            level = np.unique(np.concatenate(found))
        fresh[level] = False
    return depth, via


def _last(core: Core, depth: "NDArray[int32]", via: "NDArray[int32]", deep: int) -> bool:
    """Whether this level and the next have all services that are left, looking back from them; they are entered.

    What the services stand on is looked at for this level first, so that the next is known too.
    """
    import numpy as np

    for edges, level in ((core.before, deep), (core.into, deep), (core.into, deep + 1)):
        reached = (depth.take(edges.lowers) == level - 1) & (depth.take(edges.uppers) < 0)
        uppers = edges.uppers[reached]
        depth[uppers], via[uppers] = level, edges.places[reached]
    return not np.count_nonzero(depth.take(core.services) < 0)


def _step(graph: Packed, fresh: "NDArray[bool_]", via: "NDArray[int32]", nodes: "NDArray[intp]") -> "NDArray[intp]":
    """What follows these nodes and was not reached at an earlier level; some of it twice."""
    import numpy as np

    counts = graph.counts.take(nodes)
    firsts = graph.ends.take(nodes) - counts.cumsum(dtype=np.int32)
    places = firsts.repeat(counts)
    places += np.arange(len(places), dtype=np.int32)
    next_nodes: NDArray[intp] = graph.following.take(places).astype(np.intp)
    new = np.flatnonzero(fresh.take(next_nodes))
    next_nodes = next_nodes.take(new)
    via[next_nodes] = places.take(new)
    return next_nodes


def _ways(graph: Packed, depth: "NDArray[int32]", via: "NDArray[int32]", wanted: "NDArray[intp]") -> dict[int, int]:
    """For each node on the ways to the wanted ones, the node before it."""
    import numpy as np

    before: dict[int, int] = {}
    known = np.zeros(len(depth), dtype=np.bool_)
    nodes = wanted[depth[wanted] > 0]
    while len(nodes):
        known[nodes] = True
        origins = np.searchsorted(graph.ends, via[nodes], side="right")
        before.update(zip(nodes.tolist(), origins.tolist(), strict=True))
        origins = np.unique(origins)
        nodes = origins[(depth[origins] > 0) & ~known[origins]]
    return before
