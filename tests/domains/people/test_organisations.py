"""Organisations and their tree."""

from typing import Any

import pytest

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.actions.organisations import change_organisation, create_organisation
from selaras.domains.people.contracts import Actor, OrganisationKind, Role
from selaras.domains.people.queries import get_actor
from selaras.domains.people.queries.changes import list_changes
from selaras.domains.people.queries.directory import get_node, list_tree
from tests.domains.people.keeping import fields_at_fault, home
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db


def test_a_slug_is_proposed_from_the_name() -> None:
    def slug(name: str) -> str:
        return get_node(SYSTEM, create_organisation(by=SYSTEM, name=name, kind=OrganisationKind.CUSTOMER)).slug

    assert [slug("PT Bank Wanawira (Persero)"), slug("PT Bank Wanawira, Persero"), slug("Café 東京"), slug("東京")] == [
        "pt-bank-wanawira-persero",
        "pt-bank-wanawira-persero-2",
        "cafe",
        "organisation",
    ]
    assert len(slug("x" * 200)) <= 80
    again: dict[str, Any] = {"name": "x", "kind": OrganisationKind.CUSTOMER, "slug": "cafe"}
    assert fields_at_fault(lambda: create_organisation(by=SYSTEM, **again)) == {"slug"}
    for bad in ("Café", "a b", "../x", "x" * 81, "a\x00"):
        assert fields_at_fault(create_organisation, by=SYSTEM, **{**again, "slug": bad}) == {"slug"}


def test_an_organisation_moves_within_its_kind_and_never_below_itself(administrator: Actor) -> None:
    root, supplier = make_organisation("A"), make_organisation("S", OrganisationKind.SUPPLIER)
    child = make_organisation("B", parent_id=root)
    leaf = make_organisation("C", parent_id=child)

    def move(one: int, below: int | None) -> None:
        change_organisation(one, by=administrator, changes={"parent_id": below})

    for one, below in ((root, leaf), (root, root), (root, supplier), (root, home(administrator)), (root, 2**40)):
        assert fields_at_fault(move, one, below) == {"parent_id"}
    lead = make_person(root, Role.DECISION_MAKER)
    assert get_actor(lead.own_id).organisation_ids == frozenset({root, child, leaf})
    move(child, None)
    assert get_actor(lead.own_id).organisation_ids == frozenset({root})
    told = list_changes(administrator, organisation_id=child)[0].data["parent_id"]
    assert told == {"from": root, "to": None, "from_name": "A", "to_name": None}
    wrong: dict[str, Any] = {"name": "x", "kind": "supplier", "parent_id": root}
    assert fields_at_fault(lambda: create_organisation(by=administrator, **wrong)) == {"parent_id"}


def test_the_tree_is_read_in_order_and_by_pages() -> None:
    b = make_organisation("B")
    a = make_organisation("a")
    make_organisation("S", OrganisationKind.SUPPLIER)
    make_provider("P")
    make_organisation("a-1", parent_id=a)
    make_person(a)
    deactivate_person(make_person(a).own_id, by=SYSTEM)
    rows = list_tree(SYSTEM)
    assert [(row.name, row.depth, row.people) for row in rows] == [
        ("a", 0, 1),
        ("a-1", 1, 0),
        ("B", 0, 0),
        ("P", 0, 0),
        ("S", 0, 0),
    ]
    pages = [list_tree(SYSTEM, limit=2)]
    while len(pages[-1]) == 2:
        pages.append(list_tree(SYSTEM, after=pages[-1][-1].id, limit=2))
    assert [row for page in pages for row in page] == rows
    assert [row.id for row in list_tree(make_person(b, Role.DECISION_MAKER))] == [b]
    assert [row.name for row in list_tree(SYSTEM, text="A-")] == ["a-1"]
