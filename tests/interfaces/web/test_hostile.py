"""What people paste and type that is made to harm: told what is wrong with it, at once, and never a failure."""

import json
import time

import pytest
from django.test import Client

from selaras.domains.events.actions.sources import create_source
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from tests.domains.events.build import fire
from tests.factories import SYSTEM, make_person, make_provider
from tests.interfaces.web.test_mapping import EMPTY
from tests.interfaces.web.world import signed_in

pytestmark = pytest.mark.django_db

DEEP = 10_000
BACKTRACKS = "(a+)+$|(a|aa)+b|(.*)*x"


@pytest.fixture
def client() -> Client:
    return signed_in(make_person(make_provider(), Role.ADMINISTRATOR, language="en"))


SAMPLES = {
    "lists without end": "[" * DEEP,
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "a number past all": '{"title": "x", "value": 1e999, "other": NaN}',
    "halves of pairs": '{"title": "\\ud800", "\\udfff": 1}',
    "U+0000": '{"title": "a\\u0000b"}',
    "json in json in json": json.dumps({"message": json.dumps({"message": json.dumps({"message": "[" * DEEP})})}),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
@pytest.mark.parametrize("do", ["try", "keep"])
def test_a_sample_made_to_harm(client: Client, sample: str, do: str) -> None:
    source = create_source(by=SYSTEM, name="Plant").id
    answer = client.post(f"/sources/{source}/mapping", {**EMPTY, "sample": sample, "do": do})
    assert answer.status_code in (200, 302, 422)


@pytest.mark.parametrize(
    "path",
    [
        "(" * 140 + "a" + ")" * 140,  # within the length, deeper than a parser likes
        "a" + "[*]" * 39,
        "a" + "[]" * 39,
        "a" + ".a" * 140,
        "join(',', [" + ",".join(["a"] * 60) + "])",
        "@" + " | @" * 60,
        "a" + "|| a" * 60,
        "keys(@)" + "[].keys(@)" * 20,
    ],
)
def test_a_mapping_that_loops_or_explodes(client: Client, path: str) -> None:
    """Each part of a path may at most walk what is there: the time stays small, or the path is refused."""
    source = create_source(by=SYSTEM, name="Plant").id
    value: object = "x"
    for _ in range(12):
        value = {"a": [value, value]}
    began = time.process_time()
    given = {**EMPTY, "sample": json.dumps(value), "name": path, "do": "try"}
    answer = client.post(f"/sources/{source}/mapping", given)
    assert answer.status_code in (200, 422)
    assert time.process_time() - began < 5


FILES = {
    "deep lists": "rules: " + "[" * DEEP + "]" * DEEP,
    "deep objects": "rules: " + "{a: " * DEEP + "1" + "}" * DEEP,
    "laughs": "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    + "rules: *a8\n",
    "a loop": "rules: &r [*r]",
    "a rule that holds itself": "rules:\n  - &r\n    name: x\n    class: warning\n    when: *r\n",
    "a tag": "rules: !!python/object/apply:os.system ['true']",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_a_rule_file_made_to_harm(client: Client, text: str) -> None:
    began = time.process_time()
    answer = client.post("/rules/file", {"file": text, "do": "look"})
    assert answer.status_code == 422
    assert time.process_time() - began < 10


def test_what_backtracks_elsewhere_is_quick_wherever_one_can_type_a_pattern(client: Client) -> None:
    source = create_source(by=SYSTEM, name="Prometheus").id
    fire(source, clock.now(), alertname="a" * 5000)
    began = time.process_time()
    assert client.get("/alerts", {"q": f'alertname=~"{BACKTRACKS}"'}).status_code == 200
    assert client.get("/alerts", {"q": f'alertname!~"{BACKTRACKS}"'}).status_code == 200
    assert client.get("/alerts", {"q": 'alertname=~"(((((a{1000}){1000}){1000}"'}).status_code in (200, 422)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "1.5"])
@pytest.mark.parametrize(
    "address",
    [
        "/?team={0}&assignee={0}&priority={0}",
        "/alerts?source={0}&item={0}&rule={0}&service={0}&together={0}",
        "/organisations?after={0}",
        "/silences/new?alert={0}&organisation_id={0}",
        "/new?model_id={0}",
        "/people?after={0}&organisation={0}",
        "/duty/pages?after={0}",
        "/operations/runs?after={0}",
        "/problems?after={0}",
    ],
)
def test_what_only_looks_like_a_number_is_none(client: Client, address: str, number: str) -> None:
    assert client.get(address.format(number)).status_code in (200, 404, 422)


def test_a_form_over_the_limit_is_told_the_limit(client: Client) -> None:
    answer = client.post("/rules/file", {"file": "x" * 3_000_000, "do": "look"})
    assert answer.status_code == 413
    assert "larger than a form may be (2.5\xa0MB)" in answer.content.decode()
