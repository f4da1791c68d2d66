"""The sender of bench-storm: posts over keep-alive connections, as fast as they are answered or at a given pace.

What is answered 429 or 503 is sent again after the time that its Retry-After names, as a real sender does. A post whose
connection breaks is sent again at once: it may be stored already, and then twice, so such breaks are counted.

    python -m tests.bench.storm_load PORT FIRST ALERTS BATCH CONNECTIONS SECONDS PAGING_EVERY

prints one JSON line.
"""

import heapq
import json
import select
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.intake_load import Connection
from tests.bench.storm_shapes import bodies

_LATER = (429, 503)


@dataclass
class Sent:
    """What came of it. `without_word`: answers 429 and 503 that named no time."""

    answered: int = 0  # posts
    statuses: Counter[int] = field(default_factory=Counter)
    without_word: int = 0
    broken: int = 0
    seconds: float = 0.0
    took: list[float] = field(default_factory=list)


class _Line(Connection):
    breaks = 0

    def _reopen(self) -> None:
        self.breaks += 1
        super()._reopen()

    def retry_after(self) -> float | None:
        """What the last answer said of it."""
        for line in self.read.partition(b"\r\n\r\n")[0].lower().split(b"\r\n"):
            if line.startswith(b"retry-after:"):
                return float(line[12:])
        return None


def send(port: int, told: Iterator[bytes], connections: int, *, until: float) -> Sent:
    """Post until the bodies are used up, or the monotonic time `until`; what was refused is sent again until taken."""
    head = (
        f"POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: "
    )
    made = (head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body for body in told)
    poll, sent, began = select.epoll(), Sent(), time.monotonic()
    lines = [_Line(port, poll) for _ in range(connections)]
    waiting: list[tuple[float, int]] = []  # lines that were asked to come again, and when
    busy: set[int] = set()

    def next_of(place: int) -> None:
        request = next(made, None) if time.monotonic() < until else None
        if request is None:
            busy.discard(place)
            lines[place].request = b""
        else:
            busy.add(place)
            lines[place].post(request)

    for place in range(connections):
        next_of(place)
    while busy:
        owner = {line.socket.fileno(): place for place, line in enumerate(lines)}
        for number, _event in poll.poll(0.05 if waiting else 5):
            place = owner.get(number, -1)
            if place < 0:
                continue
            line = lines[place]
            status = line.answer()
            if status is None:
                if line.socket.fileno() != number:
                    owner[line.socket.fileno()] = place
                continue
            sent.statuses[status] += 1
            if status in _LATER:
                after = line.retry_after()
                sent.without_word += after is None
                heapq.heappush(waiting, (time.monotonic() + (after or 1.0), place))
                continue
            sent.took.append(time.perf_counter() - line.sent_at)
            sent.answered += status == 200
            next_of(place)
        while waiting and waiting[0][0] <= time.monotonic():
            _, place = heapq.heappop(waiting)
            lines[place].post(lines[place].request)
    sent.seconds = time.monotonic() - began
    sent.broken = sum(line.breaks for line in lines)
    for line in lines:
        line.socket.close()
    return sent


def main() -> None:
    """Send what the command line says."""
    port, first, alerts, batch, connections, seconds, paging_every = map(int, sys.argv[1:])
    told = bodies(first, alerts, batch, paging_every=paging_every)
    sent = send(port, told, connections, until=time.monotonic() + seconds)
    took = sorted(sent.took) or [0.0]
    print(
        json.dumps(
            {
                "answered": sent.answered * batch,
                "posts": sent.answered,
                "statuses": {str(status): many for status, many in sorted(sent.statuses.items())},
                "without_word": sent.without_word,
                "broken": sent.broken,
                "seconds": sent.seconds,
                "p50_ms": took[len(took) // 2] * 1000,
                "p99_ms": took[int(len(took) * 0.99)] * 1000,
            }
        )
    )


if __name__ == "__main__":
    main()
