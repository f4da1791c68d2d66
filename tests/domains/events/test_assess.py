"""From a change to its class, item and incident: once each, whatever fails in between."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.duty.models import Page
from selaras.domains.events.actions import _respond
from selaras.domains.events.actions._follow import lock_of
from selaras.domains.events.actions.assess import assess_pending, retry_set_aside
from selaras.domains.events.contracts import LOG_LOCK, RESOLVED, AlertClass, Condition
from selaras.domains.events.contracts.rules import Addition
from selaras.domains.events.models import Alert, Assessment, Cause, SetAside
from selaras.domains.events.queries.rules import list_rules
from selaras.domains.incidents.actions.merge import merge
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.contracts import CauseState
from selaras.domains.incidents.models import Incident
from selaras.domains.incidents.queries import get_incident
from selaras.domains.records.contracts import RecordRef
from selaras.domains.records.models import Record
from selaras.domains.records.queries import list_entries
from selaras.kernel.sentences import Sentence
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import NOON, assess, clear, fire, make_rule, make_source
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM

# These commit, since several sessions take part.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

DOWN = {"alertname": "DatabaseDown", "instance": "toko-db-1:5432", "severity": "critical"}
SLOW = {"alertname": "DatabaseSlow", "instance": "toko-db-1:5432", "severity": "error"}


@pytest.fixture
def estate(transactional_db: None) -> Estate:
    return make_estate()


@pytest.fixture
def source(estate: Estate) -> int:
    return make_source()


def incidents() -> list[Record]:
    return list(Record.objects.order_by("id"))


def verbs(record: Record) -> list[str]:
    return [entry.verb for entry in list_entries(SYSTEM, record.pk)]


def test_an_exception_opens_an_incident_on_its_item(estate: Estate, source: int) -> None:
    fire(source, NOON, summary="Database toko is down", labels=DOWN)
    assert assess() == 1
    (record,) = incidents()
    assert record.title == "Database toko is down"
    assert (record.service_id, record.organisation_id, record.team_id) == (estate.service, estate.customer, estate.team)
    incident = get_incident(SYSTEM, record.number)
    assert (incident.impact, incident.urgency, record.priority) == (1, 1, 1)
    assert (incident.source, incident.cause_state) == ("event", CauseState.ACTIVE)
    assert incident.item_ids == (estate.database,)
    assessment = Assessment.objects.get()
    assert (assessment.alert_class, assessment.item_id, assessment.record_id) == (
        AlertClass.EXCEPTION, estate.database, record.pk
    )  # fmt: skip
    assert "Severity: critical" in str(Sentence.from_json(assessment.reason))


def test_a_second_alert_of_the_same_cause_joins(source: int) -> None:
    fire(source, NOON, labels=DOWN)
    assess()
    fire(source, NOON, labels=SLOW)
    assess()
    (record,) = incidents()
    assert "cause.joined" in verbs(record)
    assert Assessment.objects.filter(record=record).count() == 2


def test_both_at_once_open_one_incident(source: int) -> None:
    fire(source, NOON, labels=DOWN)
    fire(source, NOON, labels=SLOW)
    assert assess() == 2
    assert len(incidents()) == 1


def test_the_cause_is_gone_when_its_last_alert_ends(source: int) -> None:
    fire(source, NOON, labels=DOWN)
    fire(source, NOON, labels=SLOW)
    clear(source, NOON, since=NOON - timedelta(hours=1), labels=DOWN)
    assess()
    (record,) = incidents()
    assert get_incident(SYSTEM, record.number).cause_state == CauseState.ACTIVE
    clear(source, NOON, since=NOON - timedelta(hours=1), labels=SLOW)
    assess()
    incident = get_incident(SYSTEM, record.number)
    assert (incident.cause_state, incident.cause_cleared_at) == (CauseState.CLEARED, NOON)


def resolve(estate: Estate, record: Record) -> None:
    perform(record.pk, "start", by=estate.agent, given={})
    perform(record.pk, "resolve", by=estate.agent, given={"cause": "Disk", "solution": "Freed"})


def test_a_cause_that_is_back_reopens_what_was_resolved(estate: Estate, source: int) -> None:
    fire(source, NOON, labels=DOWN)
    assess()
    (record,) = incidents()
    clear(source, NOON, since=NOON - timedelta(hours=1), labels=DOWN)
    assess()
    resolve(estate, record)
    fire(source, NOON + timedelta(minutes=1), labels=DOWN)
    assess()
    (record,) = incidents()
    assert record.state == "assigned"
    assert "recur" in verbs(record)


def test_after_the_incident_has_ended_a_new_one_opens(estate: Estate, source: int) -> None:
    fire(source, NOON, labels=DOWN)
    assess()
    (record,) = incidents()
    perform(record.pk, "cancel", by=SYSTEM, given={"reason": "A drill"})
    fire(source, NOON, labels=SLOW)
    assess()
    assert len(incidents()) == 2
    assert list(Cause.objects.order_by("id").values_list("closed_at", flat=True)) == [NOON, None]


def test_a_merged_incident_is_followed_to_where_it_went(estate: Estate, source: int) -> None:
    fire(source, NOON, labels=DOWN)
    fire(source, NOON, labels={"alertname": "Elsewhere", "severity": "critical"})
    assess()
    first, other = incidents()
    merge(first.pk, by=SYSTEM, into=other.number)
    fire(source, NOON, labels=SLOW)
    assess()
    assert len(incidents()) == 2
    assert Assessment.objects.get(alert__labels__alertname="DatabaseSlow").record_id == other.pk


def test_a_service_named_by_a_label_is_the_cause_where_no_item_is_found(estate: Estate, source: int) -> None:
    fire(source, NOON, labels={"alertname": "ProbeFailed", "service": "toko", "severity": "critical"})
    fire(source, NOON, labels={"alertname": "LatencyHigh", "service": "toko", "severity": "critical"})
    assess()
    (record,) = incidents()
    assert record.service_id == estate.service
    assert Cause.objects.get().key == f"service:{estate.service}"


@pytest.mark.parametrize(
    ("severity", "alert_class"),
    [("warning", AlertClass.WARNING), ("info", AlertClass.INFORMATIONAL), ("odd", AlertClass.WARNING)],
)
def test_lesser_classes_open_nothing(source: int, severity: str, alert_class: AlertClass) -> None:
    fire(source, NOON, labels={**DOWN, "severity": severity})
    assess()
    assert Assessment.objects.get().alert_class == alert_class
    assert incidents() == []


def test_a_rule_of_ones_own_goes_first(estate: Estate, source: int) -> None:
    make_rule(
        by=SYSTEM,
        order=1,
        name="Night jobs",
        conditions=[Condition("alertname", "=~", "Database.*")],
        alert_class=AlertClass.INFORMATIONAL,
    )
    fire(source, NOON, labels=DOWN)
    assess()
    assert Assessment.objects.get().alert_class == AlertClass.INFORMATIONAL


def test_what_ended_before_it_was_assessed_is_told_in_order(source: int) -> None:
    fire(source, NOON, labels=DOWN)
    clear(source, NOON, since=NOON - timedelta(hours=1), labels=DOWN)
    assert assess() == 2
    (record,) = incidents()
    assert get_incident(SYSTEM, record.number).cause_state == CauseState.CLEARED
    assert Assessment.objects.get().state == RESOLVED


def test_each_change_is_assessed_once(source: int) -> None:
    fire(source, NOON, labels=DOWN)
    assert assess() == 1
    assert assess() == 0
    (record,) = incidents()
    assert verbs(record).count("cause.joined") == 0


def test_nothing_is_assessed_twice_after_a_crash_before_the_commit(
    source: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fire(source, NOON, labels=DOWN)
    with monkeypatch.context() as broken:
        broken.setattr("selaras.domains.events.actions.assess.advance", _connection_lost)
        with pytest.raises(OperationalError):
            assess_pending()
    assert incidents() == []
    assess()
    assert len(incidents()) == 1


def _connection_lost(*_: object) -> None:
    raise OperationalError("server closed the connection unexpectedly")


def test_a_change_that_cannot_be_assessed_is_set_aside_and_the_others_go_on(
    source: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(**told: Any) -> RecordRef:
        if told["title"] == "Poison":
            raise ValueError("cannot be")
        return report(**told)

    fire(source, NOON, summary="Before", labels={"alertname": "Before", "severity": "critical"})
    fire(source, NOON, summary="Poison", labels={"alertname": "Poison", "severity": "critical"})
    fire(source, NOON, summary="After", labels={"alertname": "After", "severity": "critical"})
    monkeypatch.setattr(_respond, "report", picky)
    assert assess() == 3
    assert [record.title for record in incidents()] == ["Before", "After"]
    row = SetAside.objects.get()
    assert (row.error, row.attempts) == ("ValueError('cannot be')", 1)
    assert not retry_set_aside(row.pk, by=SYSTEM)
    assert SetAside.objects.get().attempts == 2
    monkeypatch.setattr(_respond, "report", report)
    assert retry_set_aside(row.pk, by=SYSTEM)
    assert [record.title for record in incidents()] == ["Before", "After", "Poison"]
    assert not SetAside.objects.exists()


def other_session() -> "psycopg.Connection[tuple[object, ...]]":
    known = connection.get_connection_params()
    return psycopg.connect(**{name: known[name] for name in ("dbname", "user", "password", "host") if name in known})


def test_a_change_that_is_still_being_written_is_not_passed_over(source: int) -> None:
    with other_session() as slow:
        slow.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", LOG_LOCK)
        slow.execute(
            "INSERT INTO events_change (at, alert_id, episode, state, reason, starts_at, ends_at)"
            " SELECT now(), 0, 1, 'firing', 'sent', now(), now()"
        )
        fire(source, NOON, labels=DOWN)  # began later, is committed earlier
        assert assess() == 0
    assert assess() == 2
    assert len(incidents()) == 1


def test_a_long_transaction_about_something_else_holds_nothing_up(source: int) -> None:
    with other_session() as long:
        long.execute("CREATE TABLE something_else ()")
        fire(source, NOON, labels=DOWN)
        assert assess() == 1


def test_two_assessors_do_not_get_in_each_others_way(source: int) -> None:
    fire(source, NOON, labels=DOWN)
    assess()
    fire(source, NOON, labels=SLOW)
    with other_session() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", lock_of("assess"))
        assert assess() == 0
    assert assess() == 1


def test_a_pass_draws_its_transaction_id_only_when_it_writes(source: int) -> None:
    """From then on no version of an alert is pruned, and each re-send of a storm leaves one."""
    fire(source, NOON, labels=DOWN)
    assess()
    fire(source, NOON, labels=SLOW)
    drawn: dict[str, object] = {}

    def ask(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with context["connection"].connection.cursor() as own:
            own.execute("SELECT pg_current_xact_id_if_assigned()")
            drawn[sql.split('"')[1] if sql.startswith("SELECT") and '"' in sql else sql[:40]] = own.fetchone()[0]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        assert assess() == 1
    assert [drawn[table] for table in ("events_cursor", "events_rule", "services_itemname")] == [None] * 3


def test_a_change_whose_alert_is_gone_holds_nothing_up(source: int) -> None:
    fire(source, NOON, labels={"alertname": "Gone"})
    Alert.objects.all().delete()
    fire(source, NOON, labels=DOWN)
    assert assess() == 2
    assert Incident.objects.count() == 1


def test_a_rule_that_goes_on_lends_its_labels_its_note_and_its_policy(estate: Estate, source: int) -> None:
    policy = make_policy((10, [person(worker(estate.provider, "Galih Santoso"))]))
    make_rule(
        by=SYSTEM, name="Databases", conditions=[Condition("alertname", "=~", "Database.*")], order=1,
        alert_class=AlertClass.WARNING, goes_on=True, adds=[Addition("tier", "{item.environment}")],
        note="Call the owner first.", policy_id=policy,
    )  # fmt: skip
    make_rule(
        by=SYSTEM, name="Production", conditions=[Condition("tier", "=", "production")], order=150,
        alert_class=AlertClass.EXCEPTION, opens_incident=True,
    )  # fmt: skip
    fire(source, NOON, labels=DOWN)
    key = Alert.objects.get().key
    assess()
    assessment = Assessment.objects.get()
    assert assessment.added == {"tier": "production"}
    assert (Alert.objects.get().key, Alert.objects.get().labels) == (key, DOWN)
    assert assessment.rule is not None
    assert assessment.rule.name == "Production"
    (record,) = incidents()
    assert Page.objects.get().body == "Call the owner first."
    assert Page.objects.get().record_id == record.pk
    assert all(rule.used for rule in list_rules(SYSTEM) if rule.name in ("Databases", "Production"))


@pytest.mark.parametrize("rules", [False, True])
def test_a_pass_asks_as_much_of_the_database_for_three_alerts_as_for_one(source: int, *, rules: bool) -> None:
    if rules:
        make_rule(
            by=SYSTEM, name="Sites", conditions=[Condition("alertname", "=", "Site")], alert_class=AlertClass.WARNING,
            goes_on=True, adds=[Addition("a", "b")], holds_back=[Condition("alertname", "!=", "Site")], order=1,
            flap_turns=2,
        )  # fmt: skip
    fire(source, NOON, alertname="Site", severity="warning")
    assess()
    counts = []
    for many in (1, 3):
        for n in range(many):
            fire(source, NOON, alertname=f"A{many}{n}", instance="toko-db-1", severity="warning")
        with CaptureQueriesContext(connection) as made:
            assert assess_pending() == many
        counts.append(len(made))
    assert counts[0] == counts[1]
    assert counts[0] <= (20 if rules else 19)
