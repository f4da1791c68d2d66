"""Noise in the browser: in the reader's words, with an address behind each name for who may follow it."""

import pytest

from selaras.domains.people.contracts import Role
from selaras.domains.services.models import Service
from selaras.kernel import clock
from tests.domains.events.build import assess, fire, make_source
from tests.estate import make_estate
from tests.factories import make_person, make_provider
from tests.interfaces.web.forms import text_of
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "follows"), [(Role.ADMINISTRATOR, True), (Role.AGENT, False)])
def test_names_are_the_readers_and_lead_where_they_may_go(role: Role, follows: bool) -> None:
    estate = make_estate()
    source = make_source("Loud")
    fire(source, clock.now(), alertname="DatabaseDown", instance="toko-db-1", severity="critical")
    assess()
    service = Service.objects.get(pk=estate.service)
    client = signed_in(make_person(estate.provider, role, language="en"))
    shown = text_of(client.get("/alerts/noise?days=1"))
    assert f'<a href="/services/{service.slug}">{service.name_en}</a>' in shown
    for kind, pk in (("source", source), ("service", estate.service)):
        address = f"/alerts?{kind}={pk}&state=all&days=1"
        assert f'<a href="{address}">1<' in shown
        assert "DatabaseDown" in text_of(client.get(address))
    assert "DatabaseDown" not in text_of(client.get(f"/alerts?service={estate.service + 999}&state=all"))
    assert ('<a href="/rules/' in shown) is follows
    assert 'href="?days=1" aria-current="true"' in shown


def test_a_range_that_is_none_shows_the_week() -> None:
    client = signed_in(make_person(make_provider(), Role.AGENT))
    assert 'href="?days=7" aria-current="true"' in text_of(client.get("/alerts/noise?days=x"))
