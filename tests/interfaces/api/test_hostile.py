"""Bodies made to harm, on every operation of the API that takes one: each a clear refusal, never a failure."""

import re
from typing import Any

import pytest

from selaras.domains.people.contracts import Role
from selaras.interfaces.api.main import api
from tests.factories import make_person, make_provider
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.django_db

DEEP = 10_000
BODIES: dict[str, bytes] = {
    "lists without end": b"[" * DEEP,
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"name":' * DEEP + b"1" + b"}" * DEEP,
    "deep within": b'{"name":"x","title":"x","body":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "no JSON": b'{"name":NaN,"version":1e999,"seen":Infinity}',
    "integer of 5,000 digits": b'{"seen":%b,"version":%b}' % (b"9" * 5000, b"9" * 5000),
    "halves of pairs": b'{"name":"\\ud800","title":"\\udfff","body":"\\ud800","comment":"\\udfff","text":"\\ud800"}',
    "U+0000": b'{"name":"\\u0000","title":"a\\u0000b","body":"\\u0000","comment":"\\u0000","text":"\\u0000"}',
    "a name of 1 MB": b'{"%b":"v"}' % (b"n" * 1_000_000),
}


def operations() -> list[tuple[str, str]]:
    document: dict[str, Any] = dict(api.get_openapi_schema())
    return [
        (method, re.sub(r"\{[^}]*\}", "1", path).removeprefix("/api/v1"))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    ]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_every_operation_refuses_what_is_made_to_harm(body: bytes) -> None:
    caller = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    wrong = []
    for method, path in operations():
        send = getattr(caller.client, method)
        answer = send(f"/api/v1{path}", body, content_type="application/json", headers=caller.headers)
        if not 400 <= answer.status_code < 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_a_body_over_the_limit_is_told_the_limit() -> None:
    caller = Caller(make_person(make_provider(), Role.ADMINISTRATOR))
    answer = caller.post("/incidents", title="x" * 3_000_000)
    assert (answer.status_code, answer.json()["detail"]) == (413, "The body is too large; up to 2.5\xa0MB are taken.")
