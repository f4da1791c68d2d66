"""A channel that counts: what a person's webhook or messenger is told, each key and each call, and when."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HELD_SECONDS = 60.0


class Channel(ThreadingHTTPServer):
    """Counts calls by path, and by key as a receiver that honours Idempotency-Key.

    While `answering` is not set, answers are held back.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.heard_at: dict[str, float] = {}  # when each subject came first: seconds since the epoch
        self.answering = threading.Event()
        self.answering.set()
        self._counting = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, scheme: str = "http", path: str = "page") -> str:
        """What a channel is set up with."""
        return f"{scheme}://127.0.0.1:{self.server_address[1]}/{path}"

    def count(self, path: str, key: str, body: bytes) -> None:
        """A call has come, whole."""
        subject = json.loads(body).get("subject", "")
        with self._counting:
            self.calls[path] += 1
            self.told[key] += 1
            self.heard_at.setdefault(subject, time.time())


class _Handler(BaseHTTPRequestHandler):
    server: Channel

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.count(self.path, self.headers.get("webhook-id", ""), body)
        self.server.answering.wait(_HELD_SECONDS)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def counting() -> Iterator[Channel]:
    """A channel that answers until the block ends."""
    channel = Channel()
    try:
        yield channel
    finally:
        channel.answering.set()
        channel.shutdown()
        channel.server_close()
