"""Observations become alerts: what the one statement of the hot path does, and what the database refuses."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
import zstandard
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selaras.domains.events.actions import _flush
from selaras.domains.events.actions._accept_sql import KNOWN_STATEMENT, STATEMENT
from selaras.domains.events.actions.accept import BLOCK, NEXT_BLOCK, unpack
from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.contracts import FIRING, RESOLVED, Observation, Post
from selaras.domains.events.models import Alert, Change, RawBatch, Source
from selaras.kernel import clock
from tests.domains.events.build import NOON, clear, fire, make_source, observation
from tests.domains.events.writing import as_by_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db: None) -> int:
    return make_source()


def only() -> Alert:
    return Alert.objects.get()


def changes() -> list[tuple[str, int, str]]:
    return list(Change.objects.order_by("id").values_list("state", "episode", "reason"))


def write(seen: list[Observation], now: float, known: dict[bytes, int] | None = None) -> None:
    """One flush, on Django's connection; by number alone if all of it is `known`, to which it is added."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_BLOCK)
        flush = _flush.Flush(BLOCK * cursor.fetchone()[0], now, [Post(1, "test", b"[]", seen)])
        parts = _flush.parameters(flush, _flush.folded(flush), _flush.kept(flush, zstandard.ZstdCompressor(level=1)))
        raw = psycopg.RawCursor(connection.connection)
        keys = sorted({one.key for one in seen})
        if known is not None and len(parts) == 1 and known.keys() >= set(keys):
            numbers = "{" + ",".join(str(known[key]) for key in keys) + "}"
            row = raw.execute(KNOWN_STATEMENT, (*parts[0][:2], numbers, *parts[0][3:12], False)).fetchone()
            assert row is not None
            assert row[1] is None
            return
        for part in parts:
            row = raw.execute(STATEMENT, part).fetchone()
            assert row is not None
            if known is not None:
                known.update(zip([key for key in keys if key in written(part)], row[1], strict=True))


def written(part: tuple[Any, ...]) -> set[bytes]:
    """The keys of the alerts that a part of a flush names."""
    return {bytes.fromhex(key.strip('"')) for key in part[2][1:-1].split(",")}


def test_a_re_send_is_the_same_alert_and_no_change(source: int) -> None:
    assert fire(source, NOON, alertname="Down", instance="a") == 1
    assert fire(source, NOON + timedelta(minutes=1), instance="a", alertname="Down") == 0
    alert = only()
    assert (alert.state, alert.received, alert.episode) == (FIRING, 2, 1)
    assert (alert.first_seen, alert.last_seen) == (NOON, NOON + timedelta(minutes=1))
    assert changes() == [(FIRING, 1, "sent")]


def test_fires_ends_and_fires_again_as_another_episode(source: int) -> None:
    later = NOON + timedelta(minutes=5)
    fire(source, NOON, alertname="Down")
    assert clear(source, later, since=NOON, alertname="Down") == 1
    assert clear(source, later + timedelta(minutes=1), since=NOON, alertname="Down") == 0
    assert fire(source, NOON + timedelta(hours=1), alertname="Down") == 1
    assert changes() == [(FIRING, 1, "sent"), (RESOLVED, 1, "sent"), (FIRING, 2, "sent")]
    assert only().starts_at == NOON + timedelta(hours=1)


def test_what_was_never_seen_firing_is_kept_as_resolved(source: int) -> None:
    assert clear(source, NOON, since=NOON - timedelta(minutes=9), alertname="Down") == 1
    assert (only().state, changes()) == (RESOLVED, [(RESOLVED, 1, "sent")])


def test_annotations_are_those_sent_last(source: int) -> None:
    fire(source, NOON, summary="10 %", alertname="Disk")
    fire(source, NOON, summary="5 %", alertname="Disk")
    assert only().annotations == {"summary": "5 %"}


def test_both_sides_of_a_change_within_one_flush_are_logged(source: int) -> None:
    told = [
        Told({"alertname": "Flap"}, {}, NOON - timedelta(minutes=3), NOON + timedelta(hours=1)),
        Told({"alertname": "Flap"}, {}, NOON - timedelta(minutes=3), NOON - timedelta(minutes=2)),
        Told({"alertname": "Flap"}, {}, NOON - timedelta(minutes=1), NOON + timedelta(hours=1)),
    ]
    with clock.frozen(NOON):
        assert feed(source, told) == 3
    assert changes() == [(FIRING, 1, "sent"), (RESOLVED, 1, "sent"), (FIRING, 2, "sent")]
    assert only().received == 3
    assert Change.objects.values("batch").distinct().count() == 1
    assert RawBatch.objects.get().pk == Change.objects.values_list("batch", flat=True)[0]


def test_the_same_labels_from_two_sources_are_two_alerts(source: int) -> None:
    fire(source, NOON, alertname="Down")
    fire(make_source("Zabbix"), NOON, alertname="Down")
    assert Alert.objects.count() == 2


def test_the_body_is_kept_as_it_came(source: int) -> None:
    fire(source, NOON, alertname="Down", place="Jakarta ☂")
    batch = RawBatch.objects.get()
    (stored,) = unpack(bytes(batch.body))
    assert (stored.source_id, stored.wire) == (source, "alertmanager_v2")
    assert b"Jakarta" in stored.body
    assert (batch.posts, batch.observations, batch.at) == (1, 1, NOON)


KEYS = st.sampled_from([b"a" * 16, b"b" * 16])
AT = st.integers(0, 20).map(float)


@st.composite
def flushes(draw: st.DrawFn) -> list[tuple[float, list[Observation]]]:
    """Flushes at growing times, of observations that begin and end around them."""
    made, now = [], 1_700_000_000.0
    for _ in range(draw(st.integers(1, 5))):
        now += draw(st.integers(1, 10))
        seen = []
        for _ in range(draw(st.integers(1, 4))):
            starts = now - 10 + draw(AT)
            seen.append(observation(draw(KEYS), starts, starts + draw(AT), timed_out=draw(st.booleans())))
        made.append((now, seen))
    return made


@given(flushes(), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_statements_merge_as_the_rule_does(
    source: int, told: list[tuple[float, list[Observation]]], by_key: bool
) -> None:
    """`accept` in SQL, both ways, against `rules.fold` in Python, over whole histories."""
    known: dict[bytes, int] | None = {} if by_key else None
    with transaction.atomic():
        point = transaction.savepoint()
        for now, seen in told:
            write(seen, now, known)
        as_by_rule(told)
        assert not Alert.objects.filter(state=FIRING, check_at__gt=F("ends_at"))
        transaction.savepoint_rollback(point)


@pytest.mark.parametrize("table", ["events_change", "events_rawbatch"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_log(source: int, table: str, statement: str) -> None:
    fire(source, NOON, alertname="Down")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_database_refuses_an_unknown_state_and_a_source_that_goes(source: int) -> None:
    fire(source, NOON, alertname="Down")
    with pytest.raises(DatabaseError, match="alert_"), transaction.atomic():
        Alert.objects.update(state="shelved")
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        Source.objects.filter(pk=source)._raw_delete("default")


def test_history_long_past_and_far_ahead_finds_a_place(source: int) -> None:
    for at in (NOON - timedelta(days=4000), NOON + timedelta(days=4000)):
        assert fire(source, at, alertname="Old", year=str(at.year)) == 1
    assert Change.objects.count() == 2
