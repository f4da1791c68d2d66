"""Was anybody told of an alert, and why not? One answer, whatever happened to it."""

import pytest

from selaras.domains.events.actions.handle_alert import add_alert_note
from selaras.domains.events.actions.silences import silence
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.contracts.tracing import Telling, TraceStep
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.alerts import get_alert
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.records.models import Record
from selaras.kernel import clock
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import NOON, after, clear, fire, look, make_rule, make_source
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DOWN = {"alertname": "DatabaseDown", "instance": "toko-db-1:5432", "severity": "critical"}


@pytest.fixture(autouse=True)
def estate(db: None) -> Estate:
    return make_estate()


def test_before_it_is_assessed_nothing_is_decided() -> None:
    fire(make_source(), NOON, labels=DOWN)
    detail = get_alert(SYSTEM, Alert.objects.get().pk)
    assert detail.told.telling == Telling.WAITS


def test_a_class_that_opens_nothing_is_the_reason() -> None:
    fire(make_source(), NOON, labels={**DOWN, "severity": "warning"})
    told = look(1, "DatabaseDown").told
    assert told.telling == Telling.NOBODY
    assert "Severity: warning" in str(told.why)


def test_without_a_policy_it_waits_in_a_queue() -> None:
    fire(make_source(), NOON, labels=DOWN)
    detail = look(1, "DatabaseDown")
    number = Record.objects.get().number
    assert (detail.told.telling, detail.told.record_number) == (Telling.QUEUE, number)
    assert "Severity: critical" in str(detail.told.why)
    assert [row.step for row in reversed(detail.trace)] == [
        TraceStep.CLASSED, TraceStep.INCIDENT, TraceStep.NOT_TOLD
    ]  # fmt: skip


def test_a_silence_is_the_reason_until_it_ends() -> None:
    (condition,) = (Condition("alertname", "=", "DatabaseDown"),)
    silence(by=SYSTEM, draft=SilenceDraft((condition,), NOON, after(10), "Galih", "Ganti disk"))
    fire(make_source(), NOON, labels=DOWN)
    told = look(1, "DatabaseDown").told
    assert told.telling == Telling.NOBODY
    assert "Ganti disk" in str(told.why)
    detail = look(11, "DatabaseDown")
    assert detail.told.telling == Telling.QUEUE
    assert TraceStep.FREED in [row.step for row in detail.trace]


def _paging_rule(estate: Estate) -> int:
    policy = make_policy((10, [person(worker(estate.provider, "Galih Santoso"))]))
    conditions = [Condition("alertname", "=~", "Database.*")]
    make_rule(
        by=SYSTEM, name="Databases", conditions=conditions, alert_class=AlertClass.EXCEPTION, opens_incident=True,
        policy_id=policy, order=1,
    )  # fmt: skip
    return policy


def test_who_was_called_is_told_and_that_it_was_once(estate: Estate) -> None:
    _paging_rule(estate)
    source = make_source()
    fire(source, NOON, labels=DOWN)
    first = look(1, "DatabaseDown").told
    assert first.telling == Telling.CALLED
    fire(source, after(2), labels={**DOWN, "alertname": "DatabaseSlow"})
    second = look(3, "DatabaseSlow").told
    assert (second.telling, second.page_id) == (Telling.CALLED, first.page_id)
    assert "already" in str(second.why)


def test_nobody_is_called_while_somebody_works(estate: Estate) -> None:
    _paging_rule(estate)
    source = make_source()
    fire(source, NOON, labels=DOWN)
    look(1, "DatabaseDown")
    with clock.frozen(after(2)):
        perform(Record.objects.get().pk, "start", by=estate.agent, given={})
    fire(source, after(2), labels={**DOWN, "alertname": "DatabaseSlow"})
    told = look(3, "DatabaseSlow").told
    assert told.telling == Telling.QUEUE
    assert "somebody works" in str(told.why)


def test_each_firing_has_its_own_answer_and_keeps_its_lines() -> None:
    source = make_source()
    fire(source, NOON, labels=DOWN)
    alert = look(1, "DatabaseDown").alert.id
    with clock.frozen(after(2)):
        add_alert_note(alert, by=SYSTEM, note="Disk penuh")
    clear(source, after(3), since=NOON, labels=DOWN)
    look(4, "DatabaseDown")
    (condition,) = (Condition("alertname", "=", "DatabaseDown"),)
    with clock.frozen(after(5)):
        silence(by=SYSTEM, draft=SilenceDraft((condition,), after(5), after(60), "Galih", "Ganti disk"))
    fire(source, after(6), labels=DOWN)
    detail = look(7, "DatabaseDown")
    assert detail.told.telling == Telling.NOBODY
    second, first = detail.episodes
    assert (second.number, first.number) == (2, 1)
    said = [getattr(row, "step", None) for row in first.lines]
    assert said.index(TraceStep.INCIDENT) < said.index(TraceStep.SAID) < said.index(TraceStep.OVER)
    assert TraceStep.HELD in [getattr(row, "step", None) for row in second.lines]
