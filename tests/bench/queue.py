"""`make bench-queue`: the pages of the queue at 10,000 and at 1,000,000 records, through Django's whole request path.

Each page is asked in-process by a person who is signed in, so the time is that of the server: session, person,
queries, template. A page is held against its time at 10,000 where it shows as many rows at both sizes; one that has
more to show at 1,000,000 (a person's own records, say) is held against the limit alone. References, measured in the
same run: the deep page by OFFSET, and the counters counted.
"""

import argparse
import hashlib
import os
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import django

from selaras.kernel.garbage import collect_rarely

SIZES = (10_000, 1_000_000)
LIMIT_MS, RATIO = 50.0, 1.5
TIMES = 60
HOME = Path(__file__).with_name(".cache") / "queue"
Page = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of each time a page was asked for, and the rows it showed, on average."""

    spent: list[float]
    rows: float

    @property
    def p50(self) -> float:
        return statistics.median(self.spent)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.spent, n=20)[18]


def main() -> int:
    """Measure every page at both sizes; 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selaras.config.settings")
    os.environ.setdefault("SELARAS_SECRET_KEY", "bench only: no secret")
    django.setup()
    collect_rarely()  # as where pages are served
    _plain_files()
    small, large = _measure(asked.sizes, asked.times, fresh=asked.fresh)
    return 0 if _told(small, large, asked.sizes) else 1


def _plain_files() -> None:
    """Pages name their files as they are: nothing has been collected here."""
    from django.conf import settings
    from django.core.files.storage import storages

    from selaras.interfaces.cli.prepare import compile_translations

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages.__dict__.pop("backends", None)
    compile_translations()


def _measure(sizes: Sequence[int], times: int, *, fresh: bool) -> list[dict[str, Measured]]:
    """Milliseconds of each page at each size. The sizes take turns page by page: what slows the machine slows both."""
    from selaras.interfaces.cli import postgres
    from tests import database
    from tests.bench.queue_pages import pages, references

    with postgres.using(HOME) as dsn:
        where = [database.at(dsn, _made(dsn, size, fresh=fresh)) for size in sizes]
        asked: list[Mapping[str, Page]] = []
        for one in where:
            with database.django_on(one):
                asked.append({**pages(), **references()})
        spent: list[dict[str, Measured]] = [{} for _ in sizes]
        for name in asked[0]:
            for n, one in enumerate(where):
                with database.django_on(one):
                    spent[n][name] = _timed(asked[n][name], times)
        return spent


def _made(dsn: str, many: int, *, fresh: bool) -> str:
    """The name of a database of that size, made if need be, kept for the next run and migrated to now."""
    import psycopg
    from django.core.management import call_command

    from tests import bench, database
    from tests.bench.queue_cases import make_cases
    from tests.bench.queue_load import load

    made_of = [Path(bench.__file__).with_name(name) for name in ("queue_load.py", "queue_cases.py", "queue_words.py")]
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()[:8]
    name, making = f"queue_{many}_{fingerprint}", f"queue_{many}_making"
    with psycopg.connect(database.at(dsn, "postgres"), autocommit=True) as admin:
        known = [row[0] for row in admin.execute("SELECT datname FROM pg_database").fetchall()]
        for old in known:
            if old.startswith(f"queue_{many}_") and (fresh or old != name):
                admin.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
        if fresh or name not in known:
            admin.execute(f"CREATE DATABASE {making}")
            began = perf_counter()
            with database.django_on(database.at(dsn, making)):
                call_command("migrate", verbosity=0)
                call_command("createcachetable", verbosity=0)
                load(many)
                make_cases()
            admin.execute(f"ALTER DATABASE {making} RENAME TO {name}")
            print(f"{many:,} records made in {perf_counter() - began:.0f} s", flush=True)
    with database.django_on(database.at(dsn, name)):
        call_command("migrate", verbosity=0)
    return name


def _timed(page: Page, times: int) -> Measured:
    for _ in range(5):
        page()
    spent, rows = [], 0
    for _ in range(times):
        began = perf_counter()
        rows += page()
        spent.append((perf_counter() - began) * 1000)
    return Measured(spent, rows / times)


def _told(small: Mapping[str, Measured], large: Mapping[str, Measured], sizes: Sequence[int]) -> bool:
    """Print a line a page; whether all limits hold (references have none)."""
    print(f"{'ms of server time':<44}{sizes[0]:>11,}              {sizes[1]:>11,}")
    print(f"{'':<44}{'p50':>8}{'p95':>8}{'rows':>6}  {'p50':>8}{'p95':>8}{'rows':>6}  {'ratio':>6}")
    good = True
    for name, later in large.items():
        before = small[name]
        ratio = later.p50 / before.p50
        comparable = abs(later.rows - before.rows) <= 0.1 * max(later.rows, 1)
        held = name.startswith("reference") or (later.p95 < LIMIT_MS and (ratio <= RATIO or not comparable))
        good &= held
        cells = "  ".join(f"{one.p50:>8.1f}{one.p95:>8.1f}{one.rows:>6.0f}" for one in (before, later))
        told = f"{ratio:>6.2f}" if comparable else "     –"
        print(f"{name:<44}{cells}  {told}{'' if held else '  MISSED'}")
    print(f"limits: p95 below {LIMIT_MS:.0f} ms, ratio of the medians at most {RATIO} where as many rows are shown")
    return good


if __name__ == "__main__":
    sys.exit(main())
