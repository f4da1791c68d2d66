"""What the console asks: whose an alert is, what narrows and groups a list, the trend, and silences of many."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions import settle_silences as settling
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.handle_alert import acknowledge, assign_alert, unacknowledge
from selaras.domains.events.actions.silences import silence
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.queries import narrowing
from selaras.domains.events.queries.alerts import get_alert, list_alerts
from selaras.domains.events.queries.grouping import get_trend, group_alerts
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed
from tests.domains.events.build import NOON, fire, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    make_estate()
    with clock.frozen(NOON):
        yield


def names(wanted: AlertFilter) -> list[str]:
    return [row.labels["instance"] for row in list_alerts(SYSTEM, wanted).rows]


def asked(label: str, op: str, value: str, *words: str) -> AlertFilter:
    conditions = (Condition(label, op, value),) if label else ()
    return AlertFilter(state="firing", conditions=conditions, words=words)


@pytest.fixture
def three() -> int:
    source = make_source()
    for instance, severity in (("web-1", "critical"), ("web-2", "warning"), ("db-1", "warning")):
        fire(source, NOON, alertname="Down", instance=instance, severity=severity)
    assess_pending()
    return source


def test_labels_words_and_other_operators_narrow_alike_whether_few_or_many_have_them(
    three: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for few in (narrowing.FEW, 1):  # through the index, and walked
        monkeypatch.setattr(narrowing, "FEW", few)
        assert names(asked("severity", "=", "warning")) == ["db-1", "web-2"]
        assert names(asked("severity", "!=", "warning")) == ["web-1"]
        assert names(asked("instance", "=~", "web-.*")) == ["web-2", "web-1"]
        assert names(asked("severity", "=", "warning", "WEB")) == ["web-2"]
    assert names(AlertFilter(source_id=three)) == ["db-1", "web-2", "web-1"]
    assert names(AlertFilter(source_id=three + 1)) == []


def test_a_search_that_stops_before_the_end_says_so(three: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "READ_THROUGH", 2)
    found = list_alerts(SYSTEM, asked("", "", "", "web-1"))
    assert (found.rows, found.looked_at) == ((), 2)
    assert list_alerts(SYSTEM, asked("severity", "=", "critical", "web-1")).looked_at is None


def test_an_alert_is_given_to_a_person_and_the_trace_says_to_whom(three: int) -> None:
    budi, first = make_person(make_provider(), Role.AGENT, name="Budi"), list_alerts(SYSTEM).rows[0].id
    assign_alert(first, by=SYSTEM, person_id=budi.id, note="your database")
    detail = get_alert(SYSTEM, first)
    assert detail.alert.assessed is not None
    assert detail.alert.assessed.assigned_to == budi.name
    assert str(detail.trace[0].sentence) == f"{SYSTEM.name} gave it to {budi.name}: your database"
    assert [row.id for row in list_alerts(SYSTEM, AlertFilter(assignee_id=budi.id)).rows] == [first]
    assign_alert(first, by=SYSTEM)
    assert list_alerts(SYSTEM, AlertFilter(assignee_id=budi.id)).rows == ()
    with pytest.raises(Invalid):
        assign_alert(first, by=SYSTEM, person_id=10**6)
    stranger = make_person(make_organisation("Bank"))
    with pytest.raises(Invalid):
        assign_alert(first, by=SYSTEM, person_id=stranger.id)
    with pytest.raises(NotAllowed):
        assign_alert(first, by=stranger, person_id=budi.id)


def test_an_acknowledgement_is_taken_back_once(three: int) -> None:
    first, by = list_alerts(SYSTEM).rows[0].id, make_person(make_provider(), Role.OPERATOR)
    acknowledge(first, by=by)
    assert [row.id for row in list_alerts(SYSTEM, AlertFilter(acknowledged=True)).rows] == [first]
    unacknowledge(first, by=by)
    assert list_alerts(SYSTEM, AlertFilter(acknowledged=True)).rows == ()
    with pytest.raises(MoveRefused):
        unacknowledge(first, by=by)


def test_groups_count_what_they_hold_most_first(three: int) -> None:
    groups, more = group_alerts(SYSTEM, AlertFilter(state="firing"), "severity")
    assert [(g.value, g.count) for g in groups] == [("warning", 2), ("critical", 1)]
    assert more is False
    (source,), _ = group_alerts(SYSTEM, AlertFilter(), "source")
    assert (source.key, source.value, source.count) == (str(three), "Prometheus", 3)
    assert group_alerts(SYSTEM, AlertFilter(), "no__such")[0][0].value == ""


def test_the_trend_counts_what_began_to_fire_once(three: int) -> None:
    assess_pending()
    trend = {row.alert_class: row.steps[-1] for row in get_trend(SYSTEM)}
    assert sum(trend.values()) == 3
    assert trend[AlertClass.WARNING] == 2


def test_a_filtered_list_runs_as_many_queries_at_one_row_as_at_three(three: int) -> None:
    def queries(wanted: AlertFilter) -> int:
        with CaptureQueriesContext(connection) as ran:
            assert list_alerts(SYSTEM, wanted).rows
        return len(ran)

    assert queries(asked("severity", "=", "critical", "down")) == queries(asked("alertname", "=", "Down", "down"))


def test_a_silence_of_more_than_a_portion_takes_hold_of_all_and_lets_all_go(
    three: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "PORTION", 1)
    ends = NOON + timedelta(minutes=10)
    made = silence(by=SYSTEM, draft=SilenceDraft((Condition("alertname", "=", "Down"),), NOON, ends, "Galih", "disk"))
    settling.settle_silences()
    silenced = list_alerts(SYSTEM, AlertFilter(silenced=True)).rows
    assert len(silenced) == 3
    assert [t.silence_id for row in silenced for t in get_alert(SYSTEM, row.id).trace].count(made) == 3
    with clock.frozen(ends):
        settling.settle_silences()
        assert list_alerts(SYSTEM, AlertFilter(silenced=True)).rows == ()
