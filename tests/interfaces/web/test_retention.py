"""How long events are kept, in the browser: shown, tried, saved, and by whom."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.partition import make_partitions
from selaras.domains.events.models import LogDay, Retention
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire, make_source
from tests.factories import make_person, make_provider
from tests.interfaces.web.forms import text_of
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db
DAY = datetime(2031, 3, 1, 5, tzinfo=UTC)
FORM = {"informational": "30", "warning": "90", "exception": "400", "seen": "1", "do": "save"}


@pytest.fixture
def client() -> Iterator[Client]:
    with clock.frozen(DAY):
        make_partitions(since=DAY.date() - timedelta(days=20), ahead=7)
        yield signed_in(make_person(make_provider(), Role.ADMINISTRATOR, name="Ayu"))


def keep(ago: int, **kept: list[int]) -> None:
    day = DAY.date() - timedelta(days=ago)
    LogDay.objects.create(day=day, kept=kept, next_look=day + timedelta(days=31), open_alerts=2)


def test_what_is_kept_stands_by_class_and_by_day(client: Client) -> None:
    keep(3, exception=[4, 2_000_000], informational=[9, 3_000_000])
    page = text_of(client.get("/retention")).replace("\xa0", " ")
    for told in ("400", "1.9 MB", "2.9 MB", "2031-02-26", "2031-03-29", "when the day is over"):
        assert told in page, told
    assert "no place of their own" not in page


def test_events_of_days_without_a_place_are_told_while_there_are_any(client: Client) -> None:
    told = "came on days that had no place of their own"
    point = transaction.savepoint()
    fire(make_source(), DAY - timedelta(days=900), alertname="Long ago")
    assert told in text_of(client.get("/retention"))
    transaction.savepoint_rollback(point)  # their space stays with the log
    assert told not in text_of(client.get("/retention"))


def test_a_day_without_events_that_is_over_does_not_say_that_it_runs(client: Client) -> None:
    running = "Told apart by class when the day is over"
    before = text_of(client.get("/retention")).count(running)
    keep(2)
    assert text_of(client.get("/retention")).count(running) == before - 1


def test_other_times_are_tried_saved_and_the_second_of_two_is_told(client: Client) -> None:
    keep(10, informational=[9, 3_000_000])
    tried = text_of(client.post("/retention", {**FORM, "informational": "5", "do": "show"})).replace("\xa0", " ")
    assert "9 rows, 2.9 MB" in tried
    assert "Nothing that is kept now would go" in text_of(client.post("/retention", {**FORM, "do": "show"}))
    assert Retention.objects.count() == 1
    assert client.post("/retention", {**FORM, "informational": "5"}).status_code == 302
    assert Retention.objects.get(pk=2).by_name == "Ayu"
    late = client.post("/retention", {**FORM, "informational": "7"})
    assert late.status_code == 409
    assert 'value="7"' in text_of(late)
    wrong = client.post("/retention", {**FORM, "warning": "0", "seen": "2"})
    assert wrong.status_code == 422


def test_a_day_to_come_without_a_place_is_told(client: Client) -> None:
    with clock.frozen(DAY + timedelta(days=6)):
        assert "2031-03-09, 2031-03-10" in text_of(client.get("/retention"))


def test_it_takes_the_same_queries_for_one_day_and_for_three(client: Client) -> None:
    counts = []
    for ago in (1, 2, 3):
        keep(ago, exception=[4, 2_000])
        with CaptureQueriesContext(connection) as seen:
            client.get("/retention")
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_older_days_are_on_the_next_page(client: Client) -> None:
    make_partitions(since=DAY.date() - timedelta(days=40), ahead=0)
    first = text_of(client.get("/retention"))
    assert "2031-01-25" not in first
    assert "2031-01-25" in text_of(client.get("/retention?after=2031-01-30"))


def test_who_does_not_operate_the_system_changes_nothing(client: Client) -> None:
    operator = signed_in(make_person(make_provider(), Role.OPERATOR))
    assert operator.get("/retention").status_code == 403
    assert operator.post("/retention", FORM).status_code == 403
