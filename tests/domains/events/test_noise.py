"""Noise: from what was received to what a person worked on, by source, rule and service; a fixed number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.count_noise import count_noise_again
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.contracts.noise import Noise, NoiseRow
from selaras.domains.events.models import Assessment
from selaras.domains.events.queries import noise
from selaras.domains.events.queries.alerts import list_alerts
from selaras.domains.events.queries.noise import get_noise
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.people.contracts import Role
from selaras.domains.records.actions.notes import add_note
from selaras.kernel import clock
from tests.domains.duty.build import make_policy, person
from tests.domains.events.build import NOON, assess, fire, make_rule, make_source
from tests.estate import make_estate
from tests.factories import SYSTEM, make_person, make_provider

pytestmark = pytest.mark.django_db


def test_from_received_to_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = make_person(make_provider(), Role.AGENT)
    policy = make_policy((5, [person(agent)]))
    make_rule(
        by=SYSTEM, name="Down", conditions=[Condition("alertname", "=~", "Down.*")], alert_class=AlertClass.EXCEPTION,
        opens_incident=True, policy_id=policy, before_id=list_rules(SYSTEM)[0].id,
    )  # fmt: skip
    loud, quiet = make_source("Loud"), make_source("Quiet")
    for name in ("Down1", "Down1", "Down2", "Odd"):
        fire(loud, NOON, alertname=name)
    fire(quiet, NOON, alertname="Odd")
    with clock.frozen(NOON + timedelta(minutes=1)):
        assess()
    taken = Assessment.objects.exclude(record=None).order_by("alert_id")[0].record
    assert taken is not None
    add_note(taken.pk, by=agent, body="Looking at it", public=False)
    with clock.frozen(NOON + timedelta(minutes=2)), CaptureQueriesContext(connection) as asked:
        found = get_noise(SYSTEM, days=1)
    assert len(asked) <= 8
    assert found.by["source"] == (NoiseRow(loud, 4, 3, 2, 2, 1), NoiseRow(quiet, 1, 1, 0, 0, 0))
    by_rule = {found.names["rule"].get(row.id or 0): row for row in found.by["rule"]}
    assert (by_rule["Down"].received, by_rule["Down"].incidents, by_rule["Down"].actionable) == (3, 2, 1)
    assert found.total == NoiseRow(None, 5, 4, 2, 2, 1)
    with clock.frozen(NOON + timedelta(days=2)):
        assert get_noise(SYSTEM, days=1).total == NoiseRow(None)
    rule = next(row.id for row in found.by["rule"] if found.names["rule"].get(row.id or 0) == "Down")
    of_rule = list_alerts(SYSTEM, AlertFilter(rule_id=rule)).rows
    assert {row.labels["alertname"] for row in of_rule} == {"Down1", "Down2"}
    late = AlertFilter(rule_id=rule, since=NOON + timedelta(hours=1))
    assert not list_alerts(SYSTEM, late).rows
    with clock.frozen(NOON + timedelta(minutes=2)):
        _much(monkeypatch, found)


def _much(monkeypatch: pytest.MonkeyPatch, found: Noise) -> None:
    """Where there is much, what was counted last is shown, and it is the same."""
    assert count_noise_again() == 0
    monkeypatch.setattr(noise, "AT_ONCE", 1)
    assert get_noise(SYSTEM, days=1) == found  # not counted yet: whoever asks waits
    assert [count_noise_again() for _ in range(4)] == [1, 1, 1, 0]
    kept = get_noise(SYSTEM, days=1)
    assert (kept.total, kept.by, kept.names) == (found.total, found.by, found.names)
    assert kept.at == clock.now()
    fire(make_source("Late"), clock.now(), alertname="Odd")
    assess()
    assert get_noise(SYSTEM, days=1).total == found.total
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert count_noise_again() == 1
        assert get_noise(SYSTEM, days=1).total.alerts == found.total.alerts + 1
    monkeypatch.setattr(noise, "AT_ONCE", 100)
    assert count_noise_again() == 0
    assert get_noise(SYSTEM, days=1).at is None


def test_alerts_of_a_service_are_those_of_its_incidents_and_those_its_labels_name() -> None:
    estate = make_estate()
    source = make_source()
    fire(source, NOON, alertname="DatabaseDown", instance="toko-db-1", severity="critical")
    fire(source, NOON, alertname="Odd", instance="nowhere")
    with clock.frozen(NOON + timedelta(minutes=1)):
        assess()
        found = get_noise(SYSTEM, days=1)
    assert [(row.id, row.alerts) for row in found.by["service"]] == [(None, 1), (estate.service, 1)]
    rows = list_alerts(SYSTEM, AlertFilter(service_id=estate.service)).rows
    assert [row.labels["alertname"] for row in rows] == ["DatabaseDown"]
