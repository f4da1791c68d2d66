"""Runbooks, and a server that they call, for the tests of operations."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from selaras.domains.operations.actions.carry_out import make_next_call
from selaras.domains.operations.actions.runbooks import save_runbook
from selaras.domains.operations.contracts import StepKind, StepRow
from selaras.domains.people.contracts import Actor
from tests.factories import SYSTEM, make_team


class Automation(ThreadingHTTPServer):
    """Keeps what it was asked and answers as told; `hold` lets it take its time."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[tuple[str, str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.body = b'{"ok": true}'
        self.answering = threading.Event()
        self.answering.set()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def address(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    @property
    def asked(self) -> list[str]:
        return [f"{method} {path}" for method, path, _headers, _body in self.calls]

    def handle_error(self, *_: object) -> None:
        """Whoever asks may go away before the answer."""


class _Handler(BaseHTTPRequestHandler):
    server: Automation

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append((self.command, self.path, headers, body))
        self.server.answering.wait(60)
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        if status == 0:  # hang up without a word
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # the names http.server calls

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def automation() -> Iterator[Automation]:
    server = Automation()
    try:
        yield server
    finally:
        server.answering.set()
        server.shutdown()
        server.server_close()


def call(url: str, **more: Any) -> StepRow:
    """A step that asks an address, and only reads unless told otherwise."""
    given = {"title": "Look", "changes": False, "method": "GET", **more}
    return StepRow(StepKind.CALL, url=url, **given)


def told(title: str = "Look at the graph", *, changes: bool = False) -> StepRow:
    """A step that a person does."""
    return StepRow(StepKind.PERSON, title, changes=changes)


def make_runbook(
    *steps: StepRow, by: Actor = SYSTEM, slug: str = "periksa", team_id: int | None = None, **more: Any
) -> str:
    """A runbook; its slug."""
    steps_given: Sequence[StepRow] = steps or (told(),)
    team = team_id or make_team()
    save_runbook(by=by, slug=slug, name=slug.title(), team_id=team, steps=steps_given, **more)
    return slug


def work() -> int:
    """Make every call that is due; how many."""
    done = 0
    while make_next_call():
        done += 1
    return done
