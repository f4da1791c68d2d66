"""Minutes at full rate: batches of 100, nine in ten alerts known, everything on; Alertmanager before and after it.

Intake runs as a process of its own, as docs/decisions/0002 has it for storms, beside the worker that assesses.
"""

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from selaras.interfaces.cli import postgres
from tests.bench import intake_peers
from tests.bench.intake_shapes import bodies
from tests.bench.storm_load import send
from tests.bench.storm_watch import Memory
from tests.journeys.harness import Installation, free_port, is_open, until

CONNECTIONS = 16
AIM = 0.8
REFERENCE_MINUTES = 1.0  # before and after, at most
_WAITING = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(c.at)), 0) FROM events_change c, events_cursor k
WHERE k.name = 'assess' AND c.id > k.change_id
"""


def measure(installation: Installation, minutes: float) -> bool:
    """Send to both, print; whether the aim is met."""
    with TemporaryDirectory() as folder, intake_peers.alertmanager(Path(folder)) as reference:
        short = min(minutes, REFERENCE_MINUTES)
        theirs = [_rate(reference.port, 91, short)] if reference else []
        ours = _ours(installation, minutes)
        if reference:
            theirs.append(_rate(reference.port, 92, short))
    if not theirs:
        print("Alertmanager cannot be had here: no ratio")
        return True
    ratio = ours / (sum(theirs) / len(theirs))
    print(f"  Alertmanager before and after: {', '.join(f'{one:,.0f}' for one in theirs)} alerts/s")
    print(f"  ratio {ratio:.2f} (aim {AIM}: {'met' if ratio >= AIM else 'MISSED'})")
    return ratio >= AIM


def _ours(installation: Installation, minutes: float) -> float:
    port = free_port()
    with (
        installation.running("worker") as worker,
        installation.running("intake", "--port", str(port)) as intake,
    ):
        until(partial(is_open, port), "intake listens", 60)
        memory = Memory([worker.process.pid, intake.process.pid])
        memory.start()
        rate = _rate(port, 1, minutes)
        memory.over.set()
        with psycopg.connect(postgres.dsn(installation.home)) as database:
            waiting, age = database.execute(_WAITING).fetchone() or (0, 0)
        print(f"\nSustained for {minutes:g} minutes: {rate:,.0f} alerts/s, everything on")
        print(f"  peak memory: {memory.told()}")
        print(f"  not yet assessed at the end: {waiting:,} changes, the oldest {float(age):.0f} s old")
        return rate


def _rate(port: int, seed: int, minutes: float) -> float:
    endless = bodies("duplicates", seed, 10_000_000)
    sent = send(port, endless, CONNECTIONS, until=time.monotonic() + minutes * 60)
    return sent.answered * 100 / sent.seconds
