"""When an incident ends, its cause is free for the next."""

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.release import release_cause
from selaras.domains.events.models import Cause
from selaras.domains.incidents.actions.moves import perform
from selaras.kernel import clock
from tests.domains.events.build import NOON, fire, make_source
from tests.estate import make_estate


@pytest.mark.django_db(transaction=True)
def test_a_cause_is_released_when_its_incident_is_closed_and_not_before() -> None:
    estate = make_estate()
    with clock.frozen(NOON):
        fire(make_source(), NOON, alertname="DatabaseDown", instance="toko-db-1:5432", severity="critical")
        assess_pending()
    cause = Cause.objects.get()
    told = {"record_id": cause.record_id}
    perform(cause.record_id, "resolve", by=estate.agent, given={"cause": "a", "solution": "b"})
    release_cause(told)
    assert Cause.objects.get().closed_at is None
    perform(cause.record_id, "confirm", by=estate.agent, given={})
    release_cause(told)
    first = Cause.objects.get().closed_at
    release_cause(told)
    assert first is not None
    assert Cause.objects.get().closed_at == first
