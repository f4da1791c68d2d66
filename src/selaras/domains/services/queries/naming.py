"""What items and services are called."""

from collections.abc import Collection, Iterable

from django.db import connection

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.domains.services.contracts import End, NodeKind, Step
from selaras.domains.services.queries.graph import array_of

# One row a node. Kind 1 is a service.
_NAMES = """
SELECT 0, id, slug, name, name, '' FROM services_configurationitem WHERE id = ANY(%(items)s::bigint[])
UNION ALL
SELECT 1, id, slug, name_id, name_en, state FROM services_service WHERE id = ANY(%(services)s::bigint[])
"""


def name_ends(actor: Actor, ends: Iterable[End]) -> dict[End, Step]:
    """Those of these items and services that exist, with their names; one query. Raises NotAllowed."""
    require(actor, "items.view")
    steps, _ = stations({end.node for end in ends})
    return {End.of_node(node): step for node, step in steps.items()}


def stations(nodes: Collection[int]) -> tuple[dict[int, Step], dict[int, str]]:
    """The name of each node that exists, and the state of those that are services; one query.

    For machines: it asks for no permission.
    """
    sides = {
        "items": array_of(node // 2 for node in nodes if node % 2 == 0),
        "services": array_of(node // 2 for node in nodes if node % 2),
    }
    steps, states = {}, {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, sides)
        for odd, ident, slug, name_id, name_en, state in cursor.fetchall():
            kind = NodeKind.SERVICE if odd else NodeKind.ITEM
            steps[ident * 2 + odd] = Step(kind, ident, slug, name_id, name_en)
            if odd:
                states[ident * 2 + 1] = state
    return steps, states
