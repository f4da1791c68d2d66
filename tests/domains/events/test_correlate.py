"""Along the chain: what fails above an open cause joins it, what fails beneath takes it in, and nobody is forgotten."""

import random
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from selaras.domains.duty.models import Page
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.confirm_cause import confirm_cause, withdraw_cause
from selaras.domains.events.actions.settle_groups import settle_groups
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.correlation import Sign, fold
from selaras.domains.events.models import Assessment, Cause, Precedent, Trace
from selaras.domains.events.queries import correlation
from selaras.domains.events.queries.correlation import list_likely_causes
from selaras.domains.incidents.actions.merge import split
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.contracts import CauseState
from selaras.domains.incidents.queries import get_incident
from selaras.domains.people.contracts import Role
from selaras.domains.records.models import Record
from selaras.domains.records.queries import list_entries, list_links
from selaras.domains.services.contracts import item
from selaras.domains.services.models import ConfigurationItem, Dependency, ItemName
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, NotFound
from selaras.kernel.sentences import Sentence
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import NOON, clear, fire, make_rule, make_source
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]


@pytest.fixture
def estate(transactional_db: None) -> Estate:
    return make_estate()


@pytest.fixture
def source(estate: Estate) -> int:
    return make_source()


@pytest.fixture
def switch(estate: Estate) -> list[str]:
    """A switch, and three servers behind it on which the shop's database stands; the servers' names."""
    below = made("switch-1", "network")
    names = [f"srv-{n}" for n in range(1, 4)]
    for name in names:
        server = made(name, "host")
        Dependency.objects.create(upper_item=server, lower_item=below)
        Dependency.objects.create(upper_item_id=estate.database, lower_item=server)
    return names


def made(name: str, kind: str) -> ConfigurationItem:
    item = ConfigurationItem.objects.create(slug=name, name=name, item_class=kind)
    ItemName.objects.create(item=item, name=name)
    return item


def down(source: int, name: str, minutes: float = 0) -> None:
    labels = {"alertname": "Down", "instance": name, "severity": "critical"}
    fire(source, NOON + timedelta(minutes=minutes), labels=labels, summary=f"{name} is down")
    while assess_pending():
        pass


def over(source: int, name: str, minutes: float) -> None:
    at = NOON + timedelta(minutes=minutes)
    clear(source, at, since=NOON, labels={"alertname": "Down", "instance": name, "severity": "critical"})
    while assess_pending():
        pass


def traces() -> list[str]:
    return [str(Sentence.from_json(sentence)) for sentence in Trace.objects.values_list("sentence", flat=True)]


def test_the_switch_explains_the_servers_behind_it(source: int, switch: list[str]) -> None:
    down(source, "switch-1")
    for name in switch:
        down(source, name, 2)
    record = Record.objects.get()
    assert record.title == "switch-1 is down"
    assert set(Assessment.objects.values_list("record_id", flat=True)) == {record.pk}
    assert any(f"It belongs to {record.number}. Explained by alert Down: switch-1" in one for one in traces())
    first, *_ = list_likely_causes(SYSTEM, record.pk)
    assert first.slug == "switch-1"
    assert str(first.reasons[0]) == "Everything else that fails depends on it (3)."


def test_the_switch_takes_in_what_was_told_before_it_and_that_can_be_undone(source: int, switch: list[str]) -> None:
    down(source, switch[0])
    down(source, "switch-1", 3)
    server, incident = Record.objects.order_by("id")
    assert (server.state, incident.title) == ("merged", "switch-1 is down")
    assert set(Assessment.objects.values_list("record_id", flat=True)) == {incident.pk}
    assert Cause.objects.filter(closed_at=None).count() == 1
    split(server.pk, by=SYSTEM)
    assert Record.objects.get(pk=server.pk).state == "assigned"


def test_what_a_person_works_on_is_linked_and_left(estate: Estate, source: int, switch: list[str]) -> None:
    down(source, switch[0])
    server = Record.objects.get()
    perform(server.pk, "start", by=estate.agent, given={})
    down(source, "switch-1", 3)
    server.refresh_from_db()
    assert server.state == "in_progress"
    (linked,) = list_links(SYSTEM, server.pk)
    assert linked.other_title == "switch-1 is down"


def test_what_still_fires_when_the_switch_is_back_stays_in_sight(source: int, switch: list[str]) -> None:
    down(source, "switch-1")
    down(source, switch[0], 2)
    over(source, "switch-1", 5)
    record = Record.objects.get()
    assert get_incident(SYSTEM, record.number).cause_state == CauseState.ACTIVE
    assert "What explained it is over, and it still fires" in " ".join(traces())
    told = [entry.data["sentence"]["text"] for entry in list_entries(SYSTEM, record.pk) if "sentence" in entry.data]
    assert any("is over; this still fires" in one for one in told)
    over(source, switch[0], 6)
    assert get_incident(SYSTEM, record.number).cause_state == CauseState.CLEARED


def alone(*names: str, **more: Any) -> None:
    make_rule(
        by=SYSTEM, name="Safety", conditions=[Condition("instance", "=~", "|".join(names))], order=1,
        alert_class=AlertClass.EXCEPTION, opens_incident=True, stands_alone=True, **more,
    )  # fmt: skip


@pytest.mark.parametrize("first", ["switch", "server"])
def test_what_stands_alone_is_folded_with_nothing(source: int, switch: list[str], first: str) -> None:
    alone(switch[0])
    order = ["switch-1", switch[0]] if first == "switch" else [switch[0], "switch-1"]
    for minute, name in enumerate([*order, switch[1]]):
        down(source, name, minute)
    assert sorted(Record.objects.values_list("title", "state")) == [
        (f"{switch[0]} is down", "reported"), ("switch-1 is down", "reported"),
    ]  # fmt: skip
    assert any(one.endswith("Rule “Safety” lets it stand alone: nothing else is folded with it.") for one in traces())
    # Also what is about the same thing does not come to it; what fires again does.
    fire(source, NOON + timedelta(minutes=4), labels={"alertname": "Hot", "instance": switch[0], "severity": "x"})
    while assess_pending():
        pass
    assert Record.objects.count() == 3
    over(source, switch[0], 5)
    down(source, switch[0], 6)
    assert Record.objects.count() == 3


def test_what_stands_alone_as_a_group_is_one_incident(source: int, switch: list[str]) -> None:
    alone(*switch, group_by=["alertname"])
    down(source, "switch-1")
    for name in switch:
        down(source, name)
    with clock.frozen(NOON + timedelta(minutes=1)):
        settle_groups()
    assert [record.title for record in Record.objects.order_by("id")] == ["switch-1 is down", f"{switch[0]} is down"]
    assert Assessment.objects.filter(record=Record.objects.latest("id")).count() == len(switch)


def test_a_server_elsewhere_opens_its_own(source: int, switch: list[str]) -> None:
    made("far-away", "host")
    down(source, "switch-1")
    down(source, "far-away", 1)
    assert Record.objects.count() == 2


def test_a_pass_reads_the_graph_and_the_open_alerts_once(source: int, switch: list[str]) -> None:
    down(source, "switch-1")
    counted = []
    for many in (1, 3):
        for name in switch[:many]:
            labels = {"alertname": f"Slow{many}", "instance": name, "severity": "critical"}
            fire(source, NOON, labels=labels)
        with CaptureQueriesContext(connection) as queries:
            assess_pending()
        read = [q["sql"] for q in queries if "graphstamp" in q["sql"]]
        counted.append(len(read))
    assert counted == [1, 1]


def test_who_was_called_for_the_server_is_called_for_what_explains_it(
    estate: Estate, source: int, switch: list[str]
) -> None:
    policy = make_policy((10, [person(worker(estate.provider, "Galih Santoso"))]))
    make_rule(
        by=SYSTEM,
        name="Servers",
        conditions=[Condition("instance", "=~", "srv-.*")],
        alert_class=AlertClass.EXCEPTION,
        opens_incident=True,
        policy_id=policy,
        order=1,
    )
    down(source, switch[0])
    down(source, "switch-1", 3)
    server, incident = Record.objects.order_by("id")
    called = list(Page.objects.order_by("id").values_list("record_id", flat=True))
    assert called == [server.pk, incident.pk]


def test_what_was_thought_solved_opens_again_if_something_of_it_fires(
    estate: Estate, source: int, switch: list[str]
) -> None:
    down(source, "switch-1")
    down(source, switch[0], 2)
    record = Record.objects.get()
    perform(record.pk, "resolve", by=SYSTEM, given={"cause": "Fuse", "solution": "Changed"})
    over(source, "switch-1", 5)
    record.refresh_from_db()
    assert record.state == "assigned"


def test_production_folds_a_layered_system_as_the_pure_method_does(source: int) -> None:
    draw = random.Random(3)
    layers = [[made(f"n{depth}-{n}", "host") for n in range(4)] for depth in range(3)]
    below: dict[int, set[int]] = {}
    for high, low in pairwise(layers):
        for upper in high:
            for lower in draw.sample(low, 2):
                Dependency.objects.create(upper_item=upper, lower_item=lower)
                below.setdefault(2 * upper.pk, set()).add(2 * lower.pk)
    told = draw.sample([one for layer in layers for one in layer], 6)
    for minutes, one in enumerate(told):
        down(source, one.slug, minutes)
    alerts = {row.item_id: row for row in Assessment.objects.all()}
    signs = [Sign(alerts[one.pk].alert_id, NOON + timedelta(minutes=n), 2 * one.pk) for n, one in enumerate(told)]
    ours = {frozenset(sign.alert_id for sign in group) for group in fold(signs, below)}
    by_record: dict[int | None, set[int]] = {}
    for row in alerts.values():
        by_record.setdefault(row.record_id, set()).add(row.alert_id)
    assert {frozenset(group) for group in by_record.values()} == ours


def test_a_later_incident_learns_what_the_cause_of_the_earlier_was(
    estate: Estate, source: int, switch: list[str]
) -> None:
    by = estate.agent
    down(source, switch[0])
    first = Record.objects.get()
    confirm_cause(first.number, by=by, end=item(estate.database))
    assert [(one.slug, one.confirmed_by) for one in list_likely_causes(by, first.pk)] == [
        ("toko-db-1", by.name),
        (switch[0], ""),
    ]
    over(source, switch[0], 5)
    perform(first.pk, "cancel", by=by, given={"reason": "over"})
    down(source, switch[0], 60)
    later = Record.objects.exclude(pk=first.pk).get()
    causes = {one.slug: [str(why) for why in one.reasons] for one in list_likely_causes(by, later.pk)}
    assert causes["toko-db-1"] == ["It was the cause of the one earlier incident like this.", "No alert speaks of it."]
    # Its alert is the later incident's now; what it told of the first was kept.
    confirm_cause(first.number, by=by, end=item(ConfigurationItem.objects.get(slug="switch-1").pk))
    assert [one.slug for one in list_likely_causes(by, later.pk)] == [switch[0], "switch-1"]
    withdraw_cause(first.number, by=by)
    withdraw_cause(first.number, by=by)
    assert [one.slug for one in list_likely_causes(by, later.pk)] == [switch[0]]
    verbs = [entry.verb for entry in list_entries(by, first.pk) if entry.verb.startswith("cause.")]
    assert verbs == ["cause.confirmed", "cause.cleared", "cause.confirmed", "cause.withdrawn"]


def test_what_was_the_cause_of_one_incident_is_told_where_another_thing_is_told_of_likewise(
    estate: Estate, source: int, switch: list[str]
) -> None:
    down(source, switch[0])
    first = Record.objects.get()
    confirm_cause(first.number, by=estate.agent, end=item(ConfigurationItem.objects.get(slug=switch[0]).pk))
    perform(first.pk, "cancel", by=estate.agent, given={"reason": "over"})
    down(source, switch[1], 60)
    later = Record.objects.exclude(pk=first.pk).get()
    (cause,) = list_likely_causes(estate.agent, later.pk)
    assert cause.slug == switch[1]
    assert "In an earlier incident, what had an alert like its own was the cause." in map(str, cause.reasons)


def test_what_was_confirmed_stays_in_sight_however_many_were_confirmed_later(
    estate: Estate, source: int, switch: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correlation, "LIKE", 1)
    down(source, switch[0])
    first = Record.objects.get()
    confirm_cause(first.number, by=estate.agent, end=item(estate.database))
    over(source, switch[0], 5)
    perform(first.pk, "cancel", by=estate.agent, given={"reason": "over"})
    # Another alert, told of alike: the first incident keeps its own.
    labels = {"alertname": "Down", "instance": switch[0], "severity": "critical", "port": "2"}
    fire(source, NOON + timedelta(minutes=60), labels=labels)
    assess_pending()
    later = Record.objects.exclude(pk=first.pk).get()
    confirm_cause(later.number, by=estate.agent, end=item(estate.database))
    Precedent.objects.filter(pk=later.pk).update(at=NOON + timedelta(days=1))
    assert list_likely_causes(estate.agent, first.pk)[0].confirmed_by == estate.agent.name


def test_a_cause_is_confirmed_by_those_who_work_on_what_alerts_tell_of(estate: Estate, source: int) -> None:
    end = item(estate.database)
    untold = report(by=estate.agent, title="Pencetak macet", organisation_id=estate.customer)
    with pytest.raises(Invalid):
        confirm_cause(untold.number, by=estate.agent, end=end)
    with pytest.raises(NotFound):
        confirm_cause("INC-2026-999999", by=estate.agent, end=end)
    with pytest.raises(NotFound):
        confirm_cause(untold.number, by=estate.agent, end=item(10**9))
    for role in (Role.DECISION_MAKER, Role.REQUESTER):
        with pytest.raises(NotAllowed):
            confirm_cause(untold.number, by=make_person(estate.customer, role), end=end)
        with pytest.raises(NotAllowed):
            withdraw_cause(untold.number, by=make_person(estate.customer, role))
