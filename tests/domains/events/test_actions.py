"""Sources, rules and partitions: what is made, and every refusal."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection

from selaras.domains.events.actions.partition import make_partitions
from selaras.domains.events.actions.rules import remove_rule
from selaras.domains.events.actions.sources import change_source, create_source, renew_token
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.models import Source
from selaras.domains.events.queries.rules import compiled_rules, get_rule, list_rules
from selaras.domains.events.queries.sources import list_sources
from selaras.domains.people.contracts import Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, NotFound
from tests.domains.events.build import NOON, fire, make_rule, make_source
from tests.factories import SYSTEM, make_person, make_provider

pytestmark = pytest.mark.django_db


def test_a_token_is_told_once_and_kept_as_a_hash() -> None:
    made = create_source(by=SYSTEM, name="Prometheus")
    assert made.token is not None
    assert bytes(Source.objects.get().token_hash or b"") == sha256(made.token.encode()).digest()
    renewed = renew_token(made.id, by=SYSTEM)
    assert renewed != made.token
    assert bytes(Source.objects.get().token_hash or b"") == sha256(renewed.encode()).digest()


def test_a_source_is_changed_and_disabled() -> None:
    made = create_source(by=SYSTEM, name="Prometheus", networks=["10.0.0.5/8", " 2001:db8::/32 "], with_token=False)
    assert list_sources(SYSTEM)[0].networks == ("10.0.0.0/8", "2001:db8::/32")
    change_source(made.id, by=SYSTEM, name="Prometheus Jakarta", networks=[], enabled=False)
    (row,) = list_sources(SYSTEM)
    assert (row.name, row.networks, row.enabled, row.has_token) == ("Prometheus Jakarta", (), False, False)


def test_a_source_that_cannot_be() -> None:
    make_source("Prometheus")
    for name, networks, field in (("", [], "name"), ("Prometheus", [], "name"), ("x", ["10.0.0.0/99"], "networks")):
        with pytest.raises(Invalid) as refused:
            create_source(by=SYSTEM, name=name, networks=networks)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        renew_token(10**9, by=SYSTEM)


def test_only_those_trusted_with_it_touch_sources_and_rules() -> None:
    agent = make_person(make_provider(), Role.AGENT)
    with pytest.raises(NotAllowed):
        create_source(by=agent, name="x")
    with pytest.raises(NotAllowed):
        make_rule(by=agent, order=1, name="x", conditions=[], alert_class=AlertClass.WARNING)
    assert list_rules(agent)


def test_a_rule_is_made_changed_and_removed() -> None:
    made = make_rule(
        by=SYSTEM, order=5, name="Quiet", conditions=[Condition("env", "=", "test")], alert_class=AlertClass.WARNING
    )
    assert list_rules(SYSTEM)[0].name == "Quiet"
    make_rule(
        by=SYSTEM, rule_id=made, order=5, name="Quiet", conditions=[], alert_class=AlertClass.WARNING, enabled=False
    )
    assert get_rule(SYSTEM, made).conditions == ()
    assert "Quiet" not in [compiled.rule.name for compiled in compiled_rules()]
    remove_rule(made, by=SYSTEM)
    with pytest.raises(NotFound):
        get_rule(SYSTEM, made)
    with pytest.raises(NotFound):
        remove_rule(made, by=SYSTEM)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Severity: critical"}, "name"),
        ({"impact": 4}, "impact"),
        ({"urgency": 0}, "urgency"),
        ({"opens_incident": True}, "opens_incident"),
        ({"conditions": [Condition("a", "=~", "(")]}, "conditions"),
        ({"conditions": [Condition("", "=", "x")]}, "conditions"),
        ({"conditions": [Condition("a", "~", "x")]}, "conditions"),
    ],
)
def test_a_rule_that_cannot_be(changed: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {"order": 1, "name": "Rule", "conditions": [], "alert_class": AlertClass.WARNING}
    with pytest.raises(Invalid) as refused:
        make_rule(by=SYSTEM, **{**good, **changed})
    assert refused.value.field == field


def test_a_day_has_its_partition_before_it_begins() -> None:
    ahead = datetime(2031, 3, 1, tzinfo=UTC)
    with clock.frozen(ahead):
        assert make_partitions(ahead=2) == []
        assert make_partitions(ahead=2) == []
    fire(make_source(), ahead + timedelta(hours=30), alertname="Tomorrow")
    with connection.cursor() as cursor:
        for log in ("change", "rawbatch"):
            cursor.execute(f"SELECT count(*) FROM events_{log}_20310302")
            assert cursor.fetchone() == (1,)


def test_a_day_whose_rows_are_in_the_default_partition_stays_there() -> None:
    fire(make_source(), NOON - timedelta(days=900), alertname="Long ago")
    day = (NOON - timedelta(days=900)).date()
    with clock.frozen(NOON - timedelta(days=899)):
        assert make_partitions(since=day, ahead=0) == [day]
