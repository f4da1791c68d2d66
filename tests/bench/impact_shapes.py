"""Two estates for bench-impact, seeded: one laid out as real ones are, one that is all cycle.

Everything is numbers: items 1…n, services 1…m; a dependency is (upper, lower), items as positive numbers and
services as negative ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

ITEMS = 100_000
DEPENDENCIES = 500_000
SERVICES = 400
CUSTOMERS = 60


@dataclass
class Estate:
    """Items by class, the dependencies between them, and the items that most of the rest stands on."""

    name: str
    classes: list[str] = field(default_factory=list)  # the class of item i + 1
    edges: dict[tuple[int, int], None] = field(default_factory=dict)
    hubs: dict[str, int] = field(default_factory=dict)

    def add(self, item_class: str, many: int) -> list[int]:
        """`many` new items of a class."""
        first = len(self.classes) + 1
        self.classes += [item_class] * many
        return list(range(first, first + many))

    def link(self, upper: int, lower: int) -> None:
        """`upper` depends on `lower`; nothing depends on itself."""
        if upper != lower:
            self.edges[(upper, lower)] = None


def skewed(rng: Random, among: Sequence[int]) -> int:
    """One of them, the first ones far more often (about Zipf's law): a few are used by nearly all."""
    return among[int(len(among) ** rng.random()) - 1]


def ring(estate: Estate, peers: Sequence[int], size: int) -> None:
    """Peers in groups of `size` that depend on each other in a circle, as clusters do."""
    for start in range(0, len(peers), size):
        group = peers[start : start + size]
        for here, there in zip(group, [*group[1:], group[0]], strict=True):
            estate.link(here, there)


def layered(seed: int = 2, items: int = ITEMS, dependencies: int = DEPENDENCIES) -> Estate:
    """Sites → racks and switches → hosts → machines → databases, middleware → applications → services."""
    rng, estate, unit = Random(seed), Estate("layered"), items / 100_000

    def some(thousandths: float) -> int:
        return max(2, round(thousandths * 1000 * unit))

    sites = estate.add("site", 12)
    ground = _ground(estate, rng, sites, some)
    machines = _machines(estate, rng, ground, some)
    applications = _applications(estate, rng, machines, some)
    endpoints = estate.add("endpoint", items - len(estate.classes))
    for number, endpoint in enumerate(endpoints):
        estate.link(endpoint, near(rng, applications, number / len(endpoints)))
        estate.link(endpoint, rng.choice(ground.cores))
    _services(estate, rng, endpoints, applications)
    # What discovery adds on top, until the number is full: calls between machines of one business system.
    while len(estate.edges) < dependencies:
        block = rng.randrange(max(1, len(machines) // 40)) * 40
        upper, lower = rng.sample(machines[block : block + 40], 2)
        estate.link(max(upper, lower), min(upper, lower))
    estate.hubs = {
        "directory server": machines[0],
        "core switch": ground.cores[0],
        "site": sites[0],
    }
    return estate


@dataclass
class _Ground:
    cores: list[int]
    hosts: list[int]
    storage: list[int]
    segments: list[int]


def _ground(estate: Estate, rng: Random, sites: Sequence[int], some: Callable[[float], int]) -> _Ground:
    cores = estate.add("network", 2 * len(sites))
    ring(estate, cores, 2)
    racks = estate.add("facility", some(0.48))
    tops = estate.add("network", 2 * len(racks))
    storage = estate.add("storage", some(0.12))
    segments = estate.add("network", some(0.6))
    hosts = estate.add("host", some(8))
    for number, core in enumerate(cores):
        estate.link(core, sites[number // 2])
    for number, rack in enumerate(racks):
        estate.link(rack, sites[number % len(sites)])
    for number, top in enumerate(tops):
        rack, site = number // 2, number // 2 % len(sites)
        for lower in (racks[rack], cores[2 * site], cores[2 * site + 1]):
            estate.link(top, lower)
    for part in [*storage, *segments]:
        site = part % len(sites)
        estate.link(part, cores[2 * site])
        estate.link(part, cores[2 * site + 1])
    for number, host in enumerate(hosts):
        rack = number * len(racks) // len(hosts)
        for lower in (racks[rack], tops[2 * rack], tops[2 * rack + 1], rng.choice(storage)):
            estate.link(host, lower)
    ring(estate, hosts, 8)
    return _Ground(cores, hosts, storage, segments)


def _machines(estate: Estate, rng: Random, ground: _Ground, some: Callable[[float], int]) -> list[int]:
    """Virtual machines; the first 24 are names, time and directory, which every host and machine needs (a
    cycle).
    """
    machines = estate.add("virtual_machine", some(40))
    shared = machines[:24]
    for number, machine in enumerate(machines):
        estate.link(machine, ground.hosts[number * len(ground.hosts) // len(machines)])
        for lower in (rng.choice(ground.storage), rng.choice(ground.segments), skewed(rng, shared), rng.choice(shared)):
            estate.link(machine, lower)
    for host in ground.hosts:
        estate.link(host, shared[host % len(shared)])
    return machines


def _applications(estate: Estate, rng: Random, machines: Sequence[int], some: Callable[[float], int]) -> list[int]:
    """Containers, databases, middleware and applications, in business systems that mostly
    keep to themselves.
    """
    containers = estate.add("container", some(10))
    databases = estate.add("database", some(6))
    middleware = estate.add("middleware", some(5))
    applications = estate.add("application", some(10))
    for uppers, lowers, many in (
        (containers, machines, 2),
        (databases, machines, 3),
        (middleware, machines, 2),
        (middleware, databases, 1),
        (applications, machines, 2),
        (applications, containers, 2),
        (applications, databases, 1),
        (applications, middleware, 1),
    ):
        for number, upper in enumerate(uppers):
            for _ in range(many):
                estate.link(upper, near(rng, lowers, number / len(uppers)))
    ring(estate, databases, 3)
    ring(estate, middleware, 2)
    platforms = applications[: len(applications) // 20]
    for number, application in enumerate(applications):
        own = applications[number // 40 * 40 : number]
        for _ in range(3 if own else 0):
            estate.link(application, rng.choice(own))
        if rng.random() < 0.2:
            estate.link(application, skewed(rng, platforms))  # which are applications themselves: more cycles
    return applications


def near(rng: Random, among: Sequence[int], place: float) -> int:
    """One of the same business system (a 250th of them, at this place from 0 to 1), now
    and then a stranger.
    """
    if rng.random() < 0.01:
        return rng.choice(among)
    own = max(1, len(among) // 250)
    return among[min(len(among) - 1, int(place * 250) * own + rng.randrange(own))]


def _services(estate: Estate, rng: Random, endpoints: Sequence[int], applications: Sequence[int]) -> None:
    """Each service stands on up to three business systems, and at times on other services, the basic ones
    most.
    """
    for service in range(1, SERVICES + 1):
        places = [rng.random() for _ in range(3)]
        for _ in range(rng.randint(3, 20)):
            estate.link(-service, near(rng, endpoints, rng.choice(places)))
            estate.link(-service, near(rng, applications, rng.choice(places)))
        for _ in range(rng.randint(0, 2)):
            estate.link(-service, -int(SERVICES ** rng.random()))


def tangled(seed: int = 3, items: int = ITEMS, dependencies: int = DEPENDENCIES) -> Estate:
    """Every dependency between two items drawn blindly: one giant cycle; nearly any item brings down
    everything.
    """
    rng, estate = Random(seed), Estate("tangled")
    numbers = estate.add("application", items)
    for service in range(1, SERVICES + 1):
        for _ in range(rng.randint(6, 40)):
            estate.link(-service, rng.choice(numbers))
    while len(estate.edges) < dependencies:
        estate.link(rng.randint(1, items), rng.randint(1, items))
    return estate
