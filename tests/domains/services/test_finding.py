"""From labels to the item, with the label that led there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from selaras.domains.services import rules
from selaras.domains.services.queries import find_item, find_items
from tests.domains.services.build import make_item


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("labels", "label", "name"),
    [
        ({"ci": "DB-1"}, "ci", "db-1"),
        ({"item": "db-1", "instance": "web-1:9100"}, "item", "db-1"),
        ({"instance": "db-1:9100"}, "instance", "db-1"),
        ({"instance": "Web-1.example.id:443"}, "instance", "web-1"),
        ({"instance": "https://shop.example.id/health"}, "instance", "shop.example.id"),
        ({"instance": "https://shop.example.id:8443/health"}, "instance", "shop.example.id"),
        ({"instance": "[2001:db8::7]:9100"}, "instance", "2001:db8::7"),
        ({"instance": "2001:db8::7"}, "instance", "2001:db8::7"),
        ({"instance": "10.0.0.7:9100"}, "instance", "10.0.0.7:9100"),
        ({"instance": "nobody:1", "job": "db-1"}, "job", "db-1"),
        ({"Instance": "db-1"}, "instance", "db-1"),
        ({"pod": "web-1", "host": "db-1"}, "host", "db-1"),
        ({"ci": "unknown", "nodename": "WEB-1"}, "nodename", "web-1"),
    ],
)
def test_the_surest_label_leads_to_the_item(labels: dict[str, str], label: str, name: str) -> None:
    make_item("db-1")
    make_item("web-1", ["Shop.Example.ID", "2001:DB8::7", "10.0.0.7:9100"])
    found = find_item(labels)
    assert found is not None
    assert (found.label, found.name) == (label, name)


@pytest.mark.django_db
def test_an_address_is_never_cut_at_its_dots() -> None:
    make_item("10")
    assert find_item({"instance": "10.0.0.8:9100"}) is None
    assert find_item({"alertname": "10", "severity": "10"}) is None
    assert find_item({}) is None


@pytest.mark.django_db
def test_labels_that_no_database_can_hold_lead_nowhere() -> None:
    make_item("db-1")
    nasty = {"ci": "a\x00b", "item": "x" * 1_000_000, "host": "\ud800", "node": "", "nodename": "db-1"}
    found = find_item(nasty)
    assert found is not None
    assert found.label == "nodename"


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_many_are_found_by_one_query(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(rows):
        make_item(f"h-{number}")
    asked = [{"instance": f"h-{number}:9100"} for number in range(rows)] + [{"instance": "nobody"}]
    with django_assert_num_queries(1):
        found = find_items(asked)
    assert [f.item.slug if f else None for f in found] == [*(f"h-{n}" for n in range(rows)), None]
    with django_assert_num_queries(0):
        assert find_items([{}, {}]) == [None, None]


@given(st.dictionaries(st.sampled_from([*rules.LABELS, "other"]), st.text(max_size=300)))
def test_every_name_read_from_labels_can_be_asked_for(labels: dict[str, str]) -> None:
    for label, name in rules.names_in(labels):
        assert label in labels
        assert rules.is_sound_name(name)
        name.encode()


@given(st.text(max_size=200))
def test_a_slug_made_of_anything_is_sound_or_empty(text: str) -> None:
    slug = rules.slug_of(text)
    assert slug == "" or rules.slug_fault(slug) is None
