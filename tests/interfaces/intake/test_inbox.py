"""The queue behind a listener: in order, bounded, and not stopped by a message that cannot be read."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from selaras.domains.events.actions.accept import unpack
from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.models import Alert, RawBatch
from selaras.domains.events.queries.log import list_refused
from selaras.domains.events.reading.notice import Notice
from selaras.domains.events.reading.words import Saying
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.inbox import Inbox, Item
from selaras.interfaces.intake.settings import IntakeSettings
from tests.factories import SYSTEM


def item(name: str, client: str = "127.0.0.1", **more: Any) -> Item:
    """A message that makes an alert of this name."""
    return Item(client, name.encode(), lambda _: Notice(Saying.FIRING, {"alertname": name}, {}), **more)


def broken(_source: int) -> Notice:
    raise ZeroDivisionError


def with_inbox(dsn: str, work: Callable[[Inbox], Coroutine[Any, Any, Any]], **settings: Any) -> Any:
    """What `work` gives; then everything that was taken is committed."""

    async def run() -> Any:
        core = Core(lambda: IntakeSettings(dsn=dsn, **settings))
        await core.start()
        inbox = Inbox(core, "test")
        try:
            return await work(inbox)
        finally:
            await inbox.stop()
            await core.stop()

    return asyncio.run(run())


def kept() -> list[bytes]:
    return [post.body for batch in RawBatch.objects.order_by("at", "id") for post in unpack(bytes(batch.body))]


def test_a_message_that_cannot_be_read_is_kept_and_the_next_is_read(dsn: str) -> None:
    async def work(inbox: Inbox) -> None:
        assert inbox.offer(Item("127.0.0.1", b"odd", broken))
        assert inbox.offer(item("sound"))

    with_inbox(dsn, work)
    assert kept() == [b"3 odd5 sound"]
    assert Alert.objects.get().labels == {"alertname": "sound"}


def test_done_is_told_once_and_after_the_commit(dsn: str) -> None:
    told: list[int] = []

    async def work(inbox: Inbox) -> None:
        done = asyncio.Event()

        def tell() -> None:
            told.append(1)
            done.set()

        inbox.offer(item("a", done=tell))
        assert not told
        await done.wait()

    with_inbox(dsn, work)
    assert told == [1]
    assert Alert.objects.count() == 1


def test_who_can_wait_waits_and_who_cannot_is_counted(dsn: str) -> None:
    async def work(inbox: Inbox) -> list[bool]:
        taken = [inbox.offer(item(f"a{number}")) for number in range(10)]
        for number in range(10):
            await inbox.put(item(f"b{number}"))
        return taken

    taken = with_inbox(dsn, work, inbox_bytes=1500)
    assert taken == [True] * 3 + [False] * 7
    assert Alert.objects.count() == 13
    assert [(row.reason, row.count) for row in list_refused(SYSTEM)] == [(RefusalReason.OVERLOADED, 7)]


def test_nothing_is_taken_behind_the_end(dsn: str) -> None:
    async def work(inbox: Inbox) -> bool:
        await inbox.stop()
        return inbox.offer(item("late"))

    assert with_inbox(dsn, work) is False
    assert not RawBatch.objects.exists()
