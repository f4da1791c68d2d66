"""What the services domain hands to others: its words and its frozen rows.

Rows carry both names of a service (`name_id`, `name_en`); the edge picks the reader's. An item has one name. What one
answer may hold thousands of (`End`, `Step`, `HitService`, `UseRow`) is a named tuple, made in a third of the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from selaras.kernel.sentences import Sentence, say


class ItemClass(StrEnum):
    """What kind of part of the estate an item is, from the ground up."""

    SITE = "site"
    FACILITY = "facility"
    NETWORK = "network"
    HOST = "host"
    STORAGE = "storage"
    CLUSTER = "cluster"
    VIRTUAL_MACHINE = "virtual_machine"
    CONTAINER = "container"
    DATABASE = "database"
    MIDDLEWARE = "middleware"
    APPLICATION = "application"
    ENDPOINT = "endpoint"
    DEVICE = "device"
    EXTERNAL = "external"


ITEM_CLASS_WORDS: dict[ItemClass, Sentence] = {
    ItemClass.SITE: say("Site"),
    ItemClass.FACILITY: say("Facility"),
    ItemClass.NETWORK: say("Network"),
    ItemClass.HOST: say("Host"),
    ItemClass.STORAGE: say("Storage"),
    ItemClass.CLUSTER: say("Cluster"),
    ItemClass.VIRTUAL_MACHINE: say("Virtual machine"),
    ItemClass.CONTAINER: say("Container"),
    ItemClass.DATABASE: say("Database"),
    ItemClass.MIDDLEWARE: say("Middleware"),
    ItemClass.APPLICATION: say("Application"),
    ItemClass.ENDPOINT: say("Endpoint"),
    ItemClass.DEVICE: say("Device"),
    ItemClass.EXTERNAL: say("External"),
}


class Environment(StrEnum):
    """What an item is for."""

    PRODUCTION = "production"
    STAGING = "staging"
    TEST = "test"
    DEVELOPMENT = "development"


ENVIRONMENT_WORDS: dict[Environment, Sentence] = {
    Environment.PRODUCTION: say("Production"),
    Environment.STAGING: say("Staging"),
    Environment.TEST: say("Test"),
    Environment.DEVELOPMENT: say("Development"),
}


class Direction(StrEnum):
    """Which way an outcome's target is met."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


DIRECTION_WORDS: dict[Direction, Sentence] = {
    Direction.AT_LEAST: say("At least"),
    Direction.AT_MOST: say("At most"),
}


CRITICALITY_WORDS: dict[int, Sentence] = {
    1: say("Vital"),
    2: say("High"),
    3: say("Medium"),
    4: say("Low"),
}


NOT_THERE = say("There is no such item and no such service.")


class NodeKind(StrEnum):
    """The two kinds of things in the dependency graph."""

    ITEM = "item"
    SERVICE = "service"


class End(NamedTuple):
    """One end of a dependency: an item or a service."""

    kind: NodeKind
    id: int

    @property
    def node(self) -> int:
        """Its number in the graph: 2 × id for an item, 2 × id + 1 for a service."""
        return self.id * 2 + (self.kind is NodeKind.SERVICE)

    @classmethod
    def of_node(cls, node: int) -> "End":
        """The end with this number."""
        return cls(NodeKind.SERVICE if node % 2 else NodeKind.ITEM, node // 2)


def item(item_id: int) -> End:
    """The end of a dependency that is this item."""
    return End(NodeKind.ITEM, item_id)


def service(service_id: int) -> End:
    """The end of a dependency that is this service."""
    return End(NodeKind.SERVICE, service_id)


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service as lists and pages show it. A customer's people see owner and team as None."""

    id: int
    slug: str
    name_id: str
    name_en: str
    description: str
    state: str
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    team_name: str | None
    version: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A configuration item as lists and pages show it."""

    id: int
    slug: str
    name: str
    item_class: ItemClass
    environment: Environment
    attributes: Mapping[str, Any]
    team_id: int | None
    team_name: str | None
    version: int


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What a customer needs to reach."""

    id: int
    organisation_id: int
    name_id: str
    name_en: str
    unit: str
    target: Decimal
    direction: Direction
    version: int = 1


class UseRow(NamedTuple):
    """That a customer uses a service; criticality 1 (vital) to 4."""

    id: int
    service_id: int
    organisation_id: int
    organisation_name: str
    outcome_id: int | None
    business_process: str
    criticality: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer who is hit, with the worst criticality among their uses hit."""

    id: int
    name: str
    criticality: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A service reached from what fails: `path` is one shortest way, what fails first, the service last."""

    service_id: int
    depth: int
    path: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What fails with the given ends: how many items (they count too), and which services, the nearest first."""

    items: int
    services: tuple[Reached, ...]


class Step(NamedTuple):
    """One station of a path: an item (both names the same) or a service."""

    kind: NodeKind
    id: int
    slug: str
    name_id: str
    name_en: str


class HitService(NamedTuple):
    """A service that fails, and the shortest way that explains it; `depth` counts the dependencies on that way.

    The path is empty beyond the nearest services (`impact_of`), and for a customer's people: it names items.
    """

    id: int
    slug: str
    name_id: str
    name_en: str
    state: str
    depth: int
    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """Who is hit if the given items fail: items (a count), services (nearest first), uses (most critical first)."""

    items: int
    services: tuple[HitService, ...]
    uses: tuple[UseRow, ...]
    customers: tuple[CustomerRow, ...]
    outcomes: tuple[OutcomeRow, ...]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """An item or service in the graph. `what` is the item's class or the service's state; `depth` is negative below
    the one asked for, positive above it."""

    kind: NodeKind
    id: int
    slug: str
    name_id: str
    name_en: str
    what: str
    depth: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a service stands on, the nearest first; `total` counts all, also where `nodes` is cut."""

    nodes: tuple[NodeRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A piece of the graph to draw: nodes, edges as (upper, lower), and whether there is more than was asked for."""

    nodes: tuple[NodeRow, ...]
    edges: tuple[tuple[End, End], ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The item that labels lead to, and why: `label` is the key that matched, `name` the name it was found under."""

    item: ItemRow
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that an import did not take: where it stands, and why. `line` counts from 1, in YAML documents do."""

    source: str
    line: int
    field: str
    reason: Sentence


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What an import made or changed: `kind` None for a dependency, whose name is `upper → lower`."""

    what: str  # created, changed
    kind: NodeKind | None
    name: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: nothing is written while anything is refused. `notes` tell what was left out on purpose."""

    created: int = 0
    changed: int = 0
    same: int = 0
    refused: tuple[RefusedRow, ...] = ()
    notes: tuple[RefusedRow, ...] = ()
    lines: tuple[ImportLine, ...] = field(default=(), compare=False)  # the first 500 of what is made or changed

    @property
    def written(self) -> bool:
        """Whether the import was carried out."""
        return not self.refused
