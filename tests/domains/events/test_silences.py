"""Silences: what they hold back, and that nothing of it is lost when they end."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from selaras.domains.events.actions import assess
from selaras.domains.events.actions._respond import open_or_join
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.domains.events.actions.silences import change_silence, expire_silence, silence
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.contracts.silences import ACTIVE, EXPIRED, PENDING, SilenceDraft
from selaras.domains.events.models import Alert, SetAside, Silence, Trace
from selaras.domains.events.queries.alerts import get_alert, list_alerts
from selaras.domains.events.queries.silences import get_silence, list_silences, would_silence
from selaras.domains.incidents.models import Incident
from selaras.domains.people.contracts import Role
from selaras.domains.records.models import Entry
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from tests.domains.events.build import NOON, after, clear, fire, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DOWN = {"alertname": "Down", "severity": "critical"}


@pytest.fixture(autouse=True)
def estate() -> None:
    make_estate()


def draft(
    *, label: str = "alertname", op: str = "=", value: str = "Down", begins: float = 0, minutes: float = 60
) -> SilenceDraft:
    starts = NOON + timedelta(minutes=begins)
    ends = NOON + timedelta(minutes=begins + minutes)
    return SilenceDraft((Condition(label, op, value),), starts, ends, "Galih", "Ganti disk")


def pass_at(minutes: float) -> None:
    """The worker looks at both."""
    with clock.frozen(after(minutes)):
        settle_silences()
        assess_pending()


def incidents() -> int:
    return Incident.objects.count()


def told(alert_id: int) -> list[str]:
    return [str(row.sentence) for row in reversed(get_alert(SYSTEM, alert_id).trace)]


def test_what_fires_while_silenced_opens_nothing_and_says_why() -> None:
    source = make_source()
    made = silence(by=SYSTEM, draft=draft())
    fire(source, NOON, labels=DOWN)
    fire(source, NOON, labels={**DOWN, "alertname": "Other"})
    pass_at(1)
    assert incidents() == 1
    down = Alert.objects.get(labels__alertname="Down").pk
    with clock.frozen(after(2)):
        detail = get_alert(SYSTEM, down)
    assert [row.id for row in detail.silences] == [made]
    assert detail.alert.assessed is not None
    assert (detail.alert.assessed.silenced, detail.alert.assessed.held) == (True, True)
    assert "Ganti disk" in told(down)[-1]
    assert [row.id for row in list_alerts(SYSTEM, AlertFilter(silenced=True)).rows] == [down]
    assert down not in [row.id for row in list_alerts(SYSTEM, AlertFilter(silenced=False)).rows]


def test_what_was_held_and_fires_still_is_assessed_when_the_silence_ends() -> None:
    source = make_source()
    silence(by=SYSTEM, draft=draft(minutes=10))
    fire(source, NOON, labels=DOWN)
    pass_at(1)
    pass_at(9)
    assert incidents() == 0
    pass_at(11)
    assert incidents() == 1
    assert Silence.objects.get().state == EXPIRED
    (row,) = list_alerts(SYSTEM).rows
    assert row.assessed is not None
    assert (row.assessed.silenced, row.assessed.held, bool(row.assessed.record_number)) == (False, False, True)
    assert "The silence has ended." in told(row.id)
    pass_at(12)
    assert incidents() == 1


def test_what_ended_under_its_silence_stays_quiet() -> None:
    source = make_source()
    silence(by=SYSTEM, draft=draft(minutes=10))
    fire(source, NOON, labels=DOWN)
    pass_at(1)
    clear(source, after(5), since=NOON, labels=DOWN)
    pass_at(6)
    pass_at(11)
    assert incidents() == 0


def test_one_that_is_expired_early_lets_go_at_once() -> None:
    source = make_source()
    made = silence(by=SYSTEM, draft=draft())
    fire(source, NOON, labels=DOWN)
    pass_at(1)
    with clock.frozen(after(2)):
        expire_silence(made, by=SYSTEM)
        assert get_silence(SYSTEM, made).state_at(clock.now()) == EXPIRED
        with pytest.raises(MoveRefused):
            expire_silence(made, by=SYSTEM)
    pass_at(2)
    assert incidents() == 1


def test_another_silence_takes_over_what_one_held() -> None:
    source = make_source()
    silence(by=SYSTEM, draft=draft(minutes=10))
    other = silence(by=SYSTEM, draft=draft(label="severity", value="critical", begins=5, minutes=20))
    fire(source, NOON, labels=DOWN)
    pass_at(1)
    pass_at(6)
    pass_at(11)
    assert incidents() == 0
    assert str(Alert.objects.get().assessment.silence_id) == other
    pass_at(26)
    assert incidents() == 1


def test_a_change_that_waited_past_the_end_of_the_silence_is_not_lost() -> None:
    # The worker was away while it fired, and the silence ended before it came back.
    source = make_source()
    silence(by=SYSTEM, draft=draft(minutes=10))
    fire(source, after(1), labels=DOWN)
    pass_at(30)
    assert incidents() == 1


def test_an_incident_that_is_open_stays_and_hears_of_the_end_but_of_nothing_new() -> None:
    source = make_source()
    fire(source, NOON, labels=DOWN)
    pass_at(1)
    record = Incident.objects.get().record_id
    with clock.frozen(after(2)):
        silence(by=SYSTEM, draft=draft(begins=2, minutes=8))
    pass_at(2)
    alert = Alert.objects.get()
    assert (str(alert.assessment.state), alert.assessment.held) == ("firing", False)
    assert alert.assessment.silence_id is not None
    clear(source, after(3), since=NOON, labels=DOWN)
    pass_at(3)
    before = Entry.objects.filter(record_id=record).count()
    fire(source, after(4), labels=DOWN)
    pass_at(4)
    assert Entry.objects.filter(record_id=record).count() == before
    pass_at(11)
    assert Entry.objects.filter(record_id=record).count() == before + 1
    assert incidents() == 1


def test_what_fires_when_a_silence_begins_is_marked_and_keeps_its_incident() -> None:
    source = make_source()
    fire(source, NOON, labels=DOWN)
    pass_at(1)
    silence(by=SYSTEM, draft=draft(begins=5))
    assert Silence.objects.get().state == PENDING
    pass_at(5)
    assert Silence.objects.get().state == ACTIVE
    (row,) = list_alerts(SYSTEM, AlertFilter(silenced=True)).rows
    assert row.assessed is not None
    assert (row.assessed.held, incidents()) == (False, 1)
    pass_at(70)
    assert list_alerts(SYSTEM, AlertFilter(silenced=True)).rows == ()
    assert incidents() == 1


def test_nobody_silences_another_customers_alerts() -> None:
    customer = make_organisation()
    ours, theirs = make_source("Ours"), make_source("Theirs", customer)
    silence(by=SYSTEM, draft=draft(), organisation_id=customer)
    fire(ours, NOON, labels=DOWN)
    fire(theirs, NOON, labels=DOWN)
    pass_at(1)
    silenced = [row.source_id for row in list_alerts(SYSTEM, AlertFilter(silenced=True)).rows]
    assert silenced == [theirs]
    assert [len(would_silence(SYSTEM, draft().matchers, whose)) for whose in (None, customer)] == [1, 1]


def test_one_that_cannot_be_assessed_again_is_set_aside_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source()
    silence(by=SYSTEM, draft=draft(label="severity", value="critical", minutes=10))
    fire(source, NOON, labels=DOWN)
    fire(source, NOON, labels={**DOWN, "alertname": "Bad"})
    pass_at(1)

    def failing(heard: Any, *rest: Any) -> None:
        if heard.labels["alertname"] == "Bad":
            raise ValueError("bad")
        open_or_join(heard, *rest)

    monkeypatch.setattr(assess, "open_or_join", failing)
    pass_at(11)
    assert (incidents(), SetAside.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"minutes": 0}, "ends_at", "start time must be before end time"),
        ({"begins": -60, "minutes": 30}, "ends_at", "end time can't be in the past"),
        ({"op": "=~", "value": "("}, "matchers", "invalid label matcher 0"),
        ({"label": "a-b"}, "matchers", "invalid label matcher 0"),
        ({"op": "=~", "value": ".*"}, "matchers", "must not match the empty string"),
        ({"value": ""}, "matchers", "must not match the empty string"),
    ],
)
def test_one_that_cannot_be(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        silence(by=SYSTEM, draft=draft(**given))
    assert refused.value.field == field
    assert words in str(refused.value.sentence)
    assert not Silence.objects.exists()


def test_it_says_why() -> None:
    with pytest.raises(Invalid) as refused:
        silence(by=SYSTEM, draft=SilenceDraft(draft().matchers, NOON, after(5), "Galih", " "))
    assert refused.value.field == "comment"


def test_it_is_prolonged_in_place_and_other_matchers_make_another() -> None:
    made = silence(by=SYSTEM, draft=draft())
    seen = get_silence(SYSTEM, made).updated_at.isoformat()
    with clock.frozen(after(1)):
        assert change_silence(made, by=SYSTEM, draft=draft(minutes=90), seen=seen) == made
        with pytest.raises(Stale):
            change_silence(made, by=SYSTEM, draft=draft(minutes=95), seen=seen)
        other = change_silence(made, by=SYSTEM, draft=draft(value="Up", begins=1))
        assert other != made
        states = {state: [row.id for row in list_silences(SYSTEM, state)] for state in (ACTIVE, PENDING, EXPIRED)}
    assert states == {ACTIVE: [other], PENDING: [], EXPIRED: [made]}


def test_only_those_who_answer_alerts_silence_them() -> None:
    agent = make_person(make_provider(), Role.AGENT)
    made = silence(by=make_person(make_provider(), Role.OPERATOR), draft=draft())
    for attempt in (
        lambda: silence(by=agent, draft=draft()),
        lambda: change_silence(made, by=agent, draft=draft()),
        lambda: expire_silence(made, by=agent),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert list_silences(agent, ACTIVE)
    with pytest.raises(NotFound):
        expire_silence("nonsense", by=SYSTEM)


def test_the_database_keeps_them_and_their_trace() -> None:
    fire(make_source(), NOON, labels=DOWN)
    silence(by=SYSTEM, draft=draft())
    pass_at(1)
    assert Trace.objects.exists()
    for query in (Silence.objects.all(), Trace.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            query._raw_delete(query.db)
    with pytest.raises(DatabaseError), transaction.atomic():
        Silence.objects.update(state=PENDING)
