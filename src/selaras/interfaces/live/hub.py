"""Fan-out: one list of clients a process, each with a bounded queue; nobody waits for a slow one."""

import asyncio
import secrets
from collections import deque
from dataclasses import replace

from selaras.interfaces.live.who import Viewer
from selaras.interfaces.live.wire import CLOSED, Change
from selaras.kernel.text import whole_number

QUEUE = 64  # messages a client may lag behind; one more and it is told to read its page again
REMEMBERED = 512  # changes kept for clients that come back after a short cut

RELOAD = Change(kind="reload")
RESUME = Change(kind="resume")


class Client:
    """One open page."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._waiting: deque[Change | str] = deque()
        self._something = asyncio.Event()

    def put(self, message: Change | str) -> None:
        """Queue a message; a full queue is replaced by one word: reload. The end comes before all else."""
        if message is CLOSED:
            self._waiting.clear()
            self._waiting.append(CLOSED)
        elif len(self._waiting) >= QUEUE:
            self._waiting.clear()
            self._waiting.append(RELOAD)
        elif not (self._waiting and self._waiting[-1] is RELOAD):
            self._waiting.append(message)
        self._something.set()

    async def next(self) -> Change | str:
        """The next message, when there is one. Cancelling loses none."""
        while not self._waiting:
            self._something.clear()
            await self._something.wait()
        return self._waiting.popleft()


class Hub:
    """Who is connected, and what was said last."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self._past: deque[tuple[int, Change]] = deque(maxlen=REMEMBERED)
        self._name = secrets.token_hex(4)
        self._count = 0

    def join(self, viewer: Viewer, *, last: str = "") -> Client:
        """Add a client; one that was here before gets what it missed, or is told to look for itself."""
        client = Client(viewer)
        self.clients.add(client)
        if last:
            for change in self._since(last):
                self._give(client, change)
        return client

    def leave(self, client: Client) -> None:
        """Forget a client."""
        self.clients.discard(client)

    def publish(self, change: Change) -> None:
        """Tell everybody who may know; the streams of somebody who was signed out end instead."""
        if change.kind == "signed_out":
            for client in self.clients:
                if client.viewer.person_id == change.data.get("id"):
                    client.put(CLOSED)
            return
        self._count += 1
        numbered = replace(change, id=f"{self._name}-{self._count}")
        self._past.append((self._count, numbered))
        for client in self.clients:
            self._give(client, numbered)

    def resume(self) -> None:
        """Changes may have been missed: every page looks for itself."""
        self._past.clear()
        for client in self.clients:
            client.put(RESUME)

    def close(self) -> None:
        """End every stream."""
        for client in self.clients:
            client.put(CLOSED)

    def _give(self, client: Client, change: Change) -> None:
        seen = client.viewer.sees(change)
        if seen is not None:
            client.put(seen)

    def _since(self, last: str) -> list[Change]:
        name, _, count = last.rpartition("-")
        oldest = self._past[0][0] if self._past else self._count + 1
        number = whole_number(count)
        if name != self._name or number is None or number + 1 < oldest:
            return [RESUME]
        return [change for at, change in self._past if at > number]
