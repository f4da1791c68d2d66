"""The disk fills up in a storm: told plainly everywhere, nothing accepted is lost, nobody is called twice, and it goes
on by itself once there is room. Also where PostgreSQL itself has to give up."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from selaras.interfaces.cli import postgres
from tests.journeys.channel import Channel, counting
from tests.journeys.harness import Installation, Running, until
from tests.journeys.on_call import LOOPBACK, each_cause_was_paged_once, put_on_call
from tests.journeys.small_disk import SmallDisk, small_disk
from tests.journeys.storm import Storm, know_this_machine, stored, storm
from tests.journeys.strikes import more

pytestmark = pytest.mark.real("mount")


@pytest.fixture
def channel() -> Iterator[Channel]:
    with counting() as one:
        yield one


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk() as one:
        yield one


@pytest.fixture
def installation(disk: SmallDisk, channel: Channel, tmp_path: Path) -> Installation:
    one = Installation(disk.home, settings=LOOPBACK, logs=tmp_path)
    one.run("migrate")
    know_this_machine(one)
    put_on_call(one, channel.address())
    return one


def ask(port: int, method: str, path: str, body: object = None) -> tuple[int, str, str]:
    """Status, Retry-After and text of an answer, to a browser with a session."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Content-Type": "application/json", "Accept-Language": "en", "Cookie": f"sessionid={'x' * 32}"}
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Retry-After", ""), answer.read().decode()
    finally:
        connection.close()


def post(port: int, name: str) -> tuple[int, str, str]:
    """One alert of this name."""
    return ask(port, "POST", "/api/v2/alerts", [{"labels": {"alertname": name}}])


def it_goes_on(running: Running, installation: Installation, channel: Channel, one: Storm) -> None:
    """Without a hand on it."""
    until(more(one), "posts are answered again", 90)
    assert ask(running.port, "GET", "/-/ready")[0] == 200
    until(lambda: "There is room on the disk again." in running.said(), "the log tells of it")
    one.end()
    assert not running.ended()
    until(lambda: one.answered - stored(installation) == set(), "all is stored")
    each_cause_was_paged_once(installation, channel)


def test_a_full_disk_is_told_and_nothing_is_lost_or_doubled(
    installation: Installation, disk: SmallDisk, channel: Channel
) -> None:
    with installation.up() as running:
        with storm(running.port) as one:
            until(more(one), "the storm has begun", 60)
            until(lambda: channel.told, "the first page is heard", 60)
            keep_files_to_write_ahead_in(installation)
            with psycopg.connect(postgres.dsn(installation.home), autocommit=True) as database:
                writers = connections_of_intake(database, "folded")
                disk.fill()
                until(lambda: "the disk is full" in running.said(), "the log tells of it")
                until(lambda: one.refused > 100, "posts are refused", 60)
                assert writers
                assert writers <= connections_of_intake(database)
            late: dict[str, tuple[int, str, str]] = {}

            def is_refused() -> bool:
                # A few still fit into what the database's own files have free.
                disk.fill()
                late[f"late-{len(late)}"] = answer = post(running.port, f"late-{len(late)}")
                return answer[:2] == (503, "2") and "the disk of the database is full" in answer[2]

            until(is_refused, "a post is refused, and told why")
            until(lambda: ask(running.port, "GET", "/-/ready")[:2] == (503, "2"), "intake says that it is not ready")
            status, _, said = ask(running.port, "GET", "/account/login/")
            # PostgreSQL gives no new connection while it cannot write the file that one begins with.
            assert status == 200 or (status == 503 and "The disk is full" in said), said
            disk.empty()
            it_goes_on(running, installation, channel, one)
        fitted = {name for name, (status, *_) in late.items() if status == 200}
        assert stored(installation) & late.keys() == fitted


def test_a_database_that_gives_up_is_brought_up_again_once_there_is_room(
    installation: Installation, disk: SmallDisk, channel: Channel
) -> None:
    with installation.up() as running:
        with storm(running.port) as one:
            until(more(one), "the storm has begun", 60)
            use_up_what_is_kept_to_write_ahead_in(installation, disk)
            until(lambda: "The database has ended" in running.said(), "its end is seen")
            until(lambda: running.said().count("the disk is full") >= 2, "the log says why it does not start")
            for method, path, words in (
                ("GET", "/", "The disk is full"),
                ("POST", "/api/v2/alerts", "the database is not available"),
            ):
                status, after, said = ask(running.port, method, path, [{"labels": {"alertname": "late"}}])
                assert status == 503, said
                assert after
                assert words in said
            disk.empty()
            it_goes_on(running, installation, channel, one)
        assert "late" not in stored(installation)


def keep_files_to_write_ahead_in(installation: Installation) -> None:
    """As of a database that has run for a while: a checkpoint keeps what was written ahead for use again. Without them
    it may give up before anything is asked of it: what is refused writes ahead, too."""
    with psycopg.connect(postgres.dsn(installation.home), autocommit=True) as database:
        for _ in range(4):
            database.execute("SELECT pg_logical_emit_message(true, 'test', 'x'), pg_switch_wal()")
        database.execute("CHECKPOINT")
        ahead = "SELECT count(*) FROM pg_ls_waldir() WHERE name > pg_walfile_name(pg_current_wal_lsn())"
        kept = database.execute(ahead).fetchone()
    assert kept is not None
    assert kept[0] >= 2


def connections_of_intake(database: psycopg.Connection[tuple[int, ...]], asked_last: str = "") -> set[int]:
    """By the process that serves each; those of them whose last statement holds this word."""
    asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'selaras-intake' AND strpos(query, %s) > 0"
    return {row[0] for row in database.execute(asked, [asked_last])}


def use_up_what_is_kept_to_write_ahead_in(installation: Installation, disk: SmallDisk) -> None:
    """Fill the disk, and what is kept of the write-ahead log file by file, as a long storm does, until the database
    gives up. On one connection: PostgreSQL gives no other while it cannot write the file that one begins with."""
    with psycopg.connect(postgres.dsn(installation.home), autocommit=True) as database:
        disk.fill()

        def gave_up() -> bool:
            try:
                database.execute("SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000)), pg_switch_wal()")
            except psycopg.OperationalError:
                return not postgres.is_running(installation.home)
            return False

        until(gave_up, "the database has no room to write ahead", 60)
