"""The rules as Alertmanager's clients see them: receivers, and a tree of routes; asyncpg connections, no Django.

A receiver is the escalation policy by which people are called; alerts for which nobody is called are with the house.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from selaras.domains.events.grouping import as_span

HOUSE = "selaras"
"""The receiver of what calls nobody."""

_POLICIES = "SELECT id, slug FROM duty_policy ORDER BY slug"
# A rule that goes on decides nothing by itself, so it is no route.
_RULES = """
SELECT r.conditions, r.group_by, r.group_wait, r.group_interval, coalesce(p.slug, $1) AS receiver
FROM events_rule r LEFT JOIN duty_policy p ON p.id = r.policy_id
WHERE r.enabled AND NOT r.goes_on ORDER BY r."order", r.id"""

Receivers = Mapping[int | None, str]


async def read_receivers(connection: Any) -> Receivers:
    """The names of all receivers, by policy; the house's own first, under None."""
    policies = await connection.fetch(_POLICIES)
    return {None: HOUSE, **{row["id"]: row["slug"] for row in policies}}


async def read_config(connection: Any) -> str:
    """Rules and receivers as Alertmanager's configuration: what its tools can read and show."""
    names = sorted(set((await read_receivers(connection)).values()), key=lambda name: (name != HOUSE, name))
    routes = [_route(row) for row in await connection.fetch(_RULES, HOUSE)]
    top = {"receiver": HOUSE, **({"routes": routes} if routes else {})}
    config = {"route": top, "receivers": [{"name": name} for name in names]}
    return str(yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=1000))


def _route(row: Mapping[str, Any]) -> dict[str, Any]:
    whole = {
        "receiver": row["receiver"],
        "matchers": _matchers(json.loads(row["conditions"])),
        "group_by": json.loads(row["group_by"]),
        "group_wait": as_span(row["group_wait"]),
        "group_interval": as_span(row["group_interval"]),
    }
    return {name: value for name, value in whole.items() if value}


def _matchers(conditions: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"{c['label']}{c['op']}{json.dumps(c['value'], ensure_ascii=False)}" for c in conditions]
