"""Whatever is posted wherever: a clear answer, never 500."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selaras.domains.events.actions.sources import renew_token
from selaras.domains.events.models import Source
from selaras.interfaces.intake.app import owns
from selaras.interfaces.intake.dispatch import ROUTES
from tests.factories import SYSTEM
from tests.interfaces.intake.serving import JSON, intake, mounted

PATHS = [path.replace("{id}", "Prometheus") for path, methods in ROUTES.items() if "POST" in methods]
KINDS = [JSON, {"content-type": "application/x-protobuf"}, {"content-type": "application/cloudevents+json"}]
NAMES = [
    "alerts",
    "labels",
    "annotations",
    "status",
    "startsAt",
    "routing_key",
    "event_action",
    "payload",
    "summary",
    "source",
    "severity",
    "dedup_key",
    "resource",
    "event",
    "service",
    "createTime",
    "specversion",
    "id",
    "type",
    "data",
    "resourceLogs",
    "scopeLogs",
    "logRecords",
    "body",
    "host",
    "state",
    "time",
    "title",
    "tags",
    "timeout",
    "origin",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["trigger", "1.0", "firing", "\x00", "\ud800", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)
BODIES = st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode())


async def statuses(dsn: str, calls: list[tuple[str, bytes, dict[str, str]]]) -> list[tuple[str, bytes, int]]:
    async with intake(dsn) as client:
        return [
            (path, body[:200], (await client.post(path, content=body, headers=kind)).status_code)
            for path, body, kind in calls
        ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PATHS), BODIES, st.sampled_from(KINDS)), min_size=40, max_size=60))
def test_anything_anywhere_is_answered_clearly(dsn: str, calls: list[Any]) -> None:
    token = renew_token(Source.objects.get().pk, by=SYSTEM)
    proved = [(path, with_key(body, token) if path.startswith("/v2/") else body, kind) for path, body, kind in calls]
    assert [each for each in asyncio.run(statuses(dsn, proved)) if each[2] >= 500] == []


def with_key(body: bytes, token: str) -> bytes:
    """A body with the key without which PagerDuty's format is not read."""
    try:
        event = json.loads(body)
    except ValueError:
        return body
    action = {"event_action": "trigger"} if body[-2:-1] == b"}" else {}
    return json.dumps({**event, **action, "routing_key": token}).encode() if isinstance(event, dict) else body


LONG = "x" * (1 << 20)
UGLY: list[Any] = [
    dict.fromkeys(NAMES[:12], LONG),
    {name: {LONG: LONG} for name in NAMES[-5:]},
    json.loads('{"a":' * 400 + "1" + "}" * 400),
    {"title": "x", "time": 1e300, "startsAt": -1, "status": "firing"},
    {"resource": "a", "event": "b", "createTime": "9999-12-31T23:59:59Z", "severity": "major"},
    {"alerts": [{"labels": {"a": "\x00", "\ud800": "\ud800"}, "status": "firing", "startsAt": "9999-12-31T23:59:59Z"}]},
    {"title": 10**400},
]


@pytest.mark.parametrize("number", range(len(UGLY)))
def test_the_ugly_is_answered_clearly(dsn: str, number: int) -> None:
    body = json.dumps(UGLY[number]).encode()
    answers = asyncio.run(statuses(dsn, [(path, body, kind) for path in PATHS for kind in KINDS]))
    assert [each for each in answers if each[2] >= 500] == []


def test_each_format_is_reached_when_intake_is_mounted(dsn: str) -> None:
    async def run() -> list[httpx.Response]:
        async with mounted(dsn) as client:
            return [await client.post(path, content=b"[", headers=JSON) for path in PATHS]

    assert all(owns(path) for path in PATHS)
    assert {answer.status_code for answer in asyncio.run(run())} <= {400, 415}
