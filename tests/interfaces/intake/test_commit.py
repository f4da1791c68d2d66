"""Group commit under load and under fault: what is answered is stored, and a bad one fails alone."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import pytest
from django.db import connection

from selaras.domains.events.actions.accept import Unfolded, unpack
from selaras.domains.events.models import Alert, Change, RawBatch
from selaras.interfaces.intake import core
from selaras.interfaces.intake.commit import Committer, Overloaded, Unavailable
from selaras.interfaces.intake.settings import IntakeSettings
from selaras.kernel import clock
from tests.domains.events.build import observation
from tests.domains.events.writing import in_thread
from tests.interfaces.intake.serving import JSON, database_url, intake

ALERTS = "/api/v2/alerts"


def body(*numbers: int, name: str = "Load") -> bytes:
    return json.dumps([{"labels": {"alertname": name, "n": str(n)}} for n in numbers]).encode()


async def post(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await client.post(ALERTS, content=content, headers=JSON)


def test_many_posts_at_once_are_all_stored_and_share_commits(dsn: str) -> None:
    async def run() -> list[int]:
        async with intake(dsn) as client:

            async def sender(first: int) -> list[int]:
                return [(await post(client, body(*range(n, n + 5)))).status_code for n in range(first, first + 100, 5)]

            answers = await asyncio.gather(*(sender(first) for first in range(0, 4000, 100)))
            return [status for some in answers for status in some]

    assert asyncio.run(run()) == [200] * 800
    assert Alert.objects.count() == Change.objects.count() == 4000
    assert sum(RawBatch.objects.values_list("posts", flat=True)) == 800
    assert RawBatch.objects.count() < 800
    kept = [stored.body for batch in RawBatch.objects.all() for stored in unpack(bytes(batch.body))]
    assert len(kept) == len(set(kept)) == 800


def test_the_same_alerts_from_many_at_once_count_each_time(dsn: str) -> None:
    async def run() -> None:
        async with intake(dsn, second_from=1) as client:

            async def sender(seed: int) -> None:
                for n in range(20):
                    numbers = [(seed * 7 + n * 3 + k) % 50 for k in range(50)]
                    assert (await post(client, body(*numbers))).status_code == 200

            await asyncio.gather(*(sender(seed) for seed in range(10)))

    asyncio.run(run())
    assert Alert.objects.count() == Change.objects.count() == 50
    assert sum(Alert.objects.values_list("received", flat=True)) == 10 * 20 * 50


def test_two_intakes_that_are_told_different_things_of_one_alert(dsn: str) -> None:
    """What this one knows of an alert is no longer so when another has written it: the last one told counts."""

    def told(summary: str) -> bytes:
        return json.dumps([{"labels": {"alertname": "Disk"}, "annotations": {"summary": summary}}]).encode()

    async def run() -> None:
        async with intake(dsn) as here, intake(dsn) as there:
            for client, summary in ((here, "10 %"), (here, "10 %"), (here, "10 %"), (there, "5 %"), (here, "10 %")):
                assert (await post(client, told(summary))).status_code == 200

    asyncio.run(run())
    alert = Alert.objects.get()
    assert (alert.annotations, alert.received) == ({"summary": "10 %"}, 5)
    assert (Change.objects.count(), RawBatch.objects.count()) == (1, 5)


def test_what_is_known_ends_and_fires_again_by_key_alone(dsn: str) -> None:
    def told(**times: str) -> bytes:
        return json.dumps([{"labels": {"alertname": "Disk"}, **times}]).encode()

    async def run() -> None:
        async with intake(dsn) as client:
            for times in ({}, {}, {}, {"startsAt": "2020-01-01T00:00:00Z", "endsAt": "2020-01-01T01:00:00Z"}, {}):
                assert (await post(client, told(**times))).status_code == 200

    asyncio.run(run())
    assert list(Change.objects.order_by("id").values_list("state", "episode")) == [
        ("firing", 1), ("resolved", 1), ("firing", 2)
    ]  # fmt: skip


def test_who_asks_sees_what_was_answered_though_much_is_said_again(dsn: str) -> None:
    def told(ends: str) -> bytes:
        return json.dumps([{"labels": {"alertname": "Load", "n": str(n)}, "endsAt": ends} for n in range(300)]).encode()

    async def run() -> list[set[str]]:
        async with intake(dsn) as client:
            seen = []
            for year in range(2090, 2096):
                assert (await post(client, told(f"{year}-01-01T00:00:00Z"))).status_code == 200
                seen.append({alert["endsAt"][:4] for alert in (await client.get(ALERTS)).json()})
            return seen

    assert asyncio.run(run()) == [{str(year)} for year in range(2090, 2096)]
    assert set(Alert.objects.values_list("received", flat=True)) == {6}


def test_who_asks_sees_what_was_answered_though_many_post_at_once(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "_FOLD_AFTER", 3600)
    monkeypatch.setattr(Unfolded, "worth_it", lambda *_: True)

    async def run() -> list[tuple[int, list[int]]]:
        async with intake(dsn) as client:
            seen = []
            for first in range(0, 60, 12):
                answers = await asyncio.gather(*(post(client, body(n)) for n in range(first, first + 12)))
                assert {answer.status_code for answer in answers} == {200}
                told = await asyncio.to_thread(in_thread, Alert.objects.count)
                numbers = sorted(int(alert["labels"]["n"]) for alert in (await client.get(ALERTS)).json())
                seen.append((told, numbers))
            return seen

    found = asyncio.run(run())
    assert [numbers for _, numbers in found] == [list(range(n)) for n in range(12, 72, 12)]
    assert [told for told, _ in found] == list(range(0, 60, 12))  # answered before they were folded


def refuse_poison() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_alert ADD CHECK (labels->>'alertname' <> 'Poison')")


def test_what_the_database_refuses_fails_alone(dsn: str) -> None:
    refuse_poison()
    mixed = [{"labels": {"alertname": name}} for name in ("One", "Poison", "Two")]

    async def run() -> tuple[httpx.Response, ...]:
        async with intake(dsn) as client:
            return await asyncio.gather(
                post(client, body(1)), post(client, json.dumps(mixed).encode()), post(client, body(2))
            )

    left, bad, right = asyncio.run(run())
    assert (left.status_code, right.status_code) == (200, 200)
    assert (bad.status_code, bad.json()) == (400, "alert 1: alert: the database refuses it")
    assert set(Alert.objects.values_list("labels__alertname", flat=True)) == {"Load", "One", "Two"}
    kept = [stored.body for batch in RawBatch.objects.all() for stored in unpack(bytes(batch.body))]
    assert kept.count(json.dumps(mixed).encode()) == 1


def test_both_kinds_of_fault_are_named_by_their_place_in_the_post(dsn: str) -> None:
    refuse_poison()
    mixed = [{"labels": {}}, {"labels": {"alertname": "Fine"}}, {"labels": {"alertname": "Poison"}}]

    async def run() -> str:
        async with intake(dsn) as client:
            return str((await post(client, json.dumps(mixed).encode())).json())

    said = asyncio.run(run())
    assert said == "alert 0: labels: at least one label pair required; alert 2: alert: the database refuses it"


def end_sessions() -> int:
    """The database's administrator cuts intake off, as a restart does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'selaras-intake' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def test_connections_that_break_are_replaced(dsn: str) -> None:
    async def run() -> list[int]:
        async with intake(dsn) as client:
            statuses = [(await post(client, body(0))).status_code]
            assert await asyncio.to_thread(end_sessions) > 0
            for n in range(1, 6):
                answer = await post(client, body(n))
                while answer.status_code == 503:
                    assert answer.headers["retry-after"] == "2"
                    answer = await post(client, body(n))
                statuses.append(answer.status_code)
            return statuses

    assert asyncio.run(run()) == [200] * 6
    assert Alert.objects.count() == 6


def test_without_a_database_the_sender_is_asked_to_come_again(dsn: str) -> None:
    nowhere = dsn.replace("?host=", "?host=%2Fnonexistent")

    async def run() -> list[httpx.Response]:
        async with intake(nowhere) as client:
            return [await post(client, body(1)), await client.get(ALERTS), await client.get("/-/ready"),
                    await client.get("/-/healthy")]  # fmt: skip

    posted, read, ready, healthy = asyncio.run(run())
    assert [r.status_code for r in (posted, read, ready, healthy)] == [503, 503, 503, 200]
    assert posted.json()["message"] == "the database is not available; send again later"


def committer(connect: Any, **settings: Any) -> Committer:
    made = Committer(IntakeSettings(dsn=database_url(), **settings), connect, lambda: None)
    made.start()
    return made


def one(key: int, size: int = 1) -> Any:
    from selaras.domains.events.contracts import Post

    return Post(1, "test", b"x" * size, [observation(key.to_bytes(16, "big"), 1.7e9, 4e9)])


def test_more_than_may_wait_is_refused_and_what_waits_is_not_lost(dsn: str) -> None:
    async def run() -> list[object]:
        gate = asyncio.Event()

        async def slowly() -> Any:
            await gate.wait()
            return await asyncpg.connect(dsn)

        made = committer(slowly, waiting_alerts=3)
        waiting = [asyncio.create_task(made.commit(one(n))) for n in range(5)]
        await asyncio.wait(waiting[3:])
        gate.set()
        found: list[object] = await asyncio.gather(*waiting, return_exceptions=True)
        await made.stop()
        return found

    found = asyncio.run(run())
    assert found[:3] == [[], [], []]
    assert [type(error) for error in found[3:]] == [Overloaded, Overloaded]
    assert Alert.objects.count() == 3


def test_one_post_of_any_size_is_taken_when_nothing_waits(dsn: str) -> None:
    async def run() -> list[int]:
        made = committer(lambda: asyncpg.connect(dsn), waiting_bytes=10)
        done = await made.commit(one(1, size=1000))
        await made.stop()
        return done

    assert asyncio.run(run()) == []


def test_a_sender_that_goes_away_takes_nobody_with_it(dsn: str) -> None:
    async def run() -> list[int]:
        gate = asyncio.Event()

        async def slowly() -> Any:
            await gate.wait()
            return await asyncpg.connect(dsn)

        made = committer(slowly)
        leaving, staying = (asyncio.create_task(made.commit(one(n))) for n in (1, 2))
        await asyncio.wait([leaving], timeout=0.01)
        leaving.cancel()
        gate.set()
        done = await staying
        await made.stop()
        return done

    assert asyncio.run(run()) == []
    assert Alert.objects.count() == 2


def test_stopping_commits_what_was_taken_and_takes_no_more(dsn: str) -> None:
    async def run() -> None:
        made = committer(lambda: asyncpg.connect(dsn))
        taken = [asyncio.create_task(made.commit(one(n))) for n in range(20)]
        await asyncio.wait(taken, timeout=0)
        await made.stop()
        assert await asyncio.gather(*taken) == [[]] * 20
        with pytest.raises(Unavailable):
            await made.commit(one(99))
        link = await asyncpg.connect(dsn)
        assert await made.memory.fold(link, clock.now().timestamp()) == 20
        await link.close()

    asyncio.run(run())
    assert Alert.objects.count() == 20


class Deadlocked:
    """A connection whose first statements end in a deadlock."""

    def __init__(self, real: Any, times: int) -> None:
        self.real, self.times = real, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def prepare(self, statement: str) -> Any:
        if self.times:
            self.times -= 1
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return await self.real.prepare(statement)


def test_a_deadlock_is_tried_again(dsn: str) -> None:
    async def run() -> list[int]:
        async def unlucky() -> Any:
            return Deadlocked(await asyncpg.connect(dsn), 2)

        made = committer(unlucky)
        done = await made.commit(one(1))
        await made.stop()
        return done

    assert asyncio.run(run()) == []
    assert Alert.objects.count() == 1


def test_others_are_told_that_alerts_changed(dsn: str) -> None:
    async def run() -> str:
        told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def hear(_connection: Any, _pid: int, _channel: str, word: object) -> None:
            if not told.done():
                told.set_result(str(word))

        listener = await asyncpg.connect(dsn)
        await listener.add_listener("selaras_events", hear)
        async with intake(dsn) as client:
            await post(client, body(1))
            word = await asyncio.wait_for(told, 10)
        await listener.close()
        return word

    assert asyncio.run(run()) == "accepted"
