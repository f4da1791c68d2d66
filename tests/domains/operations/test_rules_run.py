"""A rule answers an alert by a runbook: once an episode, not while something holds it back, and the alert says so."""

from typing import Any

import pytest

from selaras.domains.events.actions.rule_sets import export_rules, take_rules
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.domains.events.actions.silences import expire_silence, silence
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.alerts import get_alert
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.operations.actions.decide import move_run
from selaras.domains.operations.models import Run
from selaras.domains.operations.queries import known_runbooks, list_runs_of_alert
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from selaras.kernel.models import Announcement
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import NOON, after, assess, clear, fire, make_rule, make_source
from tests.domains.events.test_paging import react
from tests.domains.operations.build import make_runbook, told
from tests.estate import make_estate
from tests.factories import SYSTEM, make_person, make_provider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

FULL = {"alertname": "DiskFull", "instance": "toko-db-1:5432"}


@pytest.fixture
def source() -> int:
    return make_source()


def answer(slug: str, *, name: str = "Disks", alert: str = "DiskFull", order: int = 1, **more: Any) -> None:
    """A rule that runs a runbook."""
    given = {"alert_class": AlertClass.WARNING, **more}
    conditions = [Condition("alertname", "=~", alert)]
    make_rule(
        by=SYSTEM, name=name, conditions=conditions, runbook=slug, runbooks=known_runbooks(), order=order, **given
    )


def lines(alert: str = "DiskFull") -> list[str]:
    detail = get_alert(SYSTEM, Alert.objects.get(labels__alertname=alert).pk)
    return [str(row.sentence) for row in reversed(detail.trace) if row.step is TraceStep.RESPONSE]


def test_once_each_time_it_fires(source: int) -> None:
    answer(make_runbook(told()))
    fire(source, NOON, labels=FULL)
    assess()
    react()
    clear(source, after(1), since=NOON, labels=FULL)
    assess()
    react()
    assert Run.objects.count() == 1
    fire(source, after(10), labels=FULL)
    with clock.frozen(after(11)):
        assess()
        react()
    runs = Run.objects.order_by("id")
    assert [(run.rule_name, run.episode, run.labels["instance"]) for run in runs] == [
        ("Disks", 1, "toko-db-1:5432"),
        ("Disks", 2, "toko-db-1:5432"),
    ]
    assert [row.id for row in list_runs_of_alert(SYSTEM, runs[0].alert_id or 0)] == [runs[1].pk, runs[0].pk]
    assert lines()[0] == f"The runbook “Periksa” was started (run {runs[0].pk})."


def test_the_alert_says_what_it_waits_for_and_who_decided(source: int) -> None:
    provider = make_provider()
    ayu = worker(provider, "Ayu")
    policy = make_policy((10, [person(ayu)]))
    answer(make_runbook(told(changes=True), policy_id=policy))
    fire(source, NOON, labels=FULL)
    assess()
    react()
    run = Run.objects.get()
    assert lines()[1] == f"The runbook “Periksa” waits for approval (run {run.pk}); people are called by “Eskalasi”."
    move_run(run.pk, "refuse", by=make_person(provider, Role.OPERATOR, name="Budi"), reason="Not now")
    assert lines()[2] == f"Budi refused the runbook “Periksa” (run {run.pk})."


def test_the_run_belongs_to_the_incident_that_the_alert_opened(source: int) -> None:
    make_estate()
    answer(make_runbook(told()), alert_class=AlertClass.EXCEPTION, opens_incident=True)
    fire(source, NOON, labels=FULL)
    assess()
    react()
    run = Run.objects.get()
    assert run.record is not None
    assert run.record.title.startswith("DiskFull")


def test_a_rule_that_goes_on_runs_its_runbook_unless_a_later_one_names_another(source: int) -> None:
    answer(make_runbook(slug="satu"), goes_on=True)
    answer(make_runbook(slug="dua"), name="Later", alert="DiskFull", order=2)
    fire(source, NOON, labels=FULL)
    fire(source, NOON, alertname="DiskFullToo")
    assess()
    react()
    assert [run.runbook.slug for run in Run.objects.select_related("runbook")] == ["dua"]


def test_not_while_it_is_silenced_and_then_it_is(source: int) -> None:
    answer(make_runbook(told()))
    draft = SilenceDraft((Condition("alertname", "=", "DiskFull"),), NOON, after(60), "Galih", "Planned")
    quiet = silence(by=SYSTEM, draft=draft)
    settle_silences()
    fire(source, NOON, labels=FULL)
    assess()
    react()
    assert not Run.objects.exists()
    expire_silence(quiet, by=SYSTEM)
    settle_silences()
    react()
    assert Run.objects.count() == 1


def test_a_storm_begins_no_more_runs_than_the_runbook_takes(source: int) -> None:
    answer(make_runbook(told(), hourly=3), alert="Disk.*")
    for n in range(20):
        fire(source, NOON, alertname=f"Disk{n:02}")
    assess()
    assert Announcement.objects.filter(name="alert.runbook").count() == 1
    react()
    assert Run.objects.count() == 3
    assert "3 times within an hour" in lines("Disk19")[0]


def test_what_cannot_be_run_is_told(source: int) -> None:
    make_runbook(slug="satu")
    answer("satu")
    fire(source, NOON, labels=FULL)
    assess()
    row = Announcement.objects.get(name="alert.runbook")
    row.payload["runbook"] = "hilang"
    row.save()
    react()
    assert lines()[0] == "Its runbook was not started: There is no runbook “hilang”."


@pytest.mark.parametrize("slug", ["hilang", "a b"])
def test_a_rule_names_a_runbook_that_there_is(slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        answer(slug)
    assert refused.value.field == "runbook"


def test_the_rule_file_holds_it_by_its_short_name() -> None:
    answer(make_runbook(slug="bersihkan-disk"))
    file = export_rules(by=SYSTEM)
    assert "runbook: bersihkan-disk" in file
    take_rules(file, by=SYSTEM, runbooks=known_runbooks())
    assert [rule.runbook for rule in list_rules(SYSTEM) if rule.name == "Disks"] == ["bersihkan-disk"]
    with pytest.raises(Invalid) as refused:
        take_rules(file, by=SYSTEM, runbooks=["lain"])
    assert "bersihkan-disk" in str(refused.value.sentence)
