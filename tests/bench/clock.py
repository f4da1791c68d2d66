"""`make bench-clock`: a million due times on one core, and what is due now among a million open clocks.

References, measured in the same run: the opening hours stepped through day by day (on a sample, which must
agree to the microsecond), and the same search as a sequential scan (which must find the same clocks).
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import TypeVar

import django

SAMPLE = 5_000
LIMIT_SECONDS = 20.0
LIMIT_MS = 5.0
Found = TypeVar("Found")


def main() -> int:
    """Measure both; 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=1_000_000, help="due times, and open clocks")
    many = parser.parse_args().many
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selaras.config.settings")
    os.environ.setdefault("SELARAS_SECRET_KEY", "bench only: no secret")
    django.setup()
    return 0 if all([due_times(many), due_now(many)]) else 1


def due_times(many: int) -> bool:
    """Compute `many` due times; print the time and the ratio to stepping day by day."""
    from selaras.domains.agreements.rules import add
    from tests.bench.clock_shapes import asked, calendars, naive_add

    cases = asked(many, calendars())
    print(f"{many:,} due times in 12 calendars with breaks and holidays, from the first on:")
    wall, cpu = perf_counter(), process_time()
    found = [add(calendar, start, seconds) for calendar, start, seconds in cases]
    wall, cpu = perf_counter() - wall, process_time() - cpu
    step = max(1, many // SAMPLE)
    sample, expected = cases[::step], found[::step]
    naive = process_time()
    reference = [naive_add(calendar, start, seconds) for calendar, start, seconds in sample]
    naive = (process_time() - naive) / len(sample)
    ours = cpu / many
    print(f"  {wall:.2f} s, {cpu:.2f} s of one core, {ours * 1e6:.2f} µs each")
    print(f"  limit: {LIMIT_SECONDS:.0f} s for 1,000,000")
    print(f"  reference, day by day: {naive * 1e6:.1f} µs each, {len(sample):,} of them; ratio {naive / ours:.1f}")
    if reference != expected:
        print("  WRONG: the reference finds other times")
        return False
    return wall * 1_000_000 / many < LIMIT_SECONDS


def due_now(many: int) -> bool:
    """Find the clocks due now among `many` open ones; print p50, p95 and the ratio to a sequential scan."""
    from tests import database

    name = f"test_{os.getpid()}_bench_clock"
    with database.server() as dsn:
        own = database.clone(dsn, database.template(dsn), name)
        try:
            with database.django_on(own):
                return _due_now(many)
        finally:
            database.drop(dsn, name)


def _due_now(many: int) -> bool:
    from django.db import connection

    from selaras.domains.agreements.queries.clocks import due_clocks
    from tests.bench.clock_load import DUE_NOW, NOW, load

    began = perf_counter()
    load(many)
    print(f"due now among {many:,} open clocks ({DUE_NOW} due; loaded in {perf_counter() - began:.0f} s):")
    found, ours = _timed(lambda: due_clocks(NOW, 500), 300)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_indexscan = off")
        cursor.execute("SET enable_bitmapscan = off")
    scanned, scan = _timed(lambda: due_clocks(NOW, 500), 7)
    p50, p95 = statistics.median(ours), statistics.quantiles(ours, n=20)[18]
    print(f"  p50 {p50:.2f} ms, p95 {p95:.2f} ms (limit of p95 {LIMIT_MS:.0f} ms)")
    reference = statistics.median(scan)
    print(f"  reference, sequential scan: p50 {reference:.1f} ms; ratio {reference / p50:.0f}")
    if len(found) != DUE_NOW or found != scanned:
        print(f"  WRONG: {len(found)} found, {len(scanned)} by the scan, {DUE_NOW} are due")
        return False
    return p95 < LIMIT_MS


def _timed(ask: Callable[[], Found], times: int) -> tuple[Found, list[float]]:
    """The answer, and the milliseconds each asking took after one to warm up."""
    answer, spent = ask(), []
    for _ in range(times):
        began = perf_counter()
        answer = ask()
        spent.append((perf_counter() - began) * 1000)
    return answer, spent


if __name__ == "__main__":
    sys.exit(main())
