"""The page of a source's mapping: tried with a sample, kept, and never lost to somebody else's change."""

import json

import pytest
from django.test import Client

from selaras.domains.events.actions.mapping import set_mapping
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.queries.mapping import get_mapping
from selaras.domains.people.contracts import Role
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db

SAMPLE = json.dumps({"rows": [{"a": "Oven hot", "w": "P1", "q": "raised", "m": "plant-3"}]})
EMPTY = dict.fromkeys(
    ["each", "name", "host", "service", "severity", "state", "summary", "description", "start", "end", "key", "url"], ""
)


@pytest.fixture
def source() -> int:
    return create_source(by=SYSTEM, name="Plant").id


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, language="en"))


def test_a_sample_is_guessed_and_nothing_is_kept(client: Client, source: int) -> None:
    answer = client.post(
        f"/sources/{source}/mapping", {**EMPTY, "sample": '{"title": "Disk", "host": "db1"}', "do": "try"}
    )
    assert answer.status_code == 200
    assert '<strong class="wrap">Disk</strong>' in answer.content.decode()
    assert get_mapping(SYSTEM, source).version == 0


def test_paths_are_tried_and_kept(client: Client, source: int) -> None:
    paths = {"each": "rows", "name": "a", "severity": "w", "state": "q", "host": "m"}
    given = {**EMPTY, **paths, "sample": SAMPLE, "seen": 0}
    tried = client.post(f"/sources/{source}/mapping", {**given, "do": "try"}).content.decode()
    assert "Oven hot" in tried
    assert "plant-3" in tried
    assert client.post(f"/sources/{source}/mapping", {**given, "do": "save"}).status_code == 302
    kept = get_mapping(SYSTEM, source)
    assert (kept.paths, kept.version) == (paths, 1)
    assert "Oven hot" in client.get(f"/sources/{source}/mapping").content.decode()


def test_each_path_at_fault_is_named(client: Client, source: int) -> None:
    given = {
        **EMPTY,
        "name": "a[",
        "host": "[a, b] | [[@, @], [@, @]]",
        "state": "sort_by(rows, &a)",
        "key": "@".join(["a"] * 3),
        "summary": "a." * 160 + "a",
        "url": "||".join(["a"] * 45),
        "sample": SAMPLE,
        "do": "save",
    }
    answer = client.post(f"/sources/{source}/mapping", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "This is no JMESPath",
        "it may build nothing else",
        "The function sort_by is not offered",
        "up to 300 characters",
        "up to 40 parts",
    ):
        assert words in page, words
    assert get_mapping(SYSTEM, source).version == 0


def test_a_path_or_a_sample_that_does_not_fit_is_told(client: Client, source: int) -> None:
    for given, words in (
        ({"sample": "{"}, "This is no JSON"),
        ({"sample": "5"}, "An object or a list of objects is expected."),
        ({"sample": SAMPLE, "each": "columns"}, "gives no list of objects"),
        ({"sample": SAMPLE, "name": "join(',', rows)"}, "It does not fit the sample"),
    ):
        answer = client.post(f"/sources/{source}/mapping", {**EMPTY, **given, "do": "try"})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_the_second_of_two_is_told_and_loses_nothing(client: Client, source: int) -> None:
    set_mapping(source, by=SYSTEM, paths={"name": "theirs"}, seen=0)
    given = {**EMPTY, "name": "mine", "seen": 0, "do": "save"}
    answer = client.post(f"/sources/{source}/mapping", given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "theirs" in page
    assert 'value="mine"' in page
    assert client.post(f"/sources/{source}/mapping", {**given, "seen": 1}).status_code == 302
    assert get_mapping(SYSTEM, source).paths == {"name": "mine"}


def test_only_who_keeps_sources_may(source: int) -> None:
    agent = signed_in(make_person(make_provider(), Role.AGENT))
    assert agent.get(f"/sources/{source}/mapping").status_code == 403
    assert agent.post(f"/sources/{source}/mapping", {"do": "save"}).status_code == 403
