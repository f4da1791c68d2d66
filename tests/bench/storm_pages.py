"""From a post to the page: alerts at a steady rate, of which two a second page, each for a cause of its own.

Committed is when the 2xx came (a little after the commit), handed over when the channel has the whole request. Live is
when the stream of an open console has told of a change after which the alert, assessed, is there to be read.
"""

import http.client
import threading
import time
from collections.abc import Sequence

import psycopg

from selaras.interfaces.cli import postgres
from tests.bench.storm_shapes import alert, period
from tests.bench.storm_watch import Reader
from tests.journeys.channel import Channel
from tests.journeys.harness import Installation, Running

LINES, BATCH = 5, 10
PAGES_A_SECOND = 2
FIRST = 500_000_000  # numbers that no burst uses
PAGE_SECONDS, LIVE_SECONDS, PATIENCE = 2.0, 1.0, 120.0


class Console(threading.Thread):
    """An open console: reads the live stream, and at each change what it does not know yet."""

    def __init__(self, port: int, session: str, dsn: str) -> None:
        super().__init__(daemon=True)
        self.port, self.session, self.dsn = port, session, dsn
        self.seen: dict[int, float] = {}

    def run(self) -> None:
        """Until the process ends."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", "/live", headers={"Cookie": f"sessionid={self.session}"})
        answer = connection.getresponse()
        with psycopg.connect(self.dsn, autocommit=True) as database:
            for line in answer:
                if line.startswith(b"event: alert"):
                    self._look(database)

    def _look(self, database: psycopg.Connection[tuple[object, ...]]) -> None:
        rows = database.execute(
            "SELECT (labels->>'number')::bigint FROM events_assessment"
            " WHERE labels @> %s AND alert_class = 'exception'",
            ['{"probe": "yes"}'],
        ).fetchall()
        now = time.time()
        for (number,) in rows:
            self.seen.setdefault(int(str(number)), now)


def measure(
    running: Running, installation: Installation, channel: Channel, session: str, rate: int, seconds: int
) -> bool:
    """Send, wait until all has arrived, print; whether the aims are met."""
    Reader(running.port, session, "/alerts").warm_up()
    console = Console(running.port, session, postgres.dsn(installation.home))
    console.start()
    committed: dict[int, float] = {}
    refused = [0]
    each = rate // LINES
    lines = [
        threading.Thread(target=_line, args=(running.port, place, each, seconds, committed, refused))
        for place in range(LINES)
    ]
    for line in lines:
        line.start()
    for line in lines:
        line.join()
    until = time.monotonic() + PATIENCE
    heard: dict[int, float] = {}
    while time.monotonic() < until and not (
        committed.keys() <= heard.keys() and committed.keys() <= console.seen.keys()
    ):
        time.sleep(0.2)  # between looks, so that the bench takes no processor; what is missing at the end is told
        heard = {int(text[text.rindex("(") + 1 : text.rindex(")")]): at for text, at in dict(channel.heard_at).items()}
    print(
        f"\nFrom a post to the page: {rate:,} alerts/s for {seconds} s, {len(committed)} of them page;"
        f" {refused[0]} posts refused"
    )
    met = _told("committed → handed to the channel", committed, heard, PAGE_SECONDS)
    return _told("committed → live on the console", committed, console.seen, LIVE_SECONDS) and met


def _line(port: int, place: int, rate: int, seconds: int, committed: dict[int, float], refused: list[int]) -> None:
    """Post `rate` alerts a second; the first line's first alerts of every half second page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    posts = rate * seconds // BATCH
    began = time.monotonic()
    for number in range(posts):
        time.sleep(max(0.0, began + number * BATCH / rate - time.monotonic()))  # the rate is what is asked for
        first = FIRST + (place * posts + number) * BATCH
        pages = place == 0 and number % max(1, rate // BATCH // PAGES_A_SECOND) == 0
        starts, ends = period()
        told = [alert(n, starts, ends, pages=pages and n == first) for n in range(first, first + BATCH)]
        connection.request("POST", "/api/v2/alerts", "[" + ",".join(told) + "]", {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            refused[0] += 1
        elif pages:
            committed[first] = time.time()


def _told(what: str, begun: dict[int, float], done: dict[int, float], aim: float) -> bool:
    took = sorted(max(0.0, done[n] - at) for n, at in begun.items() if n in done)
    missing = len(begun) - len(took)
    if not took:
        print(f"  {what}: NOTHING arrived")
        return False
    p50, p99 = _at(took, 0.5), _at(took, 0.99)
    met = p99 < aim and not missing
    slowest = max((n for n in begun if n in done), key=lambda n: done[n] - begun[n])
    print(
        f"  {what}: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, slowest {took[-1] * 1000:.0f} ms at"
        f" {begun[slowest] - min(begun.values()):.0f} s, missing {missing}"
        f" (aim p99 under {aim:.0f} s: {'met' if met else 'MISSED'})",
        flush=True,
    )
    return met


def _at(sorted_: Sequence[float], part: float) -> float:
    return sorted_[min(len(sorted_) - 1, int(len(sorted_) * part))]
