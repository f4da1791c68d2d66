"""Bodies made to harm, on every route of intake that takes one: each a clear answer, and the process goes on."""

import asyncio
import gzip
import json
import zlib
from typing import Any

import pytest

from selaras.interfaces.intake.dispatch import ROUTES
from tests.interfaces.intake.serving import JSON, intake, intake_port

POSTED = sorted(path.replace("{id}", "Prometheus") for path, methods in ROUTES.items() if "POST" in methods)
DEEP = 10_000


def deep(opens: bytes, closes: bytes, inner: bytes = b"1") -> bytes:
    return opens * DEEP + inner + closes * DEEP


def shaped(value: bytes) -> list[bytes]:
    """The value where each format looks for what it knows."""
    return [
        value,
        b'[{"labels":%b,"annotations":%b}]' % (value, value),
        b'{"alerts":[{"status":"firing","labels":%b}],"title":%b}' % (value, value),
        b'{"routing_key":"k","event_action":"trigger","payload":{"summary":"s","source":"h","severity":"error",'
        b'"custom_details":%b}}' % value,
        b'{"resource":"r","event":"e","environment":"x","attributes":%b,"text":%b}' % (value, value),
        b'{"specversion":"1.0","id":"1","source":"s","type":"t","data":%b}' % value,
        b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":%b,"severityNumber":17}]}]}]}' % value,
        b'{"host":"h","service":%b,"state":"CRITICAL","output":%b}' % (value, value),
        b'{"title":"t","status":"firing","value":%b}' % value,
    ]


VALUES: dict[str, bytes] = {
    "lists without end": b"[" * DEEP,
    "objects without end": b'{"a":' * DEEP,
    "deep lists": deep(b"[", b"]"),
    "deep objects": deep(b'{"a":', b"}"),
    "deep lists of objects": deep(b'[{"alerts":', b"}]"),
    "as deep as json may": b"[" * 900 + b"]" * 900,
    "a text that is deep": json.dumps("[" * DEEP + "]" * DEEP).encode(),
    "ten thousand labels": json.dumps({f"n{n}": "v" for n in range(10_000)}).encode(),
    "a key twice": b'{"alertname":"a","alertname":"b"}',
    "a number past all": b"1e999",
    "a number before all": b"-1e999",
    "no number": b"NaN",
    "infinity": b"Infinity",
    "an integer of 5,000 digits": b"9" * 5000,
    "halves of pairs": b'{"a\\ud800":"\\udfff"}',
    "nothing's own sign": b'{"alertname":"a\\u0000b"}',
    "a name of 1 MB": b'{"%b":"v"}' % (b"n" * 1_000_000),
    "a text of 1 MB": b'"%b"' % (b"t " * 500_000),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_every_route_answers_what_is_made_to_harm(dsn: str, value: bytes) -> None:
    async def run() -> list[tuple[str, int, str]]:
        found = []
        async with intake(dsn) as client:
            for path in POSTED:
                for body in shaped(value):
                    for kind in ("application/json", "application/cloudevents+json"):
                        if kind == "application/json" or "cloudevents" in path:
                            answer = await client.post(path, content=body, headers={"content-type": kind})
                            found.append((path, answer.status_code, answer.text[:200]))
            assert (await client.get("/-/healthy")).status_code == 200
        return found

    wrong = [one for one in asyncio.run(run()) if one[1] >= 500]
    assert wrong == []


BOMB = gzip.compress(b"[" + b" " * (64 << 20) + b"]")  # 64 KB that unpack to 64 MB
BOMBS: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", BOMB),
    "gzip in gzip": ("gzip", gzip.compress(BOMB)),
    "deflate": ("deflate", zlib.compress(b" " * (64 << 20))),
    "named twice": ("gzip, gzip", gzip.compress(BOMB)),
    "unknown": ("br", b"x"),
}


@pytest.mark.parametrize(("encoding", "body"), BOMBS.values(), ids=BOMBS.keys())
def test_what_unpacks_to_far_too_much_is_refused(dsn: str, encoding: str, body: bytes) -> None:
    async def run() -> list[int]:
        async with intake(dsn) as client:
            headers = {**JSON, "content-encoding": encoding}
            return [(await client.post(path, content=body, headers=headers)).status_code for path in POSTED]

    assert {status for status in asyncio.run(run()) if not 400 <= status < 500} == set()


def test_a_huge_head_is_refused(dsn: str) -> None:
    async def run() -> Any:
        async with intake(dsn) as client:
            return await client.get("/-/healthy", headers={"x-huge": "h" * 100_000})

    assert asyncio.run(run()).status_code == 431


def test_one_who_never_ends_a_request_is_cut_off_and_others_are_served(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps a connection busy for ever: a request has to be whole in time."""
    monkeypatch.setattr("selaras.interfaces.intake.connection.WHOLE", 0.2)
    monkeypatch.setattr("selaras.interfaces.intake.server.SWEEP", 0.05)

    async def run() -> tuple[int, int]:
        async with intake_port(dsn) as port, intake(dsn) as client:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /api/v2/alerts HTTP/1.1\r\nhost: x\r\n")
            drips, ended = 0, asyncio.ensure_future(reader.read())
            while not ended.done() and drips < 200:
                writer.write(b"x-%d: y\r\n" % drips)
                drips += 1
                await asyncio.wait([ended], timeout=0.02)
            writer.close()
            return drips, (await client.get("/-/healthy")).status_code

    drips, other = asyncio.run(run())
    assert drips < 200
    assert other == 200


def test_only_so_many_may_be_connected(dsn: str) -> None:
    async def run() -> list[bytes]:
        async with intake_port(dsn, connections=3) as port:
            pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
            for _, writer in pairs:
                writer.write(b"GET /-/healthy HTTP/1.1\r\nhost: x\r\n\r\n")
            answers = [await reader.readline() for reader, _ in pairs]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answers.append(await reader.readline())
            for _, one in [*pairs, (reader, writer)]:
                one.close()
            return answers

    *served, refused = asyncio.run(run())
    assert {line.split()[1] for line in served} == {b"200"}
    assert refused.split()[1] == b"503"
