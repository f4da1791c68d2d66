"""Walks the dependency graph: what fails with these nodes, or what these stand on, with shortest depths and ways."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from selaras.domains.services.queries.packed import adjacent, walk_packed

HIGHEST = 2**63 - 1  # what a bigint holds; asked for anything else, the answer is that nothing is there


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


def walk_up(nodes: Iterable[int]) -> Walk:
    """Everything that depends on these nodes, directly or not. `depths` holds services (odd numbers) at least."""
    return Walk(*walk_packed(_known(nodes), up=True, most=None))


def walk_down(nodes: Iterable[int], *, most: int) -> Walk:
    """Everything these nodes depend on. `depths` holds at most `most` nodes, the nearest; `total` counts all."""
    return Walk(*walk_packed(_known(nodes), up=False, most=most))


def array_of(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL writes an array: thousands are quicker as one text than adapted one by one."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _known(nodes: Iterable[int]) -> list[int]:
    return sorted({node for node in nodes if 0 <= node <= HIGHEST})


def standing_on(nodes: Iterable[int], *, most: int) -> dict[int, set[int]]:
    """What these nodes stand on, directly and further down, at most so many nodes, the nearest first: each with what
    it stands on. What stands on the same as they do is told too, so that neighbours are known."""
    return adjacent(_known(nodes), most=most)
