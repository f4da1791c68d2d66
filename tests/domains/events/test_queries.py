"""Lists by key with a fixed number of queries; what a person may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.contracts import FIRING, RESOLVED, AlertClass
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.alerts import (
    count_by_class,
    get_alert,
    list_alerts,
    list_alerts_of_item,
    list_alerts_of_record,
)
from selaras.domains.events.queries.log import get_backlog, list_refused, list_set_aside
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from selaras.kernel.errors import NotAllowed, NotFound
from tests.domains.events.build import NOON, clear, fire, make_source
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


def storm(source: int, count: int) -> None:
    for number in range(count):
        severity = ("critical", "warning", "info")[number % 3]
        labels = {"alertname": f"A{number}", "severity": severity, "instance": "toko-db-1"}
        fire(source, NOON + timedelta(seconds=number), labels=labels)
    with clock.frozen(NOON):
        while assess_pending():
            pass


def test_pages_by_key_newest_first(estate: Estate) -> None:
    storm(make_source(), 5)
    first = list_alerts(SYSTEM, limit=2)
    second = list_alerts(SYSTEM, after=first.next, limit=2)
    last = list_alerts(SYSTEM, after=second.next, limit=2)
    assert [row.name for page in (first, second, last) for row in page.rows] == ["A4", "A3", "A2", "A1", "A0"]
    assert last.next is None
    with pytest.raises(NotFound):
        list_alerts(SYSTEM, after="nonsense")


def test_narrows_and_counts(estate: Estate) -> None:
    source = make_source()
    storm(source, 4)
    clear(source, NOON, since=NOON - timedelta(hours=1), alertname="A3", severity="critical", instance="toko-db-1")
    with clock.frozen(NOON):
        assess_pending()
    assert count_by_class(SYSTEM) == {
        AlertClass.INFORMATIONAL: 1, AlertClass.WARNING: 1, AlertClass.EXCEPTION: 1
    }  # fmt: skip
    exceptions = list_alerts(SYSTEM, AlertFilter(alert_class=AlertClass.EXCEPTION, state=FIRING)).rows
    assert [row.name for row in exceptions] == ["A0"]
    assessed = exceptions[0].assessed
    assert assessed is not None
    assert (assessed.item_slug, assessed.rule_name) == ("toko-db-1", "Severity: critical")
    assert assessed.record_id is not None
    assert {row.name for row in list_alerts_of_record(SYSTEM, assessed.record_id)} == {"A0", "A3"}
    assert len(list_alerts_of_item(SYSTEM, estate.database)) == 4
    assert len(list_alerts(SYSTEM, AlertFilter(state=RESOLVED)).rows) == 1
    assert len(list_alerts(SYSTEM, AlertFilter(source_id=source)).rows) == 4


def test_one_alert_with_its_history(estate: Estate) -> None:
    source = make_source()
    fire(source, NOON, alertname="Down")
    clear(source, NOON + timedelta(minutes=1), since=NOON, alertname="Down")
    detail = get_alert(SYSTEM, Alert.objects.get().pk)
    assert detail.alert.assessed is None
    assert detail.alert.fingerprint == "6accfd3d0992a914"
    assert [(change.state, change.reason) for change in detail.changes] == [(RESOLVED, "sent"), (FIRING, "sent")]
    with pytest.raises(NotFound):
        get_alert(SYSTEM, 10**9)


def test_the_backlog_is_told(estate: Estate) -> None:
    assert get_backlog(SYSTEM).waiting == 0
    fire(make_source(), NOON, alertname="Down")
    backlog = get_backlog(SYSTEM)
    assert (backlog.waiting, backlog.oldest, backlog.set_aside) == (1, NOON, 0)
    with clock.frozen(NOON):
        assess_pending()
    assert get_backlog(SYSTEM).waiting == 0
    assert list_set_aside(SYSTEM) == []
    assert list_refused(SYSTEM) == []


def queries(count: int) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert len(list_alerts(SYSTEM).rows) == count
    return len(captured)


def test_as_many_queries_for_three_as_for_one(estate: Estate) -> None:
    source = make_source()
    storm(source, 1)
    one = queries(1)
    storm(source, 3)
    assert queries(3) == one


def test_a_customers_people_see_no_alerts(estate: Estate) -> None:
    storm(make_source(), 1)
    customer = make_person(estate.customer, Role.DECISION_MAKER)
    for read in (lambda: list_alerts(customer), lambda: count_by_class(customer), lambda: get_backlog(customer)):
        with pytest.raises(NotAllowed):
            read()
