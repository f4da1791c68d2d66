"""Announcements reach those who react: once, after commit, and again after a failure."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from selaras.interfaces.jobs.deferring import defer_reactions
from selaras.kernel import outbox
from selaras.kernel.models import Announcement, Reaction

pytestmark = pytest.mark.django_db(transaction=True)
heard: list[dict[str, Any]] = []
failing: list[Exception] = []


def listen(payload: outbox.Payload) -> None:
    """A reaction for these tests."""
    if failing:
        raise failing.pop()
    heard.append(dict(payload))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effects VALUES (%s)", [payload["n"]])


@pytest.fixture(autouse=True)
def wired() -> Iterator[None]:
    before = dict(outbox._reactions)
    heard.clear()
    failing.clear()
    outbox.wire({"test.happened": [listen]}, defer=defer_reactions)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effects (n int)")
    yield
    outbox.wire({name: list(known.values()) for name, known in before.items()}, defer=defer_reactions)


def work_through() -> None:
    """Run a real worker over what is in the queue, until it is empty."""

    async def once() -> None:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]  # Django's has it
            async with app.open_async():
                await app.run_worker_async(wait=False, install_signal_handlers=False, concurrency=2)

    asyncio.run(once())


def effects() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM effects ORDER BY n")
        return [row[0] for row in cursor.fetchall()]


def test_an_announcement_is_heard_after_commit() -> None:
    with transaction.atomic():
        outbox.announce("test.happened", {"n": 1})
        work_through()
        assert heard == []
    work_through()
    assert effects() == [1]


def test_what_was_rolled_back_was_never_announced() -> None:
    with transaction.atomic():
        outbox.announce("test.happened", {"n": 1})
        transaction.set_rollback(True)
    work_through()
    assert (heard, Announcement.objects.count()) == ([], 0)


def test_a_second_job_for_the_same_reaction_does_nothing() -> None:
    outbox.announce("test.happened", {"n": 1})
    known = Announcement.objects.get()
    with transaction.atomic():
        defer_reactions([(known.pk, f"{listen.__module__}.listen")] * 3)
    work_through()
    assert effects() == [1]
    assert Reaction.objects.count() == 1


def test_a_failed_reaction_leaves_nothing_and_is_tried_again() -> None:
    failing.append(RuntimeError("the first time"))
    outbox.announce("test.happened", {"n": 1})
    work_through()
    assert (effects(), Reaction.objects.count()) == ([], 0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        assert cursor.rowcount == 1
    work_through()
    assert effects() == [1]


def test_an_announcement_that_nobody_hears_is_kept() -> None:
    outbox.announce("test.unheard", {"n": 1})
    work_through()
    assert Announcement.objects.get().name == "test.unheard"
