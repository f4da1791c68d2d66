"""Intake's own server: what HTTP/1.1 allows, what it forbids, and clients that misbehave."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from selaras.domains.events.models import Alert
from tests.interfaces.intake.serving import intake_port

HEAD = b"POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY = b'[{"labels":{"alertname":"Down"}}]'

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]]


def talk(dsn: str, conversation: Talk, **settings: Any) -> Any:
    """Hold a conversation with a fresh server over one raw connection."""

    async def run() -> Any:
        async with intake_port(dsn, **settings) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await asyncio.wait_for(conversation(reader, writer), 20)
            finally:
                writer.close()

    return asyncio.run(run())


def posting(body: bytes = BODY) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def status(reader: asyncio.StreamReader) -> int:
    """Read one whole answer; its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    await reader.readexactly(int(length[0][15:]))
    return int(head[9:12])


def test_one_connection_many_requests_some_ahead_of_their_answers(dsn: str) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[int]:
        writer.write(posting())
        answers = [await status(reader)]
        writer.write(b"".join(posting(b'[{"labels":{"n":"%d"}}]' % n) for n in range(100)))
        return answers + [await status(reader) for _ in range(100)]

    assert talk(dsn, conversation) == [200] * 101
    assert Alert.objects.count() == 101


def test_a_request_in_crumbs_and_in_chunks(dsn: str) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[int]:
        for n in range(0, len(posting()), 7):
            writer.write(posting()[n : n + 7])
            await writer.drain()
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(BODY[n : n + 9]), BODY[n : n + 9]) for n in range(0, len(BODY), 9))
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
        return [await status(reader), await status(reader)]

    assert talk(dsn, conversation) == [200, 200]


def test_a_sender_that_asks_first_is_told_to_go_on(dsn: str) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(BODY)
        return await status(reader)

    assert talk(dsn, conversation) == 200


def test_a_connection_that_is_to_close_is_closed_after_the_answer(dsn: str) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(posting().replace(b"Host: x", b"Connection: close"))
        return await reader.read()

    assert b"connection: close" in talk(dsn, conversation)


def test_what_is_not_http_is_refused_and_cut_off(dsn: str) -> None:
    for said, answer in (
        (b"hello\r\n\r\n", b" 400 "),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", b" 400 "),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", b" 400 "),
        (HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n", b" 431 "),
        (HEAD + b"Content-Length: 99999999\r\n\r\n", b" 413 "),
        (b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", b" 400 "),
    ):

        async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes = said) -> bytes:
            writer.write(said)
            return await reader.read()

        assert answer in talk(dsn, conversation)[:16], said[:80]


def test_bodies_that_wait_are_bounded_over_all_connections(dsn: str) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(HEAD + b"Content-Length: 3000\r\n\r\n" + b" " * 2000)
        return await reader.read()

    answer = talk(dsn, conversation, waiting_bytes=1000)
    assert b" 503 " in answer[:16]
    assert b"retry-after" in answer


def test_a_sender_that_hangs_up_in_the_middle_leaves_nothing_behind(dsn: str) -> None:
    async def run() -> None:
        async with intake_port(dsn, waiting_bytes=2500) as port:
            for _ in range(5):  # more than may wait, if anything stayed
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(HEAD + b"Content-Length: 3000\r\n\r\n" + b" " * 2000)
                await writer.drain()
                writer.transport.abort()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(posting())
            assert await status(reader) == 200
            writer.close()

    asyncio.run(run())
    assert Alert.objects.count() == 1


def test_what_was_taken_before_it_stops_is_answered_and_stored(dsn: str) -> None:
    async def one(port: int, number: int) -> int | None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(posting(b'[{"labels":{"n":"%d"}}]' % number))
        try:
            return await status(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None  # it came too late, and was not taken
        finally:
            writer.close()

    async def run() -> list[int | None]:
        async with intake_port(dsn) as port:
            asked = [asyncio.create_task(one(port, number)) for number in range(30)]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        return await asyncio.gather(*asked)

    answers = asyncio.run(run())
    assert set(answers) <= {200, None}
    stored = {int(n) for n in Alert.objects.values_list("labels__n", flat=True)}
    assert {number for number, answer in enumerate(answers) if answer == 200} == stored
