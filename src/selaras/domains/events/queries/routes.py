"""The rules as Alertmanager's clients see them: receivers, and a tree of routes; asyncpg connections, no Django.

A receiver is the escalation policy by which people are called; alerts for which nobody is called are with the house.
Names of policies and conditions of rules may speak of anybody, so they are told to the provider's own sources only: for
those of a customer or a supplier, all is with the house.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from selaras.domains.events.grouping import as_span

HOUSE = "selaras"
"""The receiver of what calls nobody."""

_IS_OURS = """
SELECT FROM events_source s LEFT JOIN people_organisation o ON o.id = s.organisation_id
WHERE s.id = $1 AND coalesce(o.kind, 'provider_unit') = 'provider_unit'"""
_POLICIES = f"SELECT id, slug FROM duty_policy WHERE EXISTS ({_IS_OURS}) ORDER BY slug"  # noqa: S608  # our own words only
# A rule that goes on decides nothing by itself, so it is no route.
_RULES = f"""
SELECT r.conditions, r.group_by, r.group_wait, r.group_interval, coalesce(p.slug, $2) AS receiver
FROM events_rule r LEFT JOIN duty_policy p ON p.id = r.policy_id
WHERE r.enabled AND NOT r.goes_on AND EXISTS ({_IS_OURS}) ORDER BY r."order", r.id"""  # noqa: S608  # our own words only

Receivers = Mapping[int | None, str]


async def read_receivers(connection: Any, source_id: int) -> Receivers:
    """The receivers that this source may know, by policy; the house, which has all the rest, first, under None."""
    policies = await connection.fetch(_POLICIES, source_id)
    return {None: HOUSE, **{row["id"]: row["slug"] for row in policies}}


async def read_config(connection: Any, source_id: int) -> str:
    """What this source may know of rules and receivers, as Alertmanager's tools can read and show it."""
    receivers = await read_receivers(connection, source_id)
    names = sorted(set(receivers.values()), key=lambda name: (name != HOUSE, name))
    routes = [_route(row) for row in await connection.fetch(_RULES, source_id, HOUSE)]
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
