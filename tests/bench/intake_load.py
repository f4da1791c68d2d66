"""The sender of bench-intake, a process of its own: keep-alive HTTP/1.1 over raw sockets, one post in flight on each.

    python -m tests.bench.intake_load PORT PATH KIND SEED POSTS SECONDS CONNECTIONS

Prints one JSON line. All posts are made before the clock starts; it ends when they are used up or the time is.
"""

import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.bench.intake_shapes import KINDS, alerta, bodies


def requests(port: int, path: str, kind: str, seed: int, posts: int) -> list[bytes]:
    """Whole requests, ready to be written."""
    made: Iterator[bytes]
    if kind == "alerta":
        made = (json.dumps(alerta(seed * 10_000_000 + n)).encode() for n in range(posts))
    else:
        made = bodies(kind, seed, posts)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: "
    return [head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body for body in made]


class Connection:
    """One keep-alive connection with at most one post on its way; opened again if the server closes it."""

    def __init__(self, port: int, poll: select.epoll) -> None:
        self.port, self.poll = port, poll
        self.sent_at = 0.0
        self.request = self.read = b""
        self._open()

    def post(self, request: bytes) -> None:
        """Send a request."""
        self.request, self.read = request, b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> int | None:
        """The status once the whole answer is here, else None."""
        try:
            part = self.socket.recv(65536)
        except ConnectionResetError:
            part = b""
        if not part:
            self._reopen()
            return None
        self.read += part
        head, gap, rest = self.read.partition(b"\r\n\r\n")
        if not gap:
            return None
        if b" 200 " in head[:16] and b"ontent-length: 0" in head.lower():
            return 200
        length = next((int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0)
        return int(head[9:12]) if len(rest) >= length else None

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.poll.register(self.socket.fileno(), select.EPOLLIN)

    def _reopen(self) -> None:
        # The post that was on its way has no answer: it is sent again, and its time runs on.
        self.poll.unregister(self.socket.fileno())
        self.socket.close()
        self._open()
        if self.request:
            self.read = b""
            self.socket.sendall(self.request)


def run(port: int, path: str, kind: str, seed: int, posts: int, seconds: float, connections: int) -> dict[str, Any]:
    """Send and measure."""
    waiting = iter(requests(port, path, kind, seed, posts))
    poll = select.epoll()
    open_ = [Connection(port, poll) for _ in range(connections)]
    statuses: dict[int, int] = {}
    took: list[float] = []
    began, cpu, busy = time.perf_counter(), time.process_time(), 0
    for connection in open_:
        connection.post(next(waiting))
        busy += 1
    ends = began + seconds
    while busy:
        for number, _event in poll.poll():
            connection = next(each for each in open_ if each.socket.fileno() == number)
            status = connection.answer()
            if status is None:
                continue
            now = time.perf_counter()
            took.append(now - connection.sent_at)
            statuses[status] = statuses.get(status, 0) + 1
            request = next(waiting, None) if now < ends else None
            if request is None:
                busy -= 1
                connection.request = b""
            else:
                connection.post(request)
    elapsed = time.perf_counter() - began
    took.sort()
    answered = sum(count for status, count in statuses.items() if status in (200, 201))
    return {
        "posts": answered,
        "alerts": answered * KINDS.get(kind, 1),
        "other": {str(status): count for status, count in statuses.items() if status not in (200, 201)},
        "seconds": elapsed,
        "rate": answered * KINDS.get(kind, 1) / elapsed,
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "cpu": time.process_time() - cpu,
    }


if __name__ == "__main__":
    port, path, kind, seed, posts, seconds, connections = sys.argv[1:]
    print(json.dumps(run(int(port), path, kind, int(seed), int(posts), float(seconds), int(connections))))
