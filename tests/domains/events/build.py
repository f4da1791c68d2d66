"""Sources, alerts and their times, for the tests of events."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts import Observation
from selaras.kernel import clock
from tests.factories import SYSTEM

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # noon in Jakarta


def make_source(name: str = "Prometheus", organisation_id: int | None = None) -> int:
    """A source without a token; returns its id."""
    return create_source(by=SYSTEM, name=name, organisation_id=organisation_id, with_token=False).id


def fire(
    source: int,
    at: datetime,
    *,
    minutes: float = 60,
    summary: str = "",
    labels: Mapping[str, str] | None = None,
    **more: str,
) -> int:
    """An alert fires at `at` with an end `minutes` later; how many alerts changed."""
    named = {**(labels or {}), **more}
    with clock.frozen(at):
        told = Told(named, {"summary": summary} if summary else {}, at, at + timedelta(minutes=minutes))
        return feed(source, [told])


def clear(source: int, at: datetime, *, since: datetime, labels: Mapping[str, str] | None = None, **more: str) -> int:
    """Its source says that it has ended."""
    with clock.frozen(at):
        return feed(source, [Told({**(labels or {}), **more}, {}, since, at)])


def observation(key: bytes, starts: float, ends: float, *, timed_out: bool = False, count: int = 1) -> Observation:
    """An observation with nothing but its times."""
    return Observation(key, 1, starts, ends, timed_out, "", "{}", '{"alertname":"A"}', count)
