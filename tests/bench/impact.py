"""`make bench-impact`: who is hit if one item fails, among 100,000 items and 500,000 dependencies with cycles.

Two estates (`impact_shapes`): one laid out as real ones are, one that is a single giant cycle. Start items are drawn
evenly from all items; the worst hubs are measured apart. What is timed is the answer as a page gets it: `impact_of`
with all services hit, the named ways to the 50 nearest, all uses, customers and outcomes. The clock is the one on the
wall, so it wants a quiet machine. The reference, measured in the same run on the same items, is the plain recursive
query, which finds no more than the bare set of nodes; the sets must agree.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import django

if TYPE_CHECKING:
    from tests.bench.impact_shapes import Estate

LIMIT_MS = 20.0
REFERENCES = 40
Answer = TypeVar("Answer")

PLAIN = """
WITH RECURSIVE hit(node) AS (
    SELECT %s::bigint UNION SELECT d.upper FROM hit JOIN services_dependency d ON d.lower = hit.node
)
SELECT count(*) FILTER (WHERE node %% 2 = 0), count(*) FILTER (WHERE node %% 2 = 1) FROM hit
"""


def main() -> int:
    """Measure both estates; 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=400, help="start items an estate")
    starts = parser.parse_args().starts
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selaras.config.settings")
    os.environ.setdefault("SELARAS_SECRET_KEY", "bench only: no secret")
    django.setup()
    from tests.bench.impact_shapes import layered, tangled

    return 0 if all([measured(layered, starts), measured(tangled, starts)]) else 1


def measured(shape: "Callable[[], Estate]", starts: int) -> bool:
    """One estate in a database of its own."""
    from tests import database
    from tests.bench.impact_load import load

    name = f"test_{os.getpid()}_bench_impact"
    with database.server() as dsn:
        own = database.clone(dsn, database.template(dsn), name)
        try:
            with database.django_on(own):
                began, estate = perf_counter(), shape()
                load(estate)
                print(
                    f"{estate.name}: {len(estate.classes):,} items, {len(estate.edges):,} dependencies "
                    f"(loaded in {perf_counter() - began:.0f} s)"
                )
                return _measured(estate, starts)
        finally:
            database.drop(dsn, name)


def _measured(estate: "Estate", starts: int) -> bool:
    from selaras.domains.services.queries import impact_of
    from selaras.kernel.garbage import collect_rarely

    rng = Random(7)
    items = [rng.randint(1, len(estate.classes)) for _ in range(starts)]
    for item in items[:5]:
        impact_of([item])  # opens the connection, imports numpy
    collect_rarely()  # as where pages are served
    answers, ours = _timed(lambda item: impact_of([item]), items)
    sizes = sorted(len(answer.services) for answer in answers)
    reached = sorted(answer.items for answer in answers)
    print(f"  {starts} items drawn evenly: {_spread(ours)} (limit of p95 {LIMIT_MS:.0f} ms)")
    print(f"    items reached: {_sizes(reached)}; services: {_sizes(sizes)}")
    right = _compared(items[:REFERENCES])
    for hub, item in estate.hubs.items():
        answers, times = _timed(lambda item: impact_of([item]), [item] * 30)
        print(f"  worst hub, {hub}: {_spread(times)}; {answers[0].items:,} items, {len(answers[0].services)} services")
    _writes(items)
    return right and _p95(ours) < LIMIT_MS


def _compared(items: Sequence[int]) -> bool:
    """Print the ratios to the plain query (above 1: we are quicker); False if the answers differ."""
    from django.db import connection

    from selaras.domains.services.queries import impact_of, reach_of

    def plain(item: int) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN, [item * 2])
            many, services = cursor.fetchone() or (0, 0)
        return many, services

    expected, plainly = _timed(plain, items)
    reaches, walked = _timed(lambda item: reach_of([item]), items)
    _, whole = _timed(lambda item: impact_of([item]), items)
    found = [(reach.items, len(reach.services)) for reach in reaches]
    print(f"    reference, plain recursive query (the set alone) on {len(items)} of them: {_spread(plainly)}")
    for what, times in (("the same with depths and ways", walked), ("the whole answer", whole)):
        ratio = f"{statistics.median(plainly) / statistics.median(times):.1f}", f"{_p95(plainly) / _p95(times):.1f}"
        print(f"    {what}: {_spread(times)}; ratio p50 {ratio[0]}, p95 {ratio[1]}")
    if found != expected:
        print("    WRONG: the reference reaches others")
    return found == expected


def _writes(items: Sequence[int]) -> None:
    """What keeping the packed graph costs whoever writes: one dependency made and undone, each its own commit."""
    from selaras.domains.people.contracts import system_actor
    from selaras.domains.services.actions.dependencies import link, unlink
    from selaras.domains.services.contracts import item

    by = system_actor("bench")
    pairs = [(item(a), item(b)) for a, b in zip(items[:100:2], items[1:100:2], strict=True) if a != b]
    fresh, times = _timed(lambda pair: link(*pair, by=by), pairs)
    made = [pair for pair, new in zip(pairs, fresh, strict=True) if new]
    _, undone = _timed(lambda pair: unlink(*pair, by=by), made)
    print(f"  a dependency written: {_spread(times)}; undone: {_spread(undone)}")


Given = TypeVar("Given")


def _timed(call: Callable[[Given], Answer], given: Sequence[Given]) -> tuple[list[Answer], list[float]]:
    answers, times = [], []
    for one in given:
        began = perf_counter()
        answers.append(call(one))
        times.append((perf_counter() - began) * 1000)
    return answers, times


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def _spread(times: Sequence[float]) -> str:
    return f"p50 {statistics.median(times):.1f} ms, p95 {_p95(times):.1f} ms, most {max(times):.1f} ms"


def _sizes(sizes: Sequence[int]) -> str:
    return f"p50 {sizes[len(sizes) // 2]:,}, p95 {sizes[int(len(sizes) * 0.95)]:,}, most {sizes[-1]:,}"


if __name__ == "__main__":
    sys.exit(main())
