"""Who is hit by an item, worked out from the data alone, so that the plan names only items that fit its story."""

from functools import cache

from selaras.interfaces.cli.demo.catalogue import SERVICES, STANDS_ON, USES
from selaras.interfaces.cli.demo.estate import edges


@cache
def customers_of(item: str) -> frozenset[str]:
    """Slugs of the organisations whose services fail with the item."""
    hit = services_of(item)
    return frozenset(use.organisation for use in USES if use.service in hit)


@cache
def services_of(item: str) -> frozenset[str]:
    """Slugs of the services that fail with the item."""
    uppers = _uppers()
    seen, edge = {item}, [item]
    while edge:
        fresh = uppers.get(edge.pop(), set()) - seen
        seen |= fresh
        edge.extend(fresh)
    return frozenset(service.slug for service in SERVICES if service.slug in seen)


@cache
def _uppers() -> dict[str, set[str]]:
    """Items and services by what they stand on; their slugs never meet."""
    found: dict[str, set[str]] = {}
    pairs = [
        *edges(),
        *((service, item) for service, below in STANDS_ON.items() for item in below),
        *((service.slug, lower) for service in SERVICES for lower in service.needs),
    ]
    for upper, lower in pairs:
        found.setdefault(lower, set()).add(upper)
    return found
