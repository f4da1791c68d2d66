"""Small estates for these tests, and the plain search that answers are held against."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from selaras.domains.services.actions.dependencies import link
from selaras.domains.services.actions.items import create_item
from selaras.domains.services.actions.services import create_service, move_service
from selaras.domains.services.contracts import End, ItemClass, item, service
from tests.factories import SYSTEM

Edge = tuple[int, int]  # (upper node, lower node)


def make_item(slug: str, names: Iterable[str] = (), item_class: ItemClass = ItemClass.HOST) -> End:
    """An item named after its slug."""
    return item(create_item(by=SYSTEM, slug=slug, name=slug.upper(), item_class=item_class, names=names))


def make_service(slug: str, *, state: str = "catalogue") -> End:
    """A service, by default in the catalogue."""
    made = create_service(by=SYSTEM, slug=slug, name_id=f"Layanan {slug}", name_en=f"Service {slug}")
    for verb in {"pipeline": (), "chartered": ("charter",), "catalogue": ("charter", "publish")}[state]:
        move_service(made, by=SYSTEM, verb=verb)
    return service(made)


def chain(*ends: End) -> None:
    """Each depends on the next."""
    for upper, lower in pairwise(ends):
        link(upper, lower, by=SYSTEM)


def plain_search(edges: Iterable[Edge], starts: Iterable[int], *, up: bool = True) -> Mapping[int, int]:
    """Depth of everything reached, breadth first over an edge list: slow, and plainly right."""
    pairs = [(lower, upper) if up else (upper, lower) for upper, lower in edges]
    depths = dict.fromkeys(starts, 0)
    level, depth = set(depths), 0
    while level:
        depth += 1
        level = {end for origin, end in pairs if origin in level and end not in depths}
        depths.update(dict.fromkeys(level, depth))
    return depths
