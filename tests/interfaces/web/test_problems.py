"""Problems in the browser and through the API: what is proposed is read with its evidence, accepted or dismissed."""

from datetime import timedelta

import pytest

from selaras.domains.incidents.actions.report import report
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.problems.actions.propose import propose_recurring
from selaras.domains.problems.queries import list_problems
from selaras.kernel import clock
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_person
from tests.interfaces.api.caller import Caller
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Estate:
    return make_estate()


@pytest.fixture
def manager(estate: Estate) -> Actor:
    return make_person(estate.provider, Role.PROBLEM_MANAGER, name="Bambang")


def proposed(estate: Estate, times: int = 3) -> int:
    for days in range(times):
        with clock.frozen(clock.now() - timedelta(days=days)):
            report(by=SYSTEM, title="Database down", impact=2, urgency=2, item_ids=[estate.database])
    propose_recurring()
    return list_problems(SYSTEM).rows[0].id


def test_it_is_read_and_dismissed_with_a_reason(estate: Estate, manager: Actor) -> None:
    client, number = signed_in(manager), proposed(estate)
    assert f"/problems/{number}" in client.get("/problems").content.decode()
    page = client.get(f"/problems/{number}").content.decode()
    assert page.count('href="/r/') == 3
    assert "PT Toko" in page
    assert client.post(f"/problems/{number}/dismiss", {"reason": ""}).status_code == 409
    assert (
        client.post(f"/problems/{number}/dismiss", {"reason": "A cable"}).headers["Location"] == f"/problems/{number}"
    )
    assert "A cable" in client.get(f"/problems/{number}").content.decode()
    assert f'/problems/{number}"' not in client.get("/problems").content.decode()
    assert f'/problems/{number}"' in client.get("/problems?state=all").content.decode()


def test_who_only_looks_on_is_offered_nothing(estate: Estate) -> None:
    number, client = proposed(estate), signed_in(estate.agent)
    page = client.get(f"/problems/{number}").content.decode()
    assert f"/problems/{number}/accept" not in page
    assert client.post(f"/problems/{number}/accept", {"reason": "x"}).status_code == 403
    assert client.get("/problems/999999").status_code == 404
    customer = signed_in(make_person(estate.customer, Role.DECISION_MAKER))
    assert customer.get("/problems").status_code == 403


def test_as_many_queries_for_three_pieces_of_evidence_as_for_five(estate: Estate, manager: Actor) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counted = signed_in(manager), []
    for times in (3, 2):
        number = proposed(estate, times)
        with CaptureQueriesContext(connection) as counting:
            client.get(f"/problems/{number}")
        counted.append(len(counting))
    assert counted[0] == counted[1]


def test_a_machine_reads_and_decides_too(estate: Estate, manager: Actor) -> None:
    number, caller = proposed(estate), Caller(manager)
    (row,) = caller.get("/problems", state="proposed").json()["rows"]
    assert (row["id"], row["incidents"], row["item_slug"]) == (number, 3, "toko-db-1")
    assert len(caller.get(f"/problems/{number}").json()["evidence"]) == 3
    assert caller.post(f"/problems/{number}/move", verb="accept").status_code == 409
    decided = caller.post(f"/problems/{number}/move", verb="accept", reason="Same disk").json()
    assert (decided["problem"]["state"], decided["offers"]) == ("detected", [])
    assert Caller(estate.agent).post(f"/problems/{number}/move", verb="accept", reason="x").status_code == 403
