"""`/api/v2/silences` as Alertmanager 0.25 has it, on both ways in; its answers were compared side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from selaras.domains.events.actions.sources import create_source
from tests.factories import SYSTEM, make_organisation
from tests.interfaces.intake.serving import intake, mounted

Serve = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
BOTH = pytest.mark.parametrize("serve", [intake, mounted], ids=["own server", "mounted"])
UNKNOWN = "11111111-1111-4111-8111-111111111111"


def moment(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def body(**changed: Any) -> dict[str, Any]:
    matchers = [{"name": "a", "value": "b", "isRegex": False, "isEqual": True}]
    whole = {"matchers": matchers, "startsAt": moment(0), "endsAt": moment(3600), "createdBy": "me", "comment": "c"}
    return {name: value for name, value in {**whole, **changed}.items() if value != "left out"}


def matcher(name: str = "a", value: str = "b", *, regex: bool = False, equal: bool = True) -> list[dict[str, Any]]:
    return [{"name": name, "value": value, "isRegex": regex, "isEqual": equal}]


def run(dsn: str, serve: Serve, work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with serve(dsn) as client:
            await work(client)

    asyncio.run(whole())


async def put(client: httpx.AsyncClient, **changed: Any) -> httpx.Response:
    return await client.post("/api/v2/silences", json=body(**changed))


async def made(client: httpx.AsyncClient, **changed: Any) -> str:
    answer = await put(client, **changed)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["silenceID"])


async def states(client: httpx.AsyncClient) -> dict[str, str]:
    return {row["id"]: row["status"]["state"] for row in (await client.get("/api/v2/silences")).json()}


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"matchers": []}, 422, "matchers in body should have at least 1 items"),
    ({"matchers": "left out"}, 422, "matchers in body is required"),
    ({"comment": "left out"}, 422, "comment in body is required"),
    ({"createdBy": None}, 422, "createdBy in body is required"),
    ({"startsAt": "left out"}, 422, "startsAt in body is required"),
    ({"endsAt": "left out"}, 422, "endsAt in body is required"),
    ({"matchers": [{"name": "a", "value": "b"}]}, 422, "matchers.0.isRegex in body is required"),
    ({"matchers": [{"name": "a", "isRegex": False}]}, 422, "matchers.0.value in body is required"),
    ({"matchers": matcher("")}, 400, 'silence invalid: invalid label matcher 0: invalid label name ""'),
    ({"matchers": matcher("a-b")}, 400, 'silence invalid: invalid label matcher 0: invalid label name "a-b"'),
    ({"matchers": matcher(value="(", regex=True)}, 400, 'invalid label matcher 0: invalid regular expression "("'),
    ({"matchers": matcher(value="")}, 400, "at least one matcher must not match the empty string"),
    ({"matchers": matcher(value=".*", regex=True)}, 400, "at least one matcher must not match the empty string"),
    ({"startsAt": moment(100), "endsAt": moment(50)}, 400, "start time must be before end time"),
    ({"startsAt": moment(-100), "endsAt": moment(-50)}, 400, "Failed to create silence: end time can't be in the past"),
    ({"startsAt": "x"}, 400, "startsAt is not a time by RFC 3339: x"),
    ({"comment": 5}, 400, "parsing silence body"),
    ({"comment": "\0"}, 400, "U+0000"),
    ({"id": UNKNOWN}, 404, "silence not found"),
    ({"id": "nonsense"}, 404, "silence not found"),
]


@BOTH
def test_what_cannot_be_a_silence_is_refused_in_alertmanagers_words(dsn: str, serve: Serve) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        for changed, status, words in REFUSED:
            answer = await put(client, **changed)
            told = answer.json()
            assert answer.status_code == status, changed
            assert words in (told if isinstance(told, str) else told["message"]), changed
        for raw, status in ((b"", 422), (b"null", 422), (b"{", 400), (b"[]", 400), (b'{"comment":"\xff"}', 400)):
            headers = {"content-type": "application/json"}
            answer = await client.post("/api/v2/silences", content=raw, headers=headers)
            assert answer.status_code == status, raw
        assert (await client.post("/api/v2/silences", content=b"{}")).status_code == 415
        assert (await put(client, comment="x" * 300_000)).status_code == 413
        assert await states(client) == {}

    run(dsn, serve, work)


@BOTH
def test_a_silence_is_read_as_it_was_written(dsn: str, serve: Serve) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        silence = await made(client, matchers=matcher("a", "x|y", regex=True, equal=False))
        row = (await client.get(f"/api/v2/silence/{silence}")).json()
        assert row["status"] == {"state": "active"}
        assert row["matchers"] == matcher("a", "x|y", regex=True, equal=False)
        assert (row["createdBy"], row["comment"]) == ("me", "c")
        assert (await client.get(f"/api/v2/silence/{UNKNOWN}")).status_code == 404
        assert (await client.get("/api/v2/silence/nonsense")).json()["code"] == 601
        assert (await client.get("/api/v2/silence/")).status_code == 404
        assert (await client.put(f"/api/v2/silence/{silence}")).headers["allow"] == "GET,DELETE"

    run(dsn, serve, work)


@BOTH
def test_it_is_edited_replaced_and_ended_as_alertmanager_does(dsn: str, serve: Serve) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        first = await made(client)
        starts = (await client.get(f"/api/v2/silence/{first}")).json()["startsAt"]
        assert await made(client, id=first, startsAt=starts, endsAt=moment(7200), comment="longer") == first
        assert (await client.get(f"/api/v2/silence/{first}")).json()["comment"] == "longer"
        second = await made(client, id=first, startsAt=starts, matchers=matcher(value="c"))
        assert await states(client) == {second: "active", first: "expired"}
        third = await made(client, id=second, startsAt=moment(50), matchers=matcher(value="c"))
        assert await states(client) == {third: "pending", second: "expired", first: "expired"}
        fourth = await made(client, id=third, startsAt=moment(-50), matchers=matcher(value="c"))
        assert (await states(client))[fourth] == "active"
        assert (await client.delete(f"/api/v2/silence/{fourth}")).status_code == 200
        assert (await client.delete(f"/api/v2/silence/{fourth}")).status_code == 200
        assert set((await states(client)).values()) == {"expired"}
        assert await made(client, id=fourth) != fourth
        assert (await client.delete(f"/api/v2/silence/{UNKNOWN}")).status_code == 404

    run(dsn, serve, work)


@BOTH
def test_they_are_listed_in_order_and_filtered_to_the_letter(dsn: str, serve: Serve) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        late = await made(client, endsAt=moment(7200))
        soon = await made(client, matchers=matcher("z", "x|y", regex=True))
        pending = await made(client, startsAt=moment(60))
        assert list(await states(client)) == [soon, late, pending]

        async def found(text: str) -> list[str]:
            answer = await client.get("/api/v2/silences", params={"filter": text})
            return [row["id"] for row in answer.json()]

        assert await found('z=~"x|y"') == [soon]
        assert await found('z="x"') == []
        assert set(await found("a=b")) == {late, pending}
        assert (await client.get("/api/v2/silences", params={"filter": "{{"})).status_code == 400

    run(dsn, serve, work)


@BOTH
def test_a_silenced_alert_says_by_what(dsn: str, serve: Serve) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        alerts = [{"labels": {"alertname": name, "q": name}} for name in ("A", "B")]
        assert (await client.post("/api/v2/alerts", json=alerts)).status_code == 200
        silence = await made(client, matchers=matcher("q", "A"))

        async def names(**params: str) -> list[str]:
            rows = (await client.get("/api/v2/alerts", params=params)).json()
            return sorted(row["labels"]["alertname"] for row in rows)

        rows = {r["labels"]["alertname"]: r["status"] for r in (await client.get("/api/v2/alerts")).json()}
        assert (rows["A"]["state"], rows["A"]["silencedBy"]) == ("suppressed", [silence])
        assert (rows["B"]["state"], rows["B"]["silencedBy"]) == ("active", [])
        assert await names(silenced="false") == ["B"]
        assert await names(active="no") == ["A"]
        assert await names(active="false", silenced="0") == []
        assert await names(inhibited="false", unprocessed="false", active="TRUE", silenced="") == ["A", "B"]
        assert await names(receiver="nobody") == []
        (group,) = (await client.get("/api/v2/alerts/groups", params={"silenced": "false"})).json()
        assert (group["labels"], group["receiver"]) == ({}, {"name": "selaras"})
        assert [row["labels"]["alertname"] for row in group["alerts"]] == ["B"]
        assert (await client.get("/api/v2/alerts/groups", params={"filter": "q=C"})).json() == []
        await client.delete(f"/api/v2/silence/{silence}")
        assert await names(silenced="false") == ["A", "B"]

    run(dsn, serve, work)


def test_no_source_reads_or_ends_another_customers_silence(dsn: str) -> None:
    tokens = [create_source(by=SYSTEM, name=f"Customer {n}", organisation_id=make_organisation()).token for n in (1, 2)]

    async def work(client: httpx.AsyncClient) -> None:
        headers = [{"authorization": f"Bearer {token}"} for token in tokens]
        silence = (await client.post("/api/v2/silences", json=body(), headers=headers[0])).json()["silenceID"]
        address = f"/api/v2/silence/{silence}"
        for stranger in (headers[1], {}):
            assert (await client.get(address, headers=stranger)).status_code == 404
            assert (await client.delete(address, headers=stranger)).status_code == 404
            assert (await client.get("/api/v2/silences", headers=stranger)).json() == []
            taken = await client.post("/api/v2/silences", json=body(id=silence), headers=stranger)
            assert taken.status_code == 404
        assert (await client.get(address, headers=headers[0])).json()["status"]["state"] == "active"

    run(dsn, intake, work)


def test_a_probe_may_ask_for_the_head_alone(dsn: str) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        for path in ("/-/healthy", "/-/ready"):
            answer = await client.head(path)
            assert (answer.status_code, answer.content) == (200, b"")

    run(dsn, intake, work)
