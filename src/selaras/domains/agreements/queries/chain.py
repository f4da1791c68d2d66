"""The chain: from items to the customers, outcomes and minutes they put at stake, and from a customer back.

Each direction is one SQL query, in which cycles end. Nodes are numbered as services does it: 2 × id an item,
2 × id + 1 a service. Upward only the set of services is found (by a hash, in time proportional to the edges);
who wants distances too walks with services.queries.impact_of and asks `chain_from_services`. Downward the
walk goes level by level, since the nearest items are wanted, and stops at a number of items.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import connection

from selaras.domains.agreements import rules
from selaras.domains.agreements.contracts.chain import ChainItem, ChainRow, CustomerChain
from selaras.domains.agreements.queries.calendars import compiled
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock as kernel_clock

_FIELDS = tuple(field.name for field in fields(ChainRow))  # in the order of the columns of _ROWS

# A set of nodes, so that any cycle ends; the deduplication is a hash, so that the cost is that of the edges reached.
_WALK_UP = """
walk(node) AS (
    SELECT unnest(%(nodes)s::bigint[])
    UNION
    SELECT d.upper FROM walk JOIN services_dependency d ON d.lower = walk.node
),
hit AS (SELECT node / 2 AS service_id, NULL::int AS depth FROM walk WHERE node %% 2 = 1),
"""

_GIVEN = """
hit AS (SELECT * FROM unnest(%(services)s::bigint[], %(depths)s::int[]) AS given(service_id, depth)),
"""

_OWN = """
tree(id) AS (
    SELECT id FROM people_organisation WHERE id = %(organisation)s
    UNION
    SELECT o.id FROM people_organisation o JOIN tree ON o.parent_id = tree.id
),
hit AS (
    SELECT DISTINCT u.service_id, 0 AS depth FROM services_serviceuse u
    WHERE u.organisation_id IN (SELECT id FROM tree)
),
"""

# Which customers use the services hit, what each was promised, and which of their clocks is due next.
_USES = """
uses AS (
    SELECT s.id AS service_id, s.slug, s.name_id, s.name_en, hit.depth, u.id AS use_id, u.organisation_id,
           org.name AS organisation_name, u.business_process, u.criticality,
           o.id AS outcome_id, o.name_id AS outcome_name_id, o.name_en AS outcome_name_en
    FROM hit
    JOIN services_service s ON s.id = hit.service_id
    JOIN services_serviceuse u ON u.service_id = s.id AND {scope}
    JOIN people_organisation org ON org.id = u.organisation_id
    LEFT JOIN services_outcome o ON o.id = u.outcome_id
),
pairs AS MATERIALIZED (SELECT DISTINCT service_id, organisation_id FROM uses),
stakes AS MATERIALIZED (
    SELECT pairs.*, promise.id AS agreement_id, promise.number, promise.name, due.open_clocks, due.due_at,
           due.timezone, due.week, due.holidays
    FROM pairs
    LEFT JOIN LATERAL (
        WITH RECURSIVE up(id, parent_id, distance) AS (
            SELECT id, parent_id, 0 FROM people_organisation WHERE id = pairs.organisation_id
            UNION ALL
            SELECT o.id, o.parent_id, up.distance + 1
            FROM people_organisation o JOIN up ON o.id = up.parent_id
            WHERE up.distance < 50
        )
        SELECT a.id, a.number, a.name
        FROM up
        JOIN agreements_agreement a ON a.organisation_id = up.id AND a.kind = 'sla' AND a.state = 'active'
        JOIN agreements_agreementservice c ON c.agreement_id = a.id AND c.service_id = pairs.service_id
        JOIN agreements_calendar k ON k.id = a.calendar_id
        WHERE (%(at)s AT TIME ZONE k.timezone)::date
              BETWEEN a.valid_from AND COALESCE(a.valid_until, 'infinity')
        ORDER BY up.distance, a.valid_from DESC, a.id DESC
        LIMIT 1
    ) promise ON true
    LEFT JOIN LATERAL (
        SELECT clock.due_at, count(*) OVER () AS open_clocks, k.timezone, k.week, (
            SELECT jsonb_agg(jsonb_build_array(h.date, h.name_id, h.name_en) ORDER BY h.date)
            FROM agreements_calendarholiday h
            WHERE h.calendar_id = k.id
              AND h.date BETWEEN LEAST(%(at)s, clock.due_at)::date - 2
                             AND GREATEST(%(at)s, clock.due_at)::date + 2
        ) AS holidays
        FROM records_record r
        JOIN agreements_clock clock ON clock.record_id = r.id AND clock.stopped_at IS NULL
        JOIN agreements_target t ON t.id = clock.target_id
        JOIN agreements_agreement a ON a.id = t.agreement_id
        JOIN agreements_calendar k ON k.id = COALESCE(t.calendar_id, a.calendar_id)
        WHERE clock.organisation_id = pairs.organisation_id AND r.closed_at IS NULL AND {of_records}
        ORDER BY clock.due_at NULLS LAST
        LIMIT 1
    ) due ON true
)
"""

# Which open records' clocks count: two statements and no condition that holds both, for which there is no one plan.
_OF_SERVICE = "r.service_id = pairs.service_id"
_OF_RECORD = "r.id = %(record)s"

_ROWS = """
SELECT uses.service_id, uses.slug, uses.name_id, uses.name_en, uses.depth, uses.organisation_id,
       uses.organisation_name, uses.business_process, uses.criticality, uses.outcome_id, uses.outcome_name_id,
       uses.outcome_name_en, stakes.agreement_id, stakes.number, stakes.name, COALESCE(stakes.open_clocks, 0),
       stakes.due_at, stakes.timezone, stakes.week, COALESCE(stakes.holidays, '[]'), {more}
FROM uses JOIN stakes USING (service_id, organisation_id)
{join}
ORDER BY uses.criticality, uses.depth NULLS LAST, uses.organisation_name, uses.slug, uses.use_id
"""

# For each service of the customer, what it stands on: the nearest items first, at most %(most)s.
_BELOW = """,
below AS MATERIALIZED (
    SELECT own.service_id, COALESCE(items.list, '[]') AS list
    FROM (SELECT DISTINCT service_id FROM pairs) own
    CROSS JOIN LATERAL (
        WITH RECURSIVE walk(depth, frontier, seen) AS (
            SELECT 0, ARRAY[own.service_id * 2 + 1], ARRAY[own.service_id * 2 + 1]
            UNION ALL
            SELECT walk.depth + 1, next.nodes, walk.seen || next.nodes
            FROM walk, LATERAL (SELECT ARRAY(
                SELECT d.lower FROM services_dependency d WHERE d.upper = ANY(walk.frontier)
                EXCEPT
                SELECT unnest(walk.seen)
            ) AS nodes) next
            WHERE cardinality(next.nodes) > 0 AND cardinality(walk.seen) <= %(most)s
        )
        SELECT jsonb_agg(jsonb_build_array(i.id, i.slug, i.name, i.item_class, found.depth)
                         ORDER BY found.depth, i.slug) AS list
        FROM (
            SELECT node / 2 AS id, walk.depth FROM walk, unnest(walk.frontier) AS node WHERE node %% 2 = 0
            ORDER BY walk.depth LIMIT %(most)s
        ) found
        JOIN services_configurationitem i ON i.id = found.id
    ) items
)
"""


def chain_from(
    actor: Actor, item_ids: Collection[int], *, record_id: int | None = None, at: datetime | None = None
) -> list[ChainRow]:
    """Who is hit if these items fail, the most critical use first; one query.

    Time left is that of the next open clock of the customer's open records on the service, or of one record
    only. A customer's own people see their own organisation's part.
    """
    nodes = sorted({item * 2 for item in item_ids})
    return _chain(actor, _WALK_UP, {"nodes": nodes}, record_id, at) if nodes else []


def chain_from_services(
    actor: Actor,
    depths: Mapping[int, int | None],
    *,
    record_id: int | None = None,
    at: datetime | None = None,
) -> list[ChainRow]:
    """The same for services that are known to be hit (services.queries.impact_of), with their distance; one
    query.
    """
    given = {"services": list(depths), "depths": list(depths.values())}
    return _chain(actor, _GIVEN, given, record_id, at) if depths else []


def chain_to(actor: Actor, organisation_id: int, *, most_items: int = 500, at: datetime | None = None) -> CustomerChain:
    """A customer's uses with what is promised and at stake, and the items each service
    stands on; one query.
    """
    require(actor, "agreements.view", organisation_id)
    uses = _USES.format(scope="u.organisation_id IN (SELECT id FROM tree)", of_records=_OF_SERVICE)
    rows_sql = _ROWS.format(more="below.list", join="JOIN below USING (service_id)")
    sql = "WITH RECURSIVE" + _OWN + uses + _BELOW + rows_sql
    moment = at or kernel_clock.now()
    rows = _read(sql, {"organisation": organisation_id, "at": moment, "most": most_items})
    items = {row[0]: tuple(ChainItem(*item) for item in json.loads(row[20])) for row in rows}
    return CustomerChain(organisation_id, tuple(_row(row, moment) for row in rows), items)


def _chain(
    actor: Actor, hit: str, params: Mapping[str, Any], record_id: int | None, at: datetime | None
) -> list[ChainRow]:
    require(actor, "agreements.view")
    scope = "true" if actor.organisation_ids is None else "u.organisation_id = ANY(%(scope)s)"
    uses = _USES.format(scope=scope, of_records=_OF_SERVICE if record_id is None else _OF_RECORD)
    sql = "WITH RECURSIVE" + hit + uses + _ROWS.format(more="NULL", join="")
    moment = at or kernel_clock.now()
    rows = _read(sql, {**params, "scope": sorted(actor.organisation_ids or ()), "record": record_id, "at": moment})
    return [_row(row, moment) for row in rows]


def _read(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _row(row: tuple[Any, ...], at: datetime) -> ChainRow:
    due_at, zone, week, holidays = row[16:20]
    left = None
    if due_at is not None:
        left = rules.counted(compiled(zone, week, holidays), at, due_at)
    return ChainRow(**dict(zip(_FIELDS, (*row[:17], left), strict=True)))
