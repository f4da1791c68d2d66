"""The likely causes on the page of an incident and of its alerts: named, with why, at a fixed number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.models import Alert
from selaras.domains.people.contracts import Role
from selaras.domains.records.models import Record
from selaras.domains.services.models import ConfigurationItem, Dependency, ItemName
from selaras.kernel import clock
from tests.domains.events.build import fire, make_source
from tests.factories import make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db


def made(name: str) -> ConfigurationItem:
    item = ConfigurationItem.objects.create(slug=name, name=name, item_class="host")
    ItemName.objects.create(item=item, name=name)
    return item


def test_the_pages_name_the_switch_and_say_why() -> None:
    client = signed_in(make_person(make_provider(), Role.OPERATOR, name="Galih Santoso"))
    switch, source, began = made("switch-1"), make_source(), clock.now()
    counted = []
    for n, name in enumerate(("switch-1", "srv-1", "srv-2", "srv-3")):
        if name != "switch-1":
            Dependency.objects.create(upper_item=made(name), lower_item=switch)
        fire(source, began + timedelta(seconds=n), alertname="Down", instance=name, severity="critical")
        assess_pending()
        if name in ("srv-1", "srv-3"):
            counted.append(_queries(client, f"/alerts/{Alert.objects.order_by('-id')[0].pk}"))
    number = Record.objects.get().number
    for address in (f"/r/{number}", f"/alerts/{Alert.objects.order_by('id')[0].pk}"):
        page = client.get(address, follow=True).content.decode()
        assert "Likely cause" in page
        assert "Everything else that fails depends on it (3)." in page
        assert 'href="/items/switch-1"' in page
    assert counted[0] == counted[1]


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
