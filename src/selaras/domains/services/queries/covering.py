"""Which items are meant by a list of items and services, for machines: no permission is asked, nothing is named."""

from collections.abc import Collection, Iterable, Mapping

from selaras.domains.services.contracts import End, item, service
from selaras.domains.services.queries.graph import walk_up
from selaras.domains.services.queries.packed import walk_packed

_ALL = 2**31 - 1


def items_above(item_ids: Collection[int]) -> frozenset[int]:
    """These items, and all that depend on them."""
    return _items(walk_packed([item(i).node for i in item_ids], up=True, most=_ALL)[0])


def items_below(service_ids: Collection[int]) -> frozenset[int]:
    """All items that these services stand on."""
    return _items(walk_packed([service(i).node for i in service_ids], up=False, most=_ALL)[0])


def services_above(ends: Iterable[End]) -> frozenset[int]:
    """The services that fail with these."""
    return frozenset(node // 2 for node in walk_up(end.node for end in ends).depths if node % 2)


def _items(depths: Mapping[int, int]) -> frozenset[int]:
    return frozenset(node // 2 for node in depths if node % 2 == 0)
