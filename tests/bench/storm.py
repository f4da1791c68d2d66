"""`make bench-storm`: a burst of a million events, from a post to the page, and ten minutes at full rate.

    make bench-storm                          the burst and the way to the page
    make bench-storm ARGS="--events 100000"   a shorter burst; with --one-origin, to where the pages are
    make bench-storm ARGS="--sustained 10"    minutes at full rate, against Alertmanager in the same run

Everything is on: hosts that alerts lead to, added labels, inhibition, flapping, correlation, incidents, pages. The
installation is `selaras up --intake-port` with its own durable PostgreSQL; the sender, a process of its own, and the
counting channel share the cores with it.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from selaras.interfaces.cli import postgres
from tests.bench import storm_pages, storm_sustained
from tests.bench.storm_watch import Memory, Reader
from tests.journeys.channel import Channel, counting
from tests.journeys.harness import Installation, Running, free_port, is_open, new_home, until
from tests.journeys.on_call import LOOPBACK

PAGE_MS = 300.0
SECONDS = 1800.0  # a burst, or making what it finds, takes at most
QUIET_SECONDS = 5.0


def main() -> int:
    """Measure and print; 1 if an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="of the burst; 0: none")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--batch", type=int, default=100, help="events a post")
    parser.add_argument("--one-origin", action="store_true", help="the burst goes where the pages are")
    parser.add_argument("--records", type=int, default=20_000, help="in the queue")
    parser.add_argument("--rate", type=int, default=1000, help="alerts a second on the way to the page")
    parser.add_argument("--seconds", type=int, default=30, help="of the way to the page; 0: none")
    parser.add_argument("--sustained", type=float, default=0.0, metavar="MINUTES", help="this alone, so long")
    asked = parser.parse_args()
    with counting() as channel, installed(channel, asked.records) as (installation, session):
        if asked.sustained:
            return 0 if storm_sustained.measure(installation, asked.sustained) else 1
        asked.apart = 0 if asked.one_origin else free_port()
        with installation.up(*([f"--intake-port={asked.apart}"] if asked.apart else [])) as running:
            until(lambda: is_open(asked.apart or running.port), "intake listens", 120)
            met = not asked.seconds or storm_pages.measure(
                running, installation, channel, session, asked.rate, asked.seconds
            )
            if asked.events:
                met &= _burst(running, installation, session, asked)
        return 0 if met else 1


@contextmanager
def installed(channel: Channel, records: int) -> Iterator[tuple[Installation, str]]:
    """An installation with its estate, and the session of somebody signed in."""
    with new_home() as home:
        installation = Installation(home, settings=LOOPBACK)
        installation.run("migrate", seconds=SECONDS)
        code = f"from tests.bench.storm_estate import make; print(make({channel.address()!r}, {records}))"
        said = installation.run("django", "shell", "-c", code, seconds=SECONDS)
        yield installation, json.loads(said.strip().splitlines()[-1])["session"]


def _burst(running: Running, installation: Installation, session: str, asked: argparse.Namespace) -> bool:
    quiet = Reader(running.port, session)
    quiet.warm_up()
    quiet.read_for(QUIET_SECONDS)
    before = stored(installation)
    reader, memory = Reader(running.port, session), Memory([running.process.pid, postgres_pid(installation)])
    for one in (reader, memory):
        one.start()
    port = asked.apart or running.port
    found = sender(port, 0, asked.events, asked.batch, asked.connections, SECONDS, paging_every=1000)
    for one in (reader, memory):
        one.over.set()
        one.join()
    kept = stored(installation) - before
    right = kept == found["answered"] or bool(found["broken"] and kept > found["answered"])
    where = "one origin" if port == running.port else "intake apart"
    print(
        f"\nBurst ({where}): {asked.events:,} new events in batches of {asked.batch} over {asked.connections}"
        f" connections\n  {found['answered'] / found['seconds']:,.0f} events/s for {found['seconds']:.0f} s;"
        f" a post p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms\n"
        f"  answers {found['statuses']}, refusals without Retry-After {found['without_word']},"
        f" broken connections {found['broken']}\n"
        f"  answered 2xx {found['answered']:,}, stored {kept:,}: {'equal' if right else 'DIFFER'}\n"
        f"  peak memory: {memory.told()}"
    )
    met = reader.p95() < PAGE_MS
    print(f"  the queue page before: {quiet.told()}")
    print(f"  the queue page meanwhile: {reader.told()} (aim p95 under {PAGE_MS:.0f} ms: {'met' if met else 'MISSED'})")
    return right and met and not found["without_word"]


def sender(
    port: int, first: int, alerts: int, batch: int, connections: int, seconds: float, *, paging_every: int = 0
) -> dict[str, Any]:
    """Run the sender as a process of its own."""
    what = [port, first, alerts, batch, connections, int(seconds), paging_every]
    command = [sys.executable, "-m", "tests.bench.storm_load", *map(str, what)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def stored(installation: Installation) -> int:
    """Observations in the log of raw bodies, once none is on its way there."""
    with psycopg.connect(postgres.dsn(installation.home), autocommit=True) as database:
        waits = "SELECT FROM events_unfoldedbatch"
        until(lambda: database.execute(waits).fetchone() is None, "what is kept is folded", 5)
        row = database.execute("SELECT coalesce(sum(observations), 0) FROM events_rawbatch").fetchone()
    return int(row[0]) if row else 0


def postgres_pid(installation: Installation) -> int:
    """The server's process."""
    from selaras.interfaces.cli import pg_cluster
    from selaras.interfaces.cli.pg_install import install_for

    return pg_cluster.server_pid(install_for(installation.home)) or 0


if __name__ == "__main__":
    sys.exit(main())
