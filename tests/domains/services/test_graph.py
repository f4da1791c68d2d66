"""The graph answers as a plain search does, at once after every write, cycles included, however it is walked."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from random import Random
from struct import unpack
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selaras.domains.services.actions.dependencies import kind_fault, link, unlink, write_edges
from selaras.domains.services.contracts import End, item, service
from selaras.domains.services.models import ConfigurationItem, Dependency, GraphBlock, Service
from selaras.domains.services.queries import packed, reach_of
from selaras.domains.services.queries.graph import walk_down, walk_up
from selaras.kernel.errors import Invalid, NotFound
from tests.domains.services.build import Edge, chain, make_item, make_service, plain_search
from tests.factories import SYSTEM

# Few nodes, far apart in number: dense graphs with cycles that reach over several blocks.
PLACES = (0, 1, 2, 127, 128, 129, 300, 399)
SERVICES = 4
ends = st.integers(0, len(PLACES) + SERVICES - 1)
operations = st.lists(st.tuples(st.sampled_from(["link", "link", "link", "unlink"]), ends, ends), max_size=40)


@pytest.fixture
def nodes(db: None) -> list[End]:
    rows = (ConfigurationItem(slug=f"item-{n}", name=f"Item {n}", item_class="host") for n in range(400))
    items = sorted(row.pk for row in ConfigurationItem.objects.bulk_create(rows))
    services = Service.objects.bulk_create(Service(slug=f"s-{n}", name_id="S", name_en="S") for n in range(SERVICES))
    return [*(item(items[place]) for place in PLACES), *(service(row.pk) for row in services)]


@pytest.fixture(params=["walked to the end", "by the core"])
def way_of_walking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the core, small graphs are walked as large ones are: what fails is known, and looked back for at the end."""
    if request.param == "by the core":
        monkeypatch.setattr(packed, "LARGE", 1)
        monkeypatch.setattr(packed, "MANY", 0)


@pytest.mark.usefixtures("way_of_walking")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=operations, start=ends, also=ends)
def test_every_answer_is_that_of_a_plain_search(
    nodes: list[End], operations: list[tuple[str, int, int]], start: int, also: int
) -> None:
    edges: set[Edge] = set()
    with _undone():
        for verb, one, other in operations:
            upper, lower = nodes[one], nodes[other]
            if kind_fault(upper, lower) is not None:
                continue
            pair = (upper.node, lower.node)
            if verb == "link":
                assert link(upper, lower, by=SYSTEM) is (pair not in edges)
                edges.add(pair)
            else:
                assert unlink(upper, lower, by=SYSTEM) is (pair in edges)
                edges.discard(pair)
            _check(edges, {nodes[start].node, nodes[also].node})
        assert _unpacked() == edges


def _check(edges: set[Edge], starts: set[int]) -> None:
    up, down = plain_search(edges, starts), plain_search(edges, starts, up=False)
    for _ in range(2):  # may find the core, by which others then walk
        walk_up(starts)
    walk = walk_up(starts)
    assert {n: d for n, d in walk.depths.items() if n % 2} == {n: d for n, d in up.items() if n % 2}
    assert (walk.items, walk.total) == (sum(n % 2 == 0 for n in up), len(up))
    for node in (n for n in up if n % 2):
        way = walk.way_to(node)
        assert way[0] in starts
        assert len(way) == up[node] + 1
        assert all((upper, lower) in edges for lower, upper in pairwise(way))
    assert dict(walk_down(starts, most=100_000).depths) == down


@pytest.mark.usefixtures("nodes")
def test_the_packed_graph_follows_every_kind_of_write(nodes: list[End]) -> None:
    write_edges([(nodes[0], nodes[3]), (nodes[1], nodes[3]), (nodes[5], nodes[7])])
    assert _unpacked() == {
        (a.node, b.node) for a, b in ((nodes[0], nodes[3]), (nodes[1], nodes[3]), (nodes[5], nodes[7]))
    }
    Dependency.objects.filter(lower=nodes[3].node).update(lower_item=nodes[6].id)
    assert _unpacked() == {
        (a.node, b.node) for a, b in ((nodes[0], nodes[6]), (nodes[1], nodes[6]), (nodes[5], nodes[7]))
    }
    ConfigurationItem.objects.filter(pk=nodes[0].id).delete()
    assert _unpacked() == {(a.node, b.node) for a, b in ((nodes[1], nodes[6]), (nodes[5], nodes[7]))}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE services_dependency")
    assert _unpacked() == set()


def test_a_start_beyond_all_dependencies_stands_alone(nodes: list[End]) -> None:
    chain(nodes[0], nodes[1])
    assert reach_of([nodes[7].id]).items == 1
    assert reach_of([10**9, nodes[1].id]).items == 3
    assert reach_of([10**30, -1, nodes[1].id]).items == 2


def test_a_long_way_and_a_long_circle_end(nodes: list[End]) -> None:
    items = [item(pk) for pk in ConfigurationItem.objects.order_by("pk").values_list("pk", flat=True)]
    write_edges([(nodes[-1], items[0]), *pairwise(items), (items[-1], items[0])])
    for place, depth in ((0, 1), (1, 2), (200, 201), (399, 400)):
        reach = reach_of([items[place].id])
        assert (reach.items, reach.services[0].depth) == (400, depth)


def test_a_large_tangle_is_walked_as_a_small_one_is(nodes: list[End]) -> None:
    rng = Random(4)
    services = [service(Service.objects.create(slug=f"t-{n}", name_id="T", name_en="T").pk) for n in range(30)]
    rows = (ConfigurationItem(slug=f"more-{n}", name=f"More {n}", item_class="host") for n in range(packed.LARGE))
    items = [item(row.pk) for row in ConfigurationItem.objects.bulk_create(rows)]
    pairs = {(one.node, other.node): (one, other) for one, other in pairwise([*items, items[0]])}
    for upper in [*items, *(one for many, one in enumerate(services, start=1) for _ in range(many))]:
        lower = rng.choice(items)
        if upper != lower:
            pairs[upper.node, lower.node] = (upper, lower)
    above, below = nodes[0], nodes[1]  # beside the tangle: what stands on it, and what it stands on
    pairs |= {(above.node, items[5].node): (above, items[5]), (items[9].node, below.node): (items[9], below)}
    write_edges(list(pairs.values()))
    for starts in ([below], [above], *([rng.choice(items)] for _ in range(8)), items[:2], [items[3], above]):
        _check(set(pairs), {start.node for start in starts})


@pytest.mark.usefixtures("db")
def test_the_kinds_of_dependency_are_kept_by_action_and_database() -> None:
    host, shop = make_item("host"), make_service("shop")
    with pytest.raises(Invalid):
        link(host, shop, by=SYSTEM)
    with pytest.raises(Invalid):
        link(host, host, by=SYSTEM)
    with pytest.raises(NotFound):
        link(shop, item(10**9), by=SYSTEM)
    for columns in ({"upper_item_id": host.id, "lower_service_id": shop.id}, {"upper_item_id": host.id}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dependency.objects.create(**columns)


@pytest.mark.django_db(transaction=True)
def test_what_was_kept_in_memory_is_never_another_graph() -> None:
    upper, one, other = make_service("upper"), make_item("one"), make_item("other")

    def reached() -> tuple[int, int]:
        return len(reach_of([one.id]).services), len(reach_of([other.id]).services)

    def elsewhere() -> None:
        try:
            link(upper, other, by=SYSTEM)
        finally:
            connection.close()

    assert reached() == (0, 0)
    with _undone():
        link(upper, one, by=SYSTEM)
        assert reached() == (1, 0)  # one's own, before anybody else may see it
    assert reached() == (0, 0)
    writer = Thread(target=elsewhere)
    writer.start()
    writer.join(10)
    assert reached() == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_block_lose_nothing() -> None:
    upper, one, other = make_service("upper"), make_item("one"), make_item("other")
    done: list[bool] = []

    def second() -> None:
        try:
            done.append(link(upper, other, by=SYSTEM))
        finally:
            connection.close()

    with transaction.atomic():
        write_edges([(upper, one)])
        writer = Thread(target=second)
        writer.start()
        _until_somebody_waits()
    writer.join(10)
    assert done == [True]
    assert _unpacked() == {(upper.node, one.node), (upper.node, other.node)}


def _until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone():
                return
    raise AssertionError("the second writer did not wait for the first")


def _unpacked() -> set[Edge]:
    """The edges that the packed graph holds."""
    edges = set()
    for block in GraphBlock.objects.all():
        degrees = unpack(">256i", bytes(block.degrees))
        uppers = iter(unpack(f">{sum(degrees)}i", bytes(block.uppers)))
        for place, degree in enumerate(degrees):
            edges |= {(next(uppers), block.number * 256 + place) for _ in range(degree)}
    return edges


@contextmanager
def _undone() -> Iterator[None]:
    """What happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
