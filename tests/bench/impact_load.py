"""Puts an estate of `impact_shapes` into the database, with customers, uses and outcomes, by COPY."""

import json
from collections.abc import Iterable, Sequence
from random import Random

from django.db import connection

from tests.bench.impact_shapes import CUSTOMERS, SERVICES, Estate

OUTCOMES_EACH = 3
USES_EACH = 20


def load(estate: Estate, seed: int = 5) -> None:
    """Fill an empty, migrated database."""
    many = len(estate.classes)
    _copy(
        "services_configurationitem (id, slug, name, item_class, environment, attributes, version)",
        (
            (number, f"{kind}-{number}", f"{kind} {number}", kind, "production", json.dumps({"rack": number % 480}), 1)
            for number, kind in enumerate(estate.classes, start=1)
        ),
    )
    _copy("services_itemname (item_id, name)", ((n, f"{kind}-{n}") for n, kind in enumerate(estate.classes, start=1)))
    _copy(
        "services_service (id, slug, name_id, name_en, description, state, version)",
        ((n, f"service-{n}", f"Layanan {n}", f"Service {n}", "", "catalogue", 1) for n in range(1, SERVICES + 1)),
    )
    _copy(
        "services_dependency (upper_item_id, upper_service_id, lower_item_id, lower_service_id)",
        (_ends(upper, lower) for upper, lower in estate.edges),
    )
    _customers(Random(seed))
    with connection.cursor() as cursor:
        for table in ("services_configurationitem", "services_service", "people_organisation", "services_outcome"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {many + 1})")
        cursor.execute("VACUUM ANALYZE")


def _customers(rng: Random) -> None:
    customers = range(1, CUSTOMERS + 1)
    _copy("people_organisation (id, slug, name, kind)", ((n, f"c-{n}", f"Customer {n}", "customer") for n in customers))
    _copy(
        "services_outcome (id, organisation_id, name_id, name_en, unit, target, direction, version)",
        (
            (n * OUTCOMES_EACH + k, n, f"Hasil {n}.{k}", f"Outcome {n}.{k}", "%", 99, "at_least", 1)
            for n in customers
            for k in range(OUTCOMES_EACH)
        ),
    )
    _copy(
        "services_serviceuse (service_id, organisation_id, outcome_id, business_process, criticality, version)",
        (
            (service, n, n * OUTCOMES_EACH + rng.randrange(OUTCOMES_EACH), "Sales", rng.randint(1, 4), 1)
            for n in customers
            for service in rng.sample(range(1, SERVICES + 1), USES_EACH)
        ),
    )


def _ends(upper: int, lower: int) -> tuple[int | None, int | None, int | None, int | None]:
    return (
        upper if upper > 0 else None,
        -upper if upper < 0 else None,
        lower if lower > 0 else None,
        -lower if lower < 0 else None,
    )


def _copy(into: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
