"""A rule pages people for the incident it opens: once, until somebody has it or it is over."""

from datetime import timedelta

import pytest

from selaras.config.wiring import REACTIONS
from selaras.domains.duty.models import Delivery, Page, Policy
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.people.contracts import Actor
from selaras.domains.records.models import Record
from selaras.kernel.errors import Invalid
from selaras.kernel.models import Announcement
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import NOON, assess, clear, fire, make_rule, make_source
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

DOWN = {"alertname": "DatabaseDown", "instance": "toko-db-1:5432"}
SLOW = {"alertname": "DatabaseSlow", "instance": "toko-db-1:5432"}


@pytest.fixture
def estate(transactional_db: None) -> Estate:
    return make_estate()


@pytest.fixture
def on_call(estate: Estate) -> Actor:
    return worker(estate.provider, "Galih Santoso")


@pytest.fixture
def source(estate: Estate, on_call: Actor) -> int:
    policy = make_policy((10, [person(on_call)]))
    make_rule(
        by=SYSTEM,
        name="Databases",
        conditions=[Condition("alertname", "=~", "Database.*")],
        alert_class=AlertClass.EXCEPTION,
        opens_incident=True,
        policy_id=policy,
        order=1,
    )
    return make_source()


def react() -> None:
    """What was announced is reacted to, twice: a job may run again."""
    for row in Announcement.objects.order_by("id"):
        for reaction in REACTIONS.get(row.name, ()):
            reaction(row.payload)
            reaction(row.payload)


def states() -> list[str]:
    return list(Page.objects.order_by("id").values_list("state", flat=True))


def test_one_page_a_cause_that_says_what_and_where(source: int) -> None:
    fire(source, NOON, summary="Database toko is down", labels=DOWN)
    fire(source, NOON, labels=SLOW)
    assess()
    record, page = Record.objects.get(), Page.objects.get()
    assert (page.subject, page.record_id, page.url) == (record.title, record.pk, f"/r/{record.number}")
    assert page.state == "open"


def test_who_takes_the_incident_has_answered_the_page(source: int, estate: Estate) -> None:
    fire(source, NOON, labels=DOWN)
    assess()
    perform(Record.objects.get().pk, "start", by=estate.agent, given={})
    react()
    assert states() == ["acknowledged"]
    assert Page.objects.get().acknowledged_by_id == estate.agent.id
    # Somebody works on it: another alert of the cause calls nobody.
    fire(source, NOON, labels=SLOW)
    assess()
    assert states() == ["acknowledged"]
    perform(Record.objects.get().pk, "resolve", by=estate.agent, given={"cause": "Disk", "solution": "Diganti"})
    react()
    assert states() == ["resolved"]


def test_what_is_over_calls_nobody_and_what_comes_back_calls_again(source: int) -> None:
    fire(source, NOON, labels=DOWN)
    assess()
    clear(source, NOON + timedelta(minutes=2), since=NOON, labels=DOWN)
    assess()
    assert states() == ["resolved"]
    assert not Delivery.objects.filter(state="waiting").exists()
    fire(source, NOON + timedelta(minutes=5), labels=DOWN)
    assess()
    assert states() == ["resolved", "open"]


def test_only_a_rule_that_opens_an_incident_pages(source: int) -> None:
    policy = Policy.objects.get().pk
    with pytest.raises(Invalid) as refused:
        make_rule(by=SYSTEM, name="Quiet", conditions=[], alert_class=AlertClass.WARNING, policy_id=policy)
    assert set(refused.value.fields) == {"policy_id"}
