"""kill -9 of a real worker while a runbook's call is under way: what reads is asked again, what changes is not."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from selaras.domains.operations.actions.decide import move_run
from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import Occasion
from selaras.domains.operations.queries import get_run
from selaras.domains.people.contracts import Actor, Role
from tests.domains.operations.build import Automation, automation, call, make_runbook, told
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.jobs.test_pages_crash import working
from tests.journeys.harness import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def robot(settings: Any) -> Iterator[Automation]:
    settings.CALL_PRIVATE_ADDRESSES = True
    with automation() as server:
        yield server


@pytest.fixture
def pair() -> tuple[Actor, Actor]:
    provider = make_provider()
    return make_person(provider, Role.OPERATOR), make_person(provider, Role.OPERATOR)


def states(run_id: int) -> list[str]:
    found = get_run(SYSTEM, run_id)
    return [found.run.state, *(step.state for step in found.steps)]


def kill_in_the_call(dsn: str, robot: Automation) -> None:
    robot.answering.clear()
    with working(dsn) as first:
        until(lambda: robot.calls, "the call is made", 60)
        first.send_signal(signal.SIGKILL)
        first.wait()
    robot.answering.set()


def test_what_only_reads_is_asked_again(robot: Automation, pair: tuple[Actor, Actor], database_server: str) -> None:
    run = start_run(make_runbook(call(robot.address("/a"))), Occasion(), by=pair[0])
    kill_in_the_call(database_server, robot)
    assert states(run.id) == ["running", "doing"]
    with working(database_server):
        until(lambda: states(run.id) == ["done", "done"], "it is done", 60)
    assert robot.asked == ["GET /a", "GET /a"]


def test_what_changes_something_is_not_repeated(
    robot: Automation, pair: tuple[Actor, Actor], database_server: str
) -> None:
    step = call(robot.address("/restart"), method="POST", changes=True, retries=5)
    run = start_run(make_runbook(step, told()), Occasion(), by=pair[0])
    move_run(run.id, "approve", by=pair[1], reason="Fine")
    kill_in_the_call(database_server, robot)
    with working(database_server), working(database_server):
        until(lambda: states(run.id)[0] == "failed", "it is settled", 60)
    assert (states(run.id), robot.asked) == (["failed", "doubtful", "skipped"], ["POST /restart"])


def test_what_waited_when_everything_died_is_called_once(
    robot: Automation, pair: tuple[Actor, Actor], database_server: str
) -> None:
    run = start_run(make_runbook(call(robot.address("/a"))), Occasion(), by=pair[0])
    with working(database_server), working(database_server):
        until(lambda: states(run.id)[0] == "done", "it is done", 60)
    assert robot.asked == ["GET /a"]
