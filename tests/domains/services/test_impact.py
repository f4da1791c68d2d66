"""Who is hit: the answer, its explanation, its cost in queries, and what a customer may see of it."""

from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from selaras.domains.people.contracts import Role
from selaras.domains.services.actions.dependencies import link
from selaras.domains.services.actions.services import move_service
from selaras.domains.services.actions.uses import end_use, record_outcome, record_use
from selaras.domains.services.contracts import CustomerRow, End, Impact, NodeKind, Step
from selaras.domains.services.queries import depends_on, graph_around, impact_of, reach_of
from selaras.kernel.errors import NotAllowed, NotFound
from tests.domains.services.build import chain, make_item, make_service
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db


class Estate:
    """rack ← host ← (db, app); shop on app and db; mail on shop; two customers use shop, one of them mail."""

    def __init__(self) -> None:
        self.rack, self.host, self.db, self.app = (make_item(slug) for slug in ("rack", "host", "db", "app"))
        self.shop, self.mail = make_service("shop"), make_service("mail")
        chain(self.mail, self.shop, self.app, self.db, self.host, self.rack)
        chain(self.shop, self.db)
        self.acme, self.other = make_organisation("Acme"), make_organisation("Other & Sons")
        self.goal = record_outcome(
            by=SYSTEM, organisation_id=self.acme, name_id="Pesanan", name_en="Orders", unit="%", target="99.5"
        )
        use(self.shop, self.acme, 2, "Sales", self.goal)
        use(self.shop, self.other, 1, "Ordering")
        use(self.mail, self.acme, 3, "Support")


def use(service: End, organisation: int, criticality: int, process: str, outcome: int | None = None) -> int:
    return record_use(
        by=SYSTEM,
        service_id=service.id,
        organisation_id=organisation,
        business_process=process,
        criticality=criticality,
        outcome_id=outcome,
    )


@pytest.fixture
def estate() -> Estate:
    return Estate()


def test_the_whole_answer(estate: Estate) -> None:
    impact = impact_of([estate.rack.id])
    assert impact.items == 4
    assert [(hit.slug, hit.depth) for hit in impact.services] == [("shop", 3), ("mail", 4)]
    assert [step.slug for step in impact.services[0].path] == ["rack", "host", "db", "shop"]
    assert impact.services[0].path[0] == Step(NodeKind.ITEM, estate.rack.id, "rack", "RACK", "RACK")
    assert [(u.organisation_name, u.criticality) for u in impact.uses] == [
        ("Other & Sons", 1),
        ("Acme", 2),
        ("Acme", 3),
    ]
    assert impact.customers == (CustomerRow(estate.other, "Other & Sons", 1), CustomerRow(estate.acme, "Acme", 2))
    assert [(o.id, o.target) for o in impact.outcomes] == [(estate.goal, Decimal("99.5"))]


def test_only_the_nearest_are_explained(estate: Estate) -> None:
    impact = impact_of([estate.rack.id], explained=1)
    assert [[step.slug for step in hit.path] for hit in impact.services] == [["rack", "host", "db", "shop"], []]


def test_nothing_depends_on_the_top_and_unknown_items_hit_nobody(estate: Estate) -> None:
    assert impact_of([]) == Impact(0, (), (), (), ())
    assert impact_of([10**9]).services == ()
    assert [hit.slug for hit in impact_of([], [estate.mail.id]).services] == ["mail"]


def test_several_starts_count_once_and_the_nearest_explains(estate: Estate) -> None:
    reach = reach_of([estate.rack.id, estate.db.id])
    assert reach.items == 4
    assert [(r.service_id, r.depth) for r in reach.services] == [(estate.shop.id, 1), (estate.mail.id, 2)]
    assert reach.services[0].path == (estate.db, estate.shop)


def test_a_retired_service_is_not_hit(estate: Estate) -> None:
    for use_row in impact_of([estate.app.id]).uses:
        if use_row.service_id == estate.mail.id:
            end_use(use_row.id, by=SYSTEM)
    move_service(estate.mail.id, by=SYSTEM, verb="retire", reason="Nobody uses it.")
    move_service(estate.mail.id, by=SYSTEM, verb="end")
    assert [hit.slug for hit in impact_of([estate.rack.id]).services] == ["shop"]


def test_a_customer_sees_their_own_part_only(estate: Estate) -> None:
    lead = make_person(estate.acme, Role.DECISION_MAKER)
    impact = impact_of([estate.rack.id], actor=lead)
    assert [hit.slug for hit in impact.services] == ["shop", "mail"]
    assert [hit.path for hit in impact.services] == [(), ()]
    assert {u.organisation_id for u in impact.uses} == {estate.acme}
    assert [c.name for c in impact.customers] == ["Acme"]
    assert impact.items == 0
    assert "Other" not in repr(impact)
    assert "rack" not in repr(impact).lower()
    neighbour = impact_of([estate.rack.id], actor=make_person(estate.other, Role.DECISION_MAKER))
    assert [hit.slug for hit in neighbour.services] == ["shop"]
    assert "Acme" not in repr(neighbour)
    assert neighbour.outcomes == ()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_the_answer(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    base = make_item("base")
    for number in range(rows):
        top = make_service(f"top-{number}")
        link(top, base, by=SYSTEM)
        use(top, make_organisation(), 1, "Work")
    with django_assert_num_queries(2):  # the graph has changed: it is read once
        reach_of([base.id])
    with django_assert_num_queries(1):
        reach_of([base.id])
    with django_assert_num_queries(3):
        assert len(impact_of([base.id]).services) == rows


def test_a_use_and_its_outcome_tell_their_version_as_elsewhere(estate: Estate) -> None:
    impact = impact_of([estate.rack.id])
    assert {use.version for use in impact.uses} == {1}
    assert {outcome.version for outcome in impact.outcomes} == {1}


def test_what_a_service_stands_on(estate: Estate, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    reach_of([estate.host.id])  # reads the graph
    with django_assert_num_queries(2):
        footprint = depends_on(SYSTEM, estate.mail.id)
    assert [(node.slug, node.depth) for node in footprint.nodes] == [
        ("shop", -1),
        ("app", -2),
        ("db", -2),
        ("host", -3),
        ("rack", -4),
    ]
    assert (footprint.nodes[0].what, footprint.nodes[-1].what, footprint.total) == ("catalogue", "host", 5)
    cut = depends_on(SYSTEM, estate.mail.id, most=2)
    assert ([node.slug for node in cut.nodes], cut.total) == (["shop", "db"], 5)


def test_the_surroundings_of_a_node(estate: Estate) -> None:
    around = graph_around(SYSTEM, estate.db, hops=1)
    assert [(n.slug, n.depth) for n in around.nodes] == [("db", 0), ("app", 1), ("host", -1), ("shop", 1)]
    assert set(around.edges) == {
        (estate.app, estate.db),
        (estate.shop, estate.db),
        (estate.shop, estate.app),
        (estate.db, estate.host),
    }
    assert not around.cut
    small = graph_around(SYSTEM, estate.db, hops=4, most=3)
    assert (len(small.nodes), small.cut) == (3, True)
    with pytest.raises(NotFound):
        graph_around(SYSTEM, End(NodeKind.ITEM, 10**9))


def test_the_graph_is_for_the_provider(estate: Estate) -> None:
    lead = make_person(estate.acme, Role.DECISION_MAKER)
    with pytest.raises(NotAllowed):
        depends_on(lead, estate.shop.id)
    with pytest.raises(NotAllowed):
        graph_around(lead, estate.shop)
    specialist = make_person(make_provider(), Role.SPECIALIST)
    assert depends_on(specialist, estate.shop.id).total == 4
