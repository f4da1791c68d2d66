"""The dependency graph as a drawing: columns by distance, what depends on it left, what it stands on right."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language

from selaras.domains.services.contracts import ITEM_CLASS_WORDS, End, ItemClass, NodeKind, NodeRow, Surroundings
from selaras.interfaces.web.shell.words import spoken

BOX_WIDTH, BOX_HEIGHT = 188, 44  # CSS pixels
GAP_X, GAP_Y = 72, 12
EDGE = 16  # around the whole
Columns = Mapping[int, list[NodeRow]]
_LETTERS = 23  # of a name that fit a box; the whole name is its title


@dataclass(frozen=True, slots=True)
class Box:
    """An item or a service, where it stands and where it leads."""

    x: int
    y: int
    name: str
    shown: str
    what: str
    address: str
    service: bool
    here: bool

    @property
    def text_x(self) -> int:
        """Where its words begin."""
        return self.x + 12

    @property
    def name_y(self) -> int:
        """The line of its name."""
        return self.y + 19

    @property
    def what_y(self) -> int:
        """The line of what it is."""
        return self.y + 35


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and the curves between them, with the size of the whole."""

    boxes: tuple[Box, ...]
    edges: tuple[str, ...]
    width: int
    height: int


def draw(around: Surroundings) -> Drawing:
    """Place every node: services of the deepest reach leftmost, then towards the items everything stands on."""
    columns: dict[int, list[NodeRow]] = {}
    for node in around.nodes:
        columns.setdefault(-node.depth, []).append(node)
    order = sorted(columns)
    places = _places(_untangled(columns, order, around), order)
    tallest = max((len(column) for column in columns.values()), default=1)
    return Drawing(
        boxes=tuple(_box(node, *places[_end(node).node]) for column in order for node in columns[column]),
        edges=tuple(_curve(places[a.node], places[b.node]) for a, b in around.edges),
        width=2 * EDGE + len(order) * BOX_WIDTH + max(len(order) - 1, 0) * GAP_X,
        height=2 * EDGE + tallest * BOX_HEIGHT + (tallest - 1) * GAP_Y,
    )


def _end(node: NodeRow) -> End:
    return End(node.kind, node.id)


def _untangled(columns: Columns, order: list[int], around: Surroundings) -> Columns:
    """Sort each column by the middle of its neighbours in the column before: far fewer crossings for one pass."""
    rank: dict[int, float] = {}
    for column in order:
        met: dict[int, list[float]] = {}
        for a, b in around.edges:
            for one, other in ((a.node, b.node), (b.node, a.node)):
                if other in rank:
                    met.setdefault(one, []).append(rank[other])
        nodes = columns[column]
        nodes.sort(key=lambda n: (_middle(met.get(_end(n).node)), n.slug))
        rank.update({_end(node).node: place / max(len(nodes), 1) for place, node in enumerate(nodes)})
    return columns


def _middle(ranks: list[float] | None) -> float:
    return sum(ranks) / len(ranks) if ranks else 0.5


def _places(columns: Columns, order: list[int]) -> dict[int, tuple[int, int]]:
    tallest = max((len(column) for column in columns.values()), default=1)
    whole = tallest * BOX_HEIGHT + (tallest - 1) * GAP_Y
    found: dict[int, tuple[int, int]] = {}
    for number, column in enumerate(order):
        nodes = columns[column]
        top = EDGE + (whole - len(nodes) * BOX_HEIGHT - (len(nodes) - 1) * GAP_Y) // 2
        for row, node in enumerate(nodes):
            found[_end(node).node] = (EDGE + number * (BOX_WIDTH + GAP_X), top + row * (BOX_HEIGHT + GAP_Y))
    return found


def _box(node: NodeRow, x: int, y: int) -> Box:
    service = node.kind is NodeKind.SERVICE
    name = node.name_en if (get_language() or "id").startswith("en") else node.name_id
    shown = name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
    what = "" if service else spoken(ITEM_CLASS_WORDS[ItemClass(node.what)])
    route = "web:services:service" if service else "web:services:item"
    return Box(x, y, name, shown, what, reverse(route, args=[node.slug]), service, node.depth == 0)


def _curve(upper: tuple[int, int], lower: tuple[int, int]) -> str:
    """From the right edge of what depends to the left edge of what it stands on; backwards for a cycle."""
    (ax, ay), (bx, by) = upper, lower
    half = BOX_HEIGHT // 2
    x1, y1, x2, y2 = ax + BOX_WIDTH, ay + half, bx, by + half
    if x2 <= ax:
        x1, x2 = ax, bx + BOX_WIDTH
    if ax == bx:
        return f"M{ax + BOX_WIDTH} {y1}C{ax + BOX_WIDTH + 40} {y1} {ax + BOX_WIDTH + 40} {y2} {ax + BOX_WIDTH} {y2}"
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
