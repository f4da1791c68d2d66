"""Noise: from what was received to what a person worked on, by source, rule and service; a fixed number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.rules import save_rule
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.noise import NoiseRow
from selaras.domains.events.models import Assessment
from selaras.domains.events.queries import noise
from selaras.domains.events.queries.noise import get_noise
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.people.contracts import Role
from selaras.domains.records.actions.notes import add_note
from selaras.kernel import clock
from tests.domains.duty.build import make_policy, person
from tests.domains.events.build import NOON, assess, fire, make_source
from tests.factories import SYSTEM, make_person, make_provider

pytestmark = pytest.mark.django_db


def test_from_received_to_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = make_person(make_provider(), Role.AGENT)
    policy = make_policy((5, [person(agent)]))
    save_rule(
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
    with CaptureQueriesContext(connection) as asked:
        found = get_noise(SYSTEM, since=NOON - timedelta(days=1))
    assert len(asked) <= 7
    assert found.by["source"] == (NoiseRow(loud, 4, 3, 2, 2, 1), NoiseRow(quiet, 1, 1, 0, 0, 0))
    by_rule = {found.names["rule"].get(row.id or 0): row for row in found.by["rule"]}
    assert (by_rule["Down"].received, by_rule["Down"].incidents, by_rule["Down"].actionable) == (3, 2, 1)
    assert found.total == NoiseRow(None, 5, 4, 2, 2, 1)
    assert get_noise(SYSTEM, since=NOON + timedelta(days=1)).total == NoiseRow(None)
    monkeypatch.setattr(noise, "MOST", 1)
    assert get_noise(SYSTEM, since=NOON - timedelta(days=1)).cut
