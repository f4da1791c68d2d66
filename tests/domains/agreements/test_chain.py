"""The chain in both directions, over a graph with a cycle, each in one query."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.agreements.actions.pause_clocks import pause_clocks
from selaras.domains.agreements.actions.start_clocks import start_clocks
from selaras.domains.agreements.queries.chain import chain_from, chain_from_services, chain_to
from selaras.domains.people.contracts import Role
from selaras.domains.services.models import ConfigurationItem, Dependency, Outcome, ServiceUse
from selaras.kernel.errors import NotAllowed, NotFound
from tests.domains.agreements import build
from tests.domains.agreements.build import BOTH, START, SYSTEM, World

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Estate:
    """disk ⇄ host (a cycle) ← database ← the agreed service ← a portal that both customers use."""

    world: World
    disk: int
    host: int
    database: int
    lonely: int
    portal: int


def item(slug: str, item_class: str = "host") -> int:
    return ConfigurationItem.objects.create(slug=slug, name=slug.title(), item_class=item_class).pk


def use(service: int, customer: int, process: str, criticality: int, outcome: str | None = None) -> None:
    made = outcome and Outcome.objects.create(
        organisation_id=customer,
        name_id=f"{outcome} (id)",
        name_en=outcome,
        unit="%",
        target=99,
        direction="at_least",
    )
    ServiceUse.objects.create(
        service_id=service,
        organisation_id=customer,
        business_process=process,
        criticality=criticality,
        outcome=made or None,
    )


@pytest.fixture
def estate() -> Estate:
    world = build.world()
    disk, host, database, lonely = (item(slug) for slug in ("disk", "host", "database", "lonely"))
    portal = build.service("portal")
    Dependency.objects.bulk_create(
        [
            Dependency(upper_item_id=host, lower_item_id=disk),
            Dependency(upper_item_id=disk, lower_item_id=host),
            Dependency(upper_item_id=database, lower_item_id=host),
            Dependency(upper_service_id=world.service, lower_item_id=database),
            Dependency(upper_service_id=portal, lower_service_id=world.service),
        ]
    )
    use(world.service, world.customer, "Billing", 1, "Invoices out on time")
    use(portal, world.customer, "Self-service", 3)
    use(portal, world.other, "Ordering", 2)
    return Estate(world, disk, host, database, lonely, portal)


def started(world: World, hours: int = 0) -> int:
    record = build.record(world.customer, world.service)
    start_clocks(
        record,
        by=SYSTEM,
        metrics=BOTH,
        service_id=world.service,
        organisation_id=world.customer,
        priority=3,
        at=START + hours * HOUR,
    )
    return record


def test_from_an_item_to_everything_at_stake(estate: Estate) -> None:
    world = estate.world
    started(world)
    with CaptureQueriesContext(connection) as queries:
        rows = chain_from(SYSTEM, [estate.disk], at=START + HOUR / 2)
    assert len(queries) == 1
    assert [(r.service_id, r.organisation_id, r.criticality) for r in rows] == [
        (world.service, world.customer, 1),
        (estate.portal, world.other, 2),
        (estate.portal, world.customer, 3),
    ]
    first = rows[0]
    assert (first.outcome_name_en, first.business_process) == ("Invoices out on time", "Billing")
    assert (first.agreement_id, first.open_clocks) == (world.agreement, 2)
    assert (first.next_due_at, first.minutes_left) == (START + HOUR, 30)
    assert (rows[1].agreement_id, rows[1].open_clocks, rows[1].minutes_left) == (None, 0, None)
    assert (rows[2].agreement_id, rows[2].outcome_id) == (None, None)


def test_time_left_is_counted_in_the_calendar(estate: Estate) -> None:
    record = started(estate.world, hours=8)  # Monday 16:00; due at 17:00
    late = started(estate.world, hours=9)  # Monday 17:00; due on Tuesday at 09:00
    rows = chain_from(SYSTEM, [estate.host], record_id=late, at=START + 12 * HOUR)
    assert (rows[0].next_due_at, rows[0].time_left) == (START + 25 * HOUR, HOUR)
    rows = chain_from(SYSTEM, [estate.host], record_id=record, at=START + 25 * HOUR)
    assert rows[0].time_left == -HOUR
    pause_clocks(record, by=SYSTEM, reason="requester", at=START + 8.5 * HOUR)
    rows = chain_from(SYSTEM, [estate.host], record_id=record, at=START + 25 * HOUR)
    assert (rows[0].open_clocks, rows[0].time_left) == (2, None)


def test_from_a_service_and_from_nothing(estate: Estate) -> None:
    rows = chain_from_services(SYSTEM, {estate.portal: 7})
    assert {(r.organisation_id, r.depth) for r in rows} == {
        (estate.world.other, 7),
        (estate.world.customer, 7),
    }
    assert chain_from(SYSTEM, [estate.lonely]) == []
    assert chain_from(SYSTEM, []) == chain_from_services(SYSTEM, {}) == []


def test_a_customer_sees_their_own_part_of_the_chain(estate: Estate) -> None:
    theirs = build.actor(Role.DECISION_MAKER, organisation_id=estate.world.other)
    assert [r.organisation_id for r in chain_from(theirs, [estate.disk])] == [estate.world.other]
    with pytest.raises(NotFound):
        chain_to(theirs, estate.world.customer)
    with pytest.raises(NotAllowed):
        chain_from(build.actor(Role.REQUESTER), [estate.disk])


def test_from_a_customer_back_to_the_items(estate: Estate) -> None:
    world = estate.world
    started(world)
    with CaptureQueriesContext(connection) as queries:
        chain = chain_to(SYSTEM, world.customer, at=START)
    assert len(queries) == 1
    assert [(use.service_id, use.criticality, use.minutes_left) for use in chain.uses] == [
        (world.service, 1, 60),
        (estate.portal, 3, None),
    ]
    below = {service: [(i.slug, i.depth) for i in items] for service, items in chain.items.items()}
    assert below == {
        world.service: [("database", 1), ("host", 2), ("disk", 3)],
        estate.portal: [("database", 2), ("host", 3), ("disk", 4)],
    }
    near = chain_to(SYSTEM, world.customer, most_items=1, at=START)
    assert [i.slug for i in near.items[world.service]] == ["database"]


def test_a_customer_without_uses_has_an_empty_chain() -> None:
    lonely = build.organisation()
    chain = chain_to(SYSTEM, lonely)
    assert (chain.uses, chain.items) == ((), {})


def test_the_parts_of_a_customer_are_in_their_chain(estate: Estate) -> None:
    part = build.organisation(parent=estate.world.customer)
    use(estate.world.service, part, "Payroll", 2)
    uses = chain_to(SYSTEM, estate.world.customer).uses
    assert [(u.organisation_id, u.agreement_id) for u in uses][1] == (part, estate.world.agreement)
