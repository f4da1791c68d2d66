"""Sources, alerts and their times, for the tests of events."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.feed import Told, feed
from selaras.domains.events.actions.rules import save_rule
from selaras.domains.events.actions.settle_groups import settle_groups
from selaras.domains.events.actions.settle_holds import settle_holds
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts import AlertClass, Condition, Observation
from selaras.domains.events.contracts.alerts import AlertDetail
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.models import Alert
from selaras.domains.events.queries.alerts import get_alert
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock
from tests.factories import SYSTEM

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # noon in Jakarta


def make_source(name: str = "Prometheus", organisation_id: int | None = None) -> int:
    """A source without a token; returns its id."""
    return create_source(by=SYSTEM, name=name, organisation_id=organisation_id, with_token=False).id


def make_rule(
    *,
    name: str,
    alert_class: AlertClass,
    conditions: Sequence[Condition] = (),
    rule_id: int = 0,
    order: int = 0,
    by: Actor = SYSTEM,
    before_id: int | None = None,
    seen: int | None = None,
    runbooks: Collection[str] = (),
    **more: Any,
) -> int:
    """Make a rule, or change one; its id. What is not said is as a rule has it."""
    lists: dict[str, Any] = {field: tuple(value) if isinstance(value, list) else value for field, value in more.items()}
    draft = RuleRow(rule_id, order, name, tuple(conditions), alert_class, **lists)
    return save_rule(draft, by=by, before_id=before_id, seen=seen, runbooks=runbooks)


def after(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def assess() -> int:
    """Assess all that waits; how many changes."""
    done = 0
    while step := assess_pending():
        done += step
    return done


def look(minutes: float, name: str) -> AlertDetail:
    """The alert of this name so many minutes after noon: what holds it is settled, what waits is assessed."""
    with clock.frozen(after(minutes)):
        settle_silences()
        settle_holds()
        assess()
        settle_groups()
        return get_alert(SYSTEM, Alert.objects.get(labels__alertname=name).pk)


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
