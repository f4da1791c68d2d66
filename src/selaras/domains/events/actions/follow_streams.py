"""Follow the event streams of sources: one worker follows them all, and another one takes over if it dies.

A stream is opened first and the states are read after that, so nothing falls between; they are read again every few
minutes, which also finds a connection that is dead and does not say so. What is known already is left out, so telling
it twice does nothing. The task of each stream lives in one event loop; the database is asked in one thread beside it.
"""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import psycopg
from django.db import close_old_connections, connection, connections

from selaras.domains.events.actions._stream_state import note_connected, note_trouble, take_events, take_states
from selaras.domains.events.contracts.streams import Followed
from selaras.domains.events.queries.streams import firing_things, followed_streams
from selaras.domains.events.reading.icinga import Unreadable, hear
from selaras.domains.events.streaming.exchange import Answered, WrongCertificate
from selaras.domains.events.streaming.icinga import events, in_trouble, look_at
from selaras.kernel.reach import Blocked
from selaras.kernel.sentences import Sentence, say

log = logging.getLogger(__name__)
T = TypeVar("T")

LOCK = 0x5E1A5_1CE  # the advisory lock of whoever follows
AGAIN_EVERY = 300.0  # seconds between two readings of all states
LONGEST_WAIT = 60.0  # seconds between two tries
_LOOK = 1.0  # seconds between looks at the streams there are


def follow_streams(stopping: threading.Event) -> int:
    """Follow every stream until told to stop, if nobody else does; 0 at once if somebody does, or there is none."""
    if not followed_streams():
        return 0
    parameters = {**connection.get_connection_params(), "autocommit": True}
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    with psycopg.connect(**parameters) as lock:
        held = lock.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if held and held[0]:
            for setting in ("tcp_keepalives_idle", "tcp_keepalives_interval"):
                lock.execute("SELECT set_config(%s, '10', false)", [setting])  # our death is to be noticed soon
            asyncio.run(_Follower(lock, stopping).run())
    return 0


class _Follower:
    """One worker's streams, each in a task of its own."""

    def __init__(self, lock: "psycopg.Connection[Any]", stopping: threading.Event) -> None:
        self._lock, self._stopping = lock, stopping
        self._tasks: dict[Followed, asyncio.Task[None]] = {}
        self._database = ThreadPoolExecutor(1, thread_name_prefix="streams")

    async def run(self) -> None:
        """Until told to stop, or the lock or the last stream is gone."""
        try:
            while not self._stopping.is_set():
                await asyncio.to_thread(self._lock.execute, "SELECT 1")
                if not await self._look():
                    return
                await asyncio.sleep(_LOOK)
        finally:
            await self._drop(list(self._tasks))
            await self._ask(connections.close_all)
            self._database.shutdown()

    async def _look(self) -> int:
        """Begin with what is new and end what is gone or has changed; how many there are."""
        wanted = set(await self._ask(followed_streams))
        await self._drop([one for one in self._tasks if one not in wanted])
        for one in wanted - self._tasks.keys():
            self._tasks[one] = asyncio.create_task(self._follow(one))
        return len(wanted)

    async def _drop(self, gone: list[Followed]) -> None:
        tasks = [self._tasks.pop(one) for one in gone]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, one: Followed) -> None:
        wait = 1.0
        while True:
            began = monotonic()
            try:
                await self._while_open(one)
            except Exception as error:
                if not (words := words_of(error)):
                    log.exception("the stream of source %d fails", one.source_id)
                    words = say("It fails: %(what)s.", what=f"{type(error).__name__}: {error}"[:300])
                await self._note(one, words)
            wait = 1.0 if monotonic() - began > LONGEST_WAIT else wait
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    async def _note(self, one: Followed, words: Sentence) -> None:
        try:
            await self._ask(note_trouble, one.source_id, words)
        except Exception as error:
            log.warning("cannot note that the stream of source %d fails: %r", one.source_id, error)

    async def _while_open(self, one: Followed) -> None:
        async with events(one.target) as lines:
            await self._catch_up(one)
            await self._ask(note_connected, one.source_id)
            due = monotonic() + AGAIN_EVERY
            while True:
                if (left := due - monotonic()) <= 0:
                    await self._catch_up(one)
                    due = monotonic() + AGAIN_EVERY
                    continue
                try:
                    come = await asyncio.wait_for(lines.next(), left)
                except TimeoutError:
                    continue
                if not come:
                    raise ConnectionResetError("Icinga has closed the connection")
                await self._take(one, come)

    async def _catch_up(self, one: Followed) -> None:
        """What changed while nobody listened. What fires is read before Icinga is asked, so that none ends too soon."""
        fires = await self._ask(firing_things, one.source_id)
        await self._ask(take_states, one.source_id, await in_trouble(one.target), fires)

    async def _take(self, one: Followed, come: list[bytes]) -> None:
        heard, faults = hear(come)
        for fault in faults:
            log.warning("source %d: an event cannot be read and is kept as it came: %s", one.source_id, fault)
        await self._ask(take_events, one.source_id, come, heard.notices)
        if heard.again:
            await self._ask(take_states, one.source_id, await look_at(one.target, heard.again), heard.again)

    async def _ask(self, what: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._database, partial(_fresh, what, *given))


def _fresh(what: Callable[..., T], *given: Any) -> T:
    close_old_connections()
    return what(*given)


def words_of(error: Exception) -> Sentence | None:
    """Why a stream is not connected, for people; None: it is none of what is expected."""
    match error:
        case Answered(status=401):
            return say("Icinga does not know this user and password.")
        case Answered(status=403 | 404):  # 404 is what Icinga 2.13 says of a permission that is missing
            return say("The user lacks a permission in Icinga: events/*, objects/query/Host and objects/query/Service.")
        case Answered():
            return say("Icinga answers: %(what)s", what=str(error))
        case WrongCertificate():
            return say("Its certificate is another one; the fingerprint is %(what)s.", what=str(error))
        case Blocked():
            return say(
                "%(address)s is not public, and in no network that SELARAS_CHECK_NETWORKS allows.",
                address=str(error.args[0]),
            )
        case ssl.SSLCertVerificationError():
            return say("Its certificate cannot be verified: %(what)s.", what=error.verify_message)
        case TimeoutError():
            return say("It does not answer in time.")
        case Unreadable():
            return say("What it says cannot be read: %(what)s.", what=str(error))
        case OSError():
            return say("It cannot be reached: %(what)s.", what=error.strerror or str(error))
    return None
