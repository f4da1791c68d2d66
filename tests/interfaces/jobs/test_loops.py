"""A loop works while there is work, wakes on a notification, and goes on after failures."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.services.queries import standing_on
from selaras.interfaces.jobs.continuous import assess_or_get_ready
from selaras.interfaces.jobs.loops import Loop
from tests.estate import make_estate

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 30.0


def runs(step: Callable[[], int], enough: threading.Event, *, seconds: float = 0.01, channel: str = "") -> bool:
    """Run a loop until its step has had enough; False if it never had."""
    loop = Loop("test", step, seconds=seconds, channel=channel)
    loop.start()
    try:
        return enough.wait(SECONDS)
    finally:
        loop.stop(SECONDS)


def test_it_does_not_rest_while_there_is_work() -> None:
    left, enough = [3, 2, 1, 0], threading.Event()

    def step() -> int:
        done = left.pop(0)
        if not left:
            enough.set()
            left.append(0)
        return done

    assert runs(step, enough, seconds=0.01)


def test_a_notification_wakes_it() -> None:
    resting, enough = threading.Event(), threading.Event()

    def step() -> int:
        if resting.is_set():
            enough.set()
        resting.set()
        return 0

    loop = Loop("test", step, seconds=3600, channel="selaras_test")
    loop.start()
    assert resting.wait(SECONDS)
    while not enough.wait(0.05):
        with connection.cursor() as cursor:
            cursor.execute("NOTIFY selaras_test")
    # It listens again for up to an hour: only another word wakes it to see that it should end.
    loop.stopping.set()
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY selaras_test")
    loop.join(SECONDS)
    assert not loop.is_alive()


def test_a_failure_does_not_end_it() -> None:
    problems, enough = [ValueError("one"), ConnectionError("two")], threading.Event()

    def step() -> int:
        if problems:
            raise problems.pop()
        enough.set()
        return 0

    assert runs(step, enough)


def test_a_cut_connection_is_replaced() -> None:
    cut, enough = threading.Event(), threading.Event()

    def step() -> int:
        with connection.cursor() as cursor:
            if not cut.is_set():
                cut.set()
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 1")
        enough.set()
        return 0

    assert runs(step, enough, channel="selaras_test")


@pytest.mark.django_db(transaction=True)
def test_the_first_alert_need_not_wait_for_the_graph() -> None:
    """A worker with nothing to do reads it; then a small query tells that it is still the same."""
    make_estate()
    assert assess_or_get_ready() == 0
    with CaptureQueriesContext(connection) as asked:
        standing_on((), most=1)
    assert len(asked) == 1
