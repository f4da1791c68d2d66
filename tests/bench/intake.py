"""`make bench-intake`: posts committed and deduplicated before the answer, against Alertmanager and Alerta.

The same sender (a process of its own, 16 keep-alive connections) posts the same alerts to each server in turn, in one
run: single posts, batches of 100 alerts never seen before, batches of 100 of which 90 were. Ours commits to a durable
PostgreSQL before each answer; Alertmanager 0.25 keeps its alerts in memory. Afterwards what was answered is counted
against what is stored.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from tests.bench import intake_peers
from tests.bench.intake_peers import Peer
from tests.bench.intake_shapes import distinct_alerts
from tests.journeys.harness import until

CONNECTIONS = 16
POSTS = {"single": 120_000, "distinct": 3_000, "duplicates": 5_000, "alerta": 5_000}  # made ahead; the time ends first
NAMES = {
    "single": "single posts",
    "distinct": "batches of 100, distinct",
    "duplicates": "batches of 100, 90 % duplicates",
    "alerta": "single posts",
}
AIMS = {"single": 0.5, "distinct": 1.0, "duplicates": 2.0}
ALERTA_AIM, P99_MS = 40.0, 100.0

Round = dict[str, Any]


def main() -> int:
    """Measure, print, count; 1 if something answered is not stored, or an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--workers", type=int, default=1, help="intake processes")
    given = parser.parse_args()
    results: dict[tuple[str, str], list[Round]] = defaultdict(list)
    with TemporaryDirectory() as folder:
        right = _measure(Path(folder), given, results)
    met = _report(results, given)
    return 0 if right and met else 1


def _measure(folder: Path, given: argparse.Namespace, results: dict[tuple[str, str], list[Round]]) -> bool:
    with (
        intake_peers.selaras(given.workers) as (ours, dsn),
        intake_peers.alertmanager(folder) as reference,
        intake_peers.alerta(folder, dsn) as alerta,
    ):
        for name, peer in (("Alertmanager", reference), ("Alerta", alerta)):
            if peer is None:
                print(f"{name} cannot be had here: its ratio is left out")
        sent: list[tuple[str, int, int]] = []
        for number in range(given.rounds):
            for kind in AIMS:
                seed = number * 10 + list(AIMS).index(kind) + 1
                for peer in (reference, ours):
                    if peer is not None:
                        results[kind, peer.name].append(_round(peer, kind, seed, given.seconds, number))
                sent.append((kind, seed, results[kind, "selaras"][-1]["posts"]))
            if alerta is not None:
                results["alerta", "Alerta"].append(_round(alerta, "alerta", number + 1, given.seconds, number))
        return _count(dsn, sent)


def _round(peer: Peer, kind: str, seed: int, seconds: float, number: int) -> Round:
    before = peer.cpu()
    what = [peer.port, peer.path, kind, seed, POSTS[kind], seconds, CONNECTIONS]
    command = [sys.executable, "-m", "tests.bench.intake_load", *map(str, what)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"the sender failed against {peer.name}")
    found: Round = json.loads(done.stdout)
    found["server_cpu"] = (peer.cpu() - before) / max(1, found["alerts"]) * 1e6
    print(
        f"round {number + 1}: {peer.name:13} {NAMES[kind]:32} {found['rate']:9,.0f} alerts/s   "
        f"p50 {found['p50_ms']:6.1f} ms  p99 {found['p99_ms']:6.1f} ms   {found['server_cpu']:6.1f} µs CPU an alert"
        + (f"   other answers: {found['other']}" if found["other"] else ""),
        flush=True,
    )
    return found


def _count(dsn: str, sent: list[tuple[str, int, int]]) -> bool:
    """Whether exactly what was answered is stored: observations, alerts, changes, bodies."""
    alerts = sum(distinct_alerts(kind, posts) for kind, _, posts in sent)
    observations = sum(posts * (1 if kind == "single" else 100) for kind, _, posts in sent)
    posts = sum(posts for _, _, posts in sent)
    answered = (observations, alerts, alerts, posts, observations)
    with psycopg.connect(dsn, autocommit=True) as database:
        # What is on disk and answered is folded half a second later.
        waits = "SELECT FROM events_unfoldedbatch UNION ALL SELECT FROM events_resentbatch"
        until(lambda: database.execute(waits).fetchone() is None, "what is kept is folded", 5)
        stored = database.execute(
            "SELECT (SELECT sum(received) FROM events_alert), (SELECT count(*) FROM events_alert),"
            " (SELECT count(*) FROM events_change), (SELECT sum(posts) FROM events_rawbatch),"
            " (SELECT sum(observations) FROM events_rawbatch)"
        ).fetchone()
        flushes = (database.execute("SELECT count(*) FROM events_rawbatch").fetchone() or (0,))[0]
        hot = database.execute(
            "SELECT 100.0 * n_tup_hot_upd / greatest(n_tup_upd, 1) FROM pg_stat_user_tables"
            " WHERE relname = 'events_alert'"
        ).fetchone() or (0,)
    right = stored is not None and tuple(int(n) for n in stored) == answered
    print(
        f"answered and stored {'are equal' if right else 'DIFFER'}: {answered[0]:,} observations of {alerts:,} alerts"
    )
    if not right:
        print(f"  answered {answered}, stored {stored}")
    print(f"{posts:,} posts kept in {flushes:,} blocks; {hot[0]:.0f} % of re-sends were HOT updates")
    return right


def _report(results: dict[tuple[str, str], list[Round]], given: argparse.Namespace) -> bool:
    print(f"\nMedians of {given.rounds} rounds, {CONNECTIONS} connections, {given.workers} intake process(es):")
    met = True
    for kind, aim in AIMS.items():
        ours = _median(results[kind, "selaras"], "rate")
        p99 = _median(results[kind, "selaras"], "p99_ms")
        line = f"  {NAMES[kind]:32} {ours:9,.0f} alerts/s, p99 {p99:5.1f} ms"
        if results[kind, "Alertmanager"]:
            reference = _median(results[kind, "Alertmanager"], "rate")
            ratio = _ratio(results[kind, "selaras"], results[kind, "Alertmanager"])
            line += f"; Alertmanager {reference:9,.0f}: {_judged(ratio, aim)}"
            met &= ratio >= aim
        if kind != "single":
            met &= p99 < P99_MS
            line += f"; p99 below {P99_MS:.0f} ms: {'met' if p99 < P99_MS else 'missed'}"
        print(line)
    if results["alerta", "Alerta"]:
        peer = _median(results["alerta", "Alerta"], "rate")
        ratio = _ratio(results["single", "selaras"], results["alerta", "Alerta"])
        print(f"  single posts against Alerta's {peer:,.0f}/s: {_judged(ratio, ALERTA_AIM)}")
        met &= ratio >= ALERTA_AIM
    return met


def _median(rounds: list[Round], name: str) -> float:
    return statistics.median([float(found[name]) for found in rounds])


def _ratio(ours: list[Round], theirs: list[Round]) -> float:
    """The median of the rounds' own ratios: what else the machine does changes from round to round for both."""
    return statistics.median(float(a["rate"]) / float(b["rate"]) for a, b in zip(ours, theirs, strict=True))


def _judged(ratio: float, aim: float) -> str:
    return f"{ratio:.2f} × (aim {aim} ×: {'met' if ratio >= aim else 'missed'})"


if __name__ == "__main__":
    sys.exit(main())
