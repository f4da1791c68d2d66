"""`make bench-alerts`: the console and Alertmanager's API at 1,000,000 open alerts.

The console's pages are asked in-process by an operator who is signed in, through Django's whole request path; the
filtered `GET /api/v2/alerts` goes over HTTP to the real intake server, a process of its own, whose resident memory is
read meanwhile. Aims: first page p95 under 100 ms, GET for one alert p95 under 50 ms, intake under 300 MB.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import django

from selaras.kernel.garbage import collect_rarely

FIRST_MS, ONE_MS, MEMORY_MB = 100.0, 50.0, 300.0
HOME = Path(__file__).with_name(".cache") / "alerts"
PAGES = {
    "console, first page": "/alerts",
    "console, one host (host-777:9100)": "/alerts?q=instance=host-777:9100",
    "console, 1 of 1,000 teams": "/alerts?q=team=team-77",
    "console, common label": "/alerts?q=severity=warning",
    "console, rare source": "/alerts?source=2",
    "console, acknowledged": "/alerts?acknowledged=1",
    "console, one class": "/alerts?class=exception",
    "console, words (bounded)": "/alerts?q=host-999999",
    "console, grouped (bounded)": "/alerts?group=team",
}


def main() -> int:
    """Make the database if need be, measure, print; 1 if an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--fresh", action="store_true", help="make the database anew")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selaras.config.settings")
    os.environ.setdefault("SELARAS_SECRET_KEY", "bench only: no secret")
    django.setup()
    collect_rarely()  # as where pages are served
    from selaras.interfaces.cli import postgres
    from tests import database
    from tests.bench.queue import _plain_files

    _plain_files()
    with postgres.using(HOME) as dsn:
        own = database.at(dsn, _made(dsn, asked.alerts, fresh=asked.fresh))
        met = True
        with database.django_on(own):
            for name, page in _pages().items():
                met &= _told(name, _timed(page, asked.times), FIRST_MS if name.endswith("first page") else None)
        return 0 if _intake(own, asked.times) and met else 1


def _made(dsn: str, many: int, *, fresh: bool) -> str:
    import psycopg
    from django.core.management import call_command

    from tests import database
    from tests.bench.alerts_load import load

    name = f"alerts_{many}"
    with psycopg.connect(database.at(dsn, "postgres"), autocommit=True) as admin:
        if fresh:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            admin.execute(f"DROP DATABASE IF EXISTS {name}_making WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {name}_making")
            began = perf_counter()
            with database.django_on(database.at(dsn, f"{name}_making")):
                call_command("migrate", verbosity=0)
                call_command("createcachetable", verbosity=0)
                load(many)
            admin.execute(f"ALTER DATABASE {name}_making RENAME TO {name}")
            print(f"{many:,} alerts made in {perf_counter() - began:.0f} s", flush=True)
    with database.django_on(database.at(dsn, name)):
        call_command("migrate", verbosity=0)
    return name


def _pages() -> dict[str, Callable[[], None]]:
    from django.test import Client

    from selaras.domains.people.models import Person

    client = Client(SERVER_NAME="localhost")
    client.force_login(Person.objects.get(email="operator@example.com"))

    def page(address: str) -> Callable[[], None]:
        def ask() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        return ask

    return {name: page(address) for name, address in PAGES.items()}


def _intake(dsn: str, times: int) -> bool:
    """Ask the real server for one alert, read its memory; then for a hundred thousand, and read it again."""
    import httpx

    from tests.bench.intake_peers import serving

    with serving(dsn) as (port, pid), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:

        def ask() -> None:
            answer = client.get("/api/v2/alerts", params={"filter": 'instance="host-777:9100"'})
            assert len(answer.json()) == 1, answer.text[:200]

        met = _told("GET /api/v2/alerts, one alert", _timed(ask, times), ONE_MS)
        for path in ("/api/v2/alerts", "/api/v2/alerts/groups"):
            began = perf_counter()
            with client.stream("GET", path, params={"filter": 'cluster="c1"'}) as answer:
                size = sum(len(part) for part in answer.iter_bytes())
            print(f"GET {path}, one in seven: {size / 1e6:.0f} MB in {perf_counter() - began:.1f} s")
        most = _peak(pid)
    print(f"intake's resident memory at its highest: {most:.0f} MB (aim: under {MEMORY_MB:.0f})")
    return met and most < MEMORY_MB


def _peak(pid: int) -> float:
    line = next(row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _timed(ask: Callable[[], None], times: int) -> list[float]:
    for _ in range(3):
        ask()
    spent = []
    for _ in range(times):
        began = perf_counter()
        ask()
        spent.append((perf_counter() - began) * 1000)
    return spent


def _told(name: str, spent: list[float], aim: float | None) -> bool:
    p50, p95 = statistics.median(spent), statistics.quantiles(spent, n=20)[18]
    met = aim is None or p95 < aim
    print(f"{name:<44}p50 {p50:7.1f} ms  p95 {p95:7.1f} ms{'' if met else f'  MISSED (aim {aim:.0f})'}", flush=True)
    return met


if __name__ == "__main__":
    sys.exit(main())
