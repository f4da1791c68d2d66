"""The likely causes on the page of an incident and of its alerts: named, with why, at a fixed number of queries."""

import html
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


def test_a_cause_is_confirmed_on_the_page_and_taken_back() -> None:
    client = signed_in(make_person(make_provider(), Role.OPERATOR, name="Galih Santoso"))
    made("srv-1"), made("rack-7")
    fire(make_source(), clock.now(), alertname="Down", instance="srv-1", severity="critical")
    assess_pending()
    address = f"/r/{Record.objects.get().number}"
    page = client.get(address).content.decode()
    assert 'name="lower" value="item:srv-1"' in page

    def after(act: str, **given: str) -> str:
        return client.post(f"{address}{act}", given, follow=True).content.decode()

    page = after("/cause", lower="rack-7")
    assert "Confirmed by Galih Santoso" in page
    assert "confirmed “rack-7” as the cause" in page
    assert page.index('href="/items/rack-7"') < page.index("Confirmed by") < page.index('href="/items/srv-1"')
    assert "There is no item and no service “nowhere”." in html.unescape(after("/cause", lower="nowhere"))
    page = after("/cause/withdraw")
    assert "Confirmed by" not in page
    assert "took back what was confirmed as the cause" in page
    alert = client.get(f"/alerts/{Alert.objects.get().pk}").content.decode()
    assert "Likely cause" in alert
    assert "This was the cause" not in alert
