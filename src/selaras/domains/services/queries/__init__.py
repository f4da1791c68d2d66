from selaras.domains.services.queries.drawing import depends_on, graph_around
from selaras.domains.services.queries.finding import find_item, find_items
from selaras.domains.services.queries.impact import impact_of, reach_of
from selaras.domains.services.queries.items import get_item, list_items, list_names
from selaras.domains.services.queries.services import (
    get_service,
    get_service_team,
    is_used_by,
    list_services,
    moves_of,
)
from selaras.domains.services.queries.uses import list_outcomes, list_uses

__all__ = [
    "depends_on",
    "find_item",
    "find_items",
    "get_item",
    "get_service",
    "get_service_team",
    "graph_around",
    "impact_of",
    "is_used_by",
    "list_items",
    "list_names",
    "list_outcomes",
    "list_services",
    "list_uses",
    "moves_of",
    "reach_of",
]
