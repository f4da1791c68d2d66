from selaras.domains.services.queries.drawing import depends_on, graph_around, list_dependencies
from selaras.domains.services.queries.finding import find_end, find_ends, find_item, find_items
from selaras.domains.services.queries.graph import standing_on
from selaras.domains.services.queries.impact import impact_of, reach_of
from selaras.domains.services.queries.items import get_item, list_items, list_names
from selaras.domains.services.queries.naming import name_ends
from selaras.domains.services.queries.services import (
    STATE_WORDS,
    get_service,
    get_service_team,
    is_used_by,
    list_services,
    offers_of,
)
from selaras.domains.services.queries.uses import get_outcome, get_use, list_outcomes, list_uses

__all__ = [
    "STATE_WORDS",
    "depends_on",
    "find_end",
    "find_ends",
    "find_item",
    "find_items",
    "get_item",
    "get_outcome",
    "get_service",
    "get_service_team",
    "get_use",
    "graph_around",
    "impact_of",
    "is_used_by",
    "list_dependencies",
    "list_items",
    "list_names",
    "list_outcomes",
    "list_services",
    "list_uses",
    "name_ends",
    "offers_of",
    "reach_of",
    "standing_on",
]
