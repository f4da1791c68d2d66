"""While more waits than one pass takes, what calls people is taken first, and everything has its effect once."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selaras.domains.events.actions import _respond
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.models import Ahead, Alert, Assessment, Cause, Change, SetAside, Trace
from selaras.domains.incidents.actions.report import report
from selaras.domains.records.contracts import RecordRef
from selaras.domains.records.models import Record
from tests.domains.events.build import NOON, after, clear, fire, make_rule, make_source
from tests.estate import make_estate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PASS = 5


@pytest.fixture
def source() -> int:
    make_estate()
    return make_source()


def flood(source: int, first: int = 0, many: int = 40) -> None:
    for n in range(first, first + many):
        fire(source, NOON, alertname="Chatter", instance=f"app-{n}", severity="warning")


def down(name: str, **more: str) -> Mapping[str, str]:
    return {"alertname": name, "severity": "critical", **more}


def titles() -> list[str]:
    return list(Record.objects.order_by("id").values_list("title", flat=True))


def test_what_opens_an_incident_does_not_wait_behind_a_flood(source: int) -> None:
    flood(source)
    fire(source, NOON, summary="Grave", labels=down("Grave"))
    flood(source, 40)
    assert assess_pending(limit=PASS) == PASS
    assert titles() == ["Grave"]
    assert Assessment.objects.count() == PASS + 1
    while assess_pending(limit=PASS):
        pass
    assert titles() == ["Grave"]
    assert Assessment.objects.count() == Alert.objects.count()
    assert Trace.objects.filter(alert__labels__alertname="Grave", step="classed").count() == 1
    assert not Ahead.objects.exists()


def test_what_it_did_since_comes_with_it_in_order(source: int) -> None:
    flood(source)
    fire(source, NOON, summary="Grave", labels=down("Grave"))
    clear(source, after(1), since=NOON, labels=down("Grave"))
    flood(source, 40)
    fire(source, after(2), summary="Grave", labels=down("Grave"))
    flood(source, 80)
    assess_pending(limit=PASS)
    grave = Assessment.objects.get(alert__labels__alertname="Grave")
    assert (grave.state, grave.changed_at) == ("firing", after(2))
    assert titles() == ["Grave"]


def test_what_was_taken_ahead_is_not_taken_again_with_what_comes_later(source: int) -> None:
    flood(source)
    fire(source, NOON, summary="Grave", labels=down("Grave"))
    assess_pending(limit=PASS)
    clear(source, after(1), since=NOON, labels=down("Grave"))
    assess_pending(limit=PASS)
    assert Assessment.objects.get(alert__labels__alertname="Grave").state == "resolved"
    while assess_pending(limit=PASS):
        pass
    assert Assessment.objects.get(alert__labels__alertname="Grave").state == "resolved"
    assert Trace.objects.filter(alert__labels__alertname="Grave", step="classed").count() == 1


def test_what_explains_it_comes_too(source: int) -> None:
    make_rule(
        name="Switch", alert_class=AlertClass.WARNING, conditions=[Condition("alertname", "=", "SwitchDown")],
        holds_back=[Condition("alertname", "=", "HostDown")], order=1, goes_on=True,
    )  # fmt: skip
    flood(source)
    fire(source, NOON, alertname="SwitchDown", severity="warning")
    flood(source, 40)
    fire(source, NOON, labels=down("HostDown"))
    assess_pending(limit=PASS)
    held = Assessment.objects.get(alert__labels__alertname="HostDown")
    assert (held.held, held.inhibitor is None, titles()) == (True, False, [])


def test_one_that_cannot_be_assessed_is_left_to_its_turn(
    source: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def picky(**told: object) -> RecordRef:
        if told["title"] == "Poison":
            raise ValueError("cannot be")
        return report(**told)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(_respond, "report", picky)
    flood(source)
    fire(source, NOON, summary="Poison", labels=down("Poison"))
    assert assess_pending(limit=PASS) == PASS
    assert not SetAside.objects.exists()
    fire(source, NOON, summary="Grave", labels=down("Grave"))
    assess_pending(limit=PASS)
    assert titles() == ["Grave"]
    assert caplog.text.count("a pass of assessment failed") == 1
    while assess_pending(limit=PASS):
        pass
    assert (titles(), SetAside.objects.count()) == (["Grave"], 1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(st.tuples(st.sampled_from("abcdwxyz"), st.booleans()), min_size=1, max_size=30),
    limit=st.integers(2, 6),
)
def test_all_ends_as_if_it_had_been_taken_in_turn(source: int, told: list[tuple[str, bool]], limit: int) -> None:
    def ends(limit: int) -> list[tuple[str, str, bool]]:
        own = make_source(f"Run {Alert.objects.count()}-{limit}-{Cause.objects.count()}-{Change.objects.count()}")
        for minute, (name, fires) in enumerate(told):
            labels = {"alertname": name, "severity": "critical" if name < "e" else "warning"}
            if fires:
                fire(own, after(minute), labels=labels)
            else:
                clear(own, after(minute), since=NOON, labels=labels)
        while assess_pending(limit=limit):
            pass
        rows = Assessment.objects.filter(source_id=own).order_by("alert__labels__alertname")
        return [(row.alert.labels["alertname"], row.state, row.record_id is None) for row in rows]

    assert ends(limit) == ends(1)
    assert not Ahead.objects.exists()
