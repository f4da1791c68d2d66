"""`/api/v2/alerts` as Alertmanager has it: what is taken, what is refused and how, on both ways in."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from selaras.domains.events.contracts import FIRING, RESOLVED
from selaras.domains.events.models import Alert, Assessment, Change, RawBatch
from selaras.kernel import clock
from tests.interfaces.intake.serving import JSON, intake, mounted

Serve = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

BOTH = pytest.mark.parametrize("serve", [intake, mounted], ids=["own server", "mounted"])
ALERTS = "/api/v2/alerts"


def post(dsn: str, body: bytes | list[Any], serve: Serve = intake, **settings: Any) -> httpx.Response:
    async def run() -> httpx.Response:
        async with serve(dsn, **settings) as client:
            return await client.post(
                ALERTS, content=body if isinstance(body, bytes) else json.dumps(body).encode(), headers=JSON
            )

    return asyncio.run(run())


def get(dsn: str, path: str) -> httpx.Response:
    async def run() -> httpx.Response:
        async with intake(dsn) as client:
            return await client.get(path)

    return asyncio.run(run())


def stored() -> list[dict[str, str]]:
    return list(Alert.objects.order_by("id").values_list("labels", flat=True))


@BOTH
def test_what_is_answered_200_is_stored(dsn: str, serve: Serve) -> None:
    answer = post(dsn, [{"labels": {"alertname": "Down", "x": ""}, "annotations": {"s": "text ☂"}}], serve)
    assert (answer.status_code, answer.content) == (200, b"")
    alert = Alert.objects.get()
    assert (alert.labels, alert.annotations, alert.state) == ({"alertname": "Down"}, {"s": "text ☂"}, FIRING)
    assert alert.timed_out
    assert alert.ends_at - alert.starts_at == timedelta(minutes=5)
    assert RawBatch.objects.count() == Change.objects.count() == 1


REFUSED: list[tuple[str, bytes, int, str]] = [
    ("malformed", b'[{"labels":}]', 400, "line 1 column 12"),
    ("cut short", b'[{"labels":{"a":"b"}}', 400, "line 1 column 22"),
    ("not a list", b'{"labels":{}}', 400, "a list of alerts is expected, not an object"),
    ("nothing", b"", 422, "alerts in body is required"),
    ("invalid UTF-8", b'[{"labels":{"a":"\xff"}}]', 400, "invalid UTF-8 at byte 17"),
    ("invalid UTF-8 in what is ignored", b'[{"labels":{"a":"b"},"z":"\xff"}]', 400, "invalid UTF-8"),
    ("nested without end", b"[" * 100_000, 400, "RecursionError"),
]


@BOTH
def test_a_body_that_cannot_be_read_is_refused_whole(dsn: str, serve: Serve) -> None:
    async def run() -> None:
        async with serve(dsn) as client:
            for name, body, status, words in REFUSED:
                answer = await client.post(ALERTS, content=body, headers=JSON)
                assert (name, answer.status_code) == (name, status)
                assert words in answer.json()["message"], name

    asyncio.run(run())
    assert stored() == []


GOOD = {"labels": {"alertname": "Good"}}
NAMED: list[tuple[str, Any, str]] = [
    ("not an object", 5, "alert 1: alert: an object is expected, not a number"),
    ("null", None, "alert 1: alert: an object is expected, not null"),
    ("no labels", {"annotations": {}}, "alert 1: labels: is required"),
    ("empty labels", {"labels": {}}, "alert 1: labels: at least one label pair required"),
    ("only empty values", {"labels": {"a": ""}}, "alert 1: labels: at least one label pair required"),
    ("label name", {"labels": {"a-b": "1"}}, 'alert 1: labels: invalid name "a-b"'),
    ("label is a number", {"labels": {"a": 1}}, "alert 1: labels.a: a string is expected, not a number"),
    ("labels are a list", {"labels": ["a"]}, "alert 1: labels: an object is expected, not a list"),
    (
        "annotation name",
        {"labels": {"a": "1"}, "annotations": {"b c": "1"}},
        'alert 1: annotations: invalid name "b c"',
    ),
    ("annotations text", {"labels": {"a": "1"}, "annotations": "x"}, "alert 1: annotations: an object is expected"),
    ("NUL", {"labels": {"a": "x\0y"}}, "alert 1: labels.a: contains U+0000"),
    (
        "NUL in annotation",
        {"labels": {"a": "x"}, "annotations": {"b": "\0"}},
        "alert 1: annotations.b: contains U+0000",
    ),
    ("half a surrogate", {"labels": {"a": "\ud800"}}, "alert 1: labels.a: contains half of a surrogate pair"),
    (
        "1 MB value",
        {"labels": {"a": "x" * (1 << 20)}},
        "alert 1: labels.a: value of 1048576 bytes is larger than 65536",
    ),
    ("many large", {"labels": {f"l{n}": "x" * 60_000 for n in range(5)}}, "are larger than 262144"),
    ("time", {"labels": {"a": "1"}, "startsAt": "yesterday"}, "alert 1: startsAt: not a time by RFC 3339: yesterday"),
    ("time is a list", {"labels": {"a": "1"}, "endsAt": [1]}, "alert 1: endsAt: a string is expected, not a list"),
    (
        "ends before it starts",
        {"labels": {"a": "1"}, "startsAt": "2024-01-02T00:00:00Z", "endsAt": "2024-01-01T00:00:00Z"},
        "alert 1: endsAt: start time must be before end time",
    ),
    ("generator", {"labels": {"a": "1"}, "generatorURL": "javascript:alert(1)"}, "alert 1: generatorURL: must be"),
    ("generator is a number", {"labels": {"a": "1"}, "generatorURL": 1}, "alert 1: generatorURL: a string is expected"),
    ("long generator", {"labels": {"a": "1"}, "generatorURL": "http://" + "x" * 9000}, "alert 1: generatorURL: longer"),
]


@BOTH
def test_a_bad_alert_is_named_and_its_neighbours_are_kept(dsn: str, serve: Serve) -> None:
    async def run() -> None:
        async with serve(dsn) as client:
            for number, (name, bad, words) in enumerate(NAMED):
                neighbours = [{"labels": {"alertname": "Good", "n": f"{number}{side}"}} for side in "lr"]
                body = json.dumps([neighbours[0], bad, neighbours[1]]).encode()
                answer = await client.post(ALERTS, content=body, headers=JSON)
                assert (name, answer.status_code) == (name, 400)
                assert words in answer.json(), name

    asyncio.run(run())
    assert len(stored()) == 2 * len(NAMED)
    assert {labels["alertname"] for labels in stored()} == {"Good"}


def test_every_bad_alert_is_named_up_to_a_hundred(dsn: str) -> None:
    answer = post(dsn, [{"labels": {"a-b": "1"}}] * 150)
    assert answer.json().count("invalid name") == 100
    assert "and 50 more" in answer.json()


def test_ten_thousand_alerts_in_one_post(dsn: str) -> None:
    alerts = [{"labels": {"alertname": "Many", "n": str(n)}, "annotations": {"s": "x" * 200}} for n in range(10_000)]
    assert post(dsn, alerts).status_code == 200
    assert Alert.objects.count() == 10_000


@BOTH
def test_a_body_over_the_limit(dsn: str, serve: Serve) -> None:
    async def run() -> None:
        async def pieces() -> Any:
            for _ in range(30):
                yield b" " * 100

        async with serve(dsn, body_limit=2000) as client:
            whole = await client.post(ALERTS, content=b" " * 3000, headers=JSON)
            streamed = await client.post(ALERTS, content=pieces(), headers=JSON)
            for answer in (whole, streamed):
                assert (answer.status_code, answer.json()["message"]) == (413, "the body is larger than 2000 bytes")
            assert (await client.post(ALERTS, content=b"[]", headers=JSON)).status_code == 200

    asyncio.run(run())


@BOTH
def test_the_wrong_content_type_method_or_path(dsn: str, serve: Serve) -> None:
    async def run() -> None:
        async with serve(dsn) as client:
            for headers in ({"content-type": "text/plain"}, {}, {**JSON, "content-encoding": "gzip"}):
                assert (await client.post(ALERTS, content=b"[]", headers=headers)).status_code == 415
            charset = {"content-type": "Application/JSON; charset=utf-8"}
            assert (await client.post(ALERTS, content=b"[]", headers=charset)).status_code == 200
            put = await client.put(ALERTS, content=b"[]", headers=JSON)
            assert (put.status_code, put.headers["allow"]) == (405, "POST,GET")
            assert (await client.get("/api/v2/nothing")).json()["code"] == 404

    asyncio.run(run())


def test_times(dsn: str) -> None:
    def at(**times: str) -> Alert:
        Alert.objects.all().delete()
        assert post(dsn, [{"labels": {"a": "1"}, **times}]).status_code == 200
        return Alert.objects.get()

    far = at(endsAt="9999-12-31T23:59:59-05:00")
    assert (far.state, far.ends_at.year, far.starts_at) == (FIRING, 9999, far.ends_at)
    zero = at(startsAt="0001-01-01T00:00:00.000Z", endsAt="0001-01-01T00:00:00Z")
    assert zero.timed_out
    assert abs(zero.starts_at - datetime.now(UTC)) < timedelta(minutes=1)
    over = at(startsAt="2024-01-01T00:00:00.123456789Z", endsAt="2024-01-01T08:00:00+07:00")
    assert (over.state, over.ends_at) == (RESOLVED, datetime(2024, 1, 1, 1, tzinfo=UTC))
    assert over.starts_at == datetime(2024, 1, 1, 0, 0, 0, 123457, tzinfo=UTC)
    naive = at(startsAt="2024-01-01T00:00:00", endsAt="")
    assert (naive.starts_at, naive.timed_out) == (datetime(2024, 1, 1, tzinfo=UTC), True)
    only_end = at(endsAt="2024-01-01T00:00:00Z")
    assert (only_end.starts_at, only_end.state) == (only_end.ends_at, RESOLVED)


def test_null_and_unknown_fields_are_as_good_as_none(dsn: str) -> None:
    nulls = {"annotations": None, "startsAt": None, "endsAt": None, "generatorURL": None, "what": {"else": [1, 2.5]}}
    assert post(dsn, [{"labels": {"a": "1", "b": None}, **nulls}]).status_code == 200
    assert stored() == [{"a": "1"}]
    assert post(dsn, b"null").status_code == 200


def test_the_order_of_labels_is_of_no_account(dsn: str) -> None:
    post(dsn, b'[{"labels":{"a":"1","b":"2"}},{"labels":{"b":"2","a":"1"}},{"labels":{"b":"2","c":"","a":"1"}}]')
    alert = Alert.objects.get()
    assert (alert.labels, alert.received) == ({"a": "1", "b": "2"}, 3)


def test_reads_back_what_fires(dsn: str) -> None:
    async def run() -> dict[str, Any]:
        answers = {}
        async with intake(dsn) as client:
            told = [
                {"labels": {"alertname": "A", "env": "prod"}, "generatorURL": "http://p/g"},
                {"labels": {"alertname": "A", "env": "test"}, "annotations": {"s": "x"}},
                {"labels": {"alertname": "B"}, "startsAt": "2024-01-01T00:00:00Z", "endsAt": "2024-01-01T01:00:00Z"},
            ]
            await client.post(ALERTS, json=told)
            for query in (
                "", "?filter=env=prod", '?filter=env="prod"&filter=alertname=~"A|B"', "?filter=env!~p.*",
                "?filter=nothing=", "?active=false", "?receiver=sel.*", "?receiver=other",
            ):  # fmt: skip
                answers[query] = (await client.get(ALERTS + query)).json()
            answers["bad"] = await client.get(ALERTS + "?filter=a=~(")
            answers["bad receiver"] = await client.get(ALERTS + "?receiver=(")
        return answers

    found = asyncio.run(run())
    names = {
        query: [alert["labels"]["env"] for alert in found[query]] for query in found if not query.startswith("bad")
    }
    assert names == {
        "": ["prod", "test"], "?filter=env=prod": ["prod"], '?filter=env="prod"&filter=alertname=~"A|B"': ["prod"],
        "?filter=env!~p.*": ["test"], "?filter=nothing=": ["prod", "test"], "?active=false": [],
        "?receiver=sel.*": ["prod", "test"], "?receiver=other": [],
    }  # fmt: skip
    first, second = found[""]
    assert first["generatorURL"] == "http://p/g"
    assert second["annotations"] == {"s": "x"}
    assert first["status"] == {"inhibitedBy": [], "mutedBy": [], "silencedBy": [], "state": "active"}
    assert first["receivers"] == [{"name": "selaras"}]
    assert first["endsAt"].endswith("Z")
    assert (found["bad"].status_code, found["bad"].json()[:21]) == (400, "error parsing regexp:")
    assert found["bad receiver"].status_code == 400


def test_many_are_read_in_pieces(dsn: str) -> None:
    post(dsn, [{"labels": {"alertname": "Many", "n": str(n)}} for n in range(2500)])
    assert len(get(dsn, ALERTS).json()) == 2500
    assert len(get(dsn, ALERTS + '?filter=n=~"1.."').json()) == 100


@BOTH
def test_status_receivers_and_health(dsn: str, serve: Serve) -> None:
    async def run() -> None:
        async with serve(dsn) as client:
            status = (await client.get("/api/v2/status")).json()
            assert status["cluster"] == {"peers": [], "status": "disabled"}
            assert "receiver: selaras" in status["config"]["original"]
            assert (await client.get("/api/v2/receivers")).json() == [{"name": "selaras"}]
            for path in ("/-/healthy", "/-/ready"):
                assert (await client.get(path)).text == "OK"

    asyncio.run(run())


@BOTH
def test_an_alert_that_another_holds_back_says_by_which(dsn: str, serve: Serve) -> None:
    post(dsn, [{"labels": {"alertname": name}} for name in ("Site", "Host")])
    site, host = (Alert.objects.get(labels__alertname=name).pk for name in ("Site", "Host"))
    Assessment.objects.create(
        alert_id=host, alert_class="warning", reason={"text": ""}, state=FIRING, changed_at=clock.now(),
        inhibitor_id=site,
    )  # fmt: skip

    async def run(**asked: str) -> Any:
        async with serve(dsn) as client:
            return (await client.get(ALERTS, params=asked)).json()

    rows = {row["labels"]["alertname"]: row for row in asyncio.run(run())}
    assert rows["Host"]["status"]["inhibitedBy"] == [rows["Site"]["fingerprint"]]
    assert (rows["Host"]["status"]["state"], rows["Site"]["status"]["state"]) == ("suppressed", "active")
    assert [row["labels"]["alertname"] for row in asyncio.run(run(inhibited="false"))] == ["Site"]
    assert [row["labels"]["alertname"] for row in asyncio.run(run(active="false"))] == ["Host"]
