"""Alerts that a rule groups: one page and one incident for all of them, after the wait, news at most every interval."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from selaras.domains.duty.models import Page
from selaras.domains.events.actions.forget import forget_groups
from selaras.domains.events.actions.forget_alerts import forget_alerts
from selaras.domains.events.actions.settle_groups import settle_groups
from selaras.domains.events.actions.silences import silence
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.alerts import AlertDetail
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.contracts.tracing import Telling
from selaras.domains.events.models import Assessment
from selaras.domains.incidents.actions.merge import merge
from selaras.domains.incidents.actions.report import report
from selaras.domains.people.contracts import Actor
from selaras.domains.records.models import Entry, Record
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import NOON, after, assess, clear, fire, look, make_rule, make_source
from tests.estate import Estate, make_estate
from tests.factories import SYSTEM

pytestmark = pytest.mark.usefixtures("noon")
SECOND = 1 / 60


@pytest.fixture
def estate(db: None) -> Estate:
    return make_estate()


@pytest.fixture
def on_call(estate: Estate) -> Actor:
    return worker(estate.provider, "Galih Santoso")


@pytest.fixture
def source(on_call: Actor) -> int:
    make_rule(
        by=SYSTEM, name="Clusters", conditions=[Condition("cluster", "!=", "")], alert_class=AlertClass.EXCEPTION,
        opens_incident=True, policy_id=make_policy((10, [person(on_call)])), group_by=["cluster"], order=1,
    )  # fmt: skip
    return make_source()


def down(name: str, cluster: str = "a", **more: str) -> Mapping[str, str]:
    return {"alertname": name, "cluster": cluster, **more}


def at(source: int, minutes: float, *names: str, cluster: str = "a", **more: str) -> AlertDetail:
    """These fire so many minutes after noon; the last of them after all that is due."""
    for name in names:
        fire(source, after(minutes), labels=down(name, cluster, **more))
    return look(minutes, names[-1])


def due_of(detail: AlertDetail) -> datetime | None:
    """When the group of an alert is told."""
    made = detail.alert.assessed
    return made.group.due_at if made and made.group else None


def pages() -> list[tuple[str, str]]:
    return list(Page.objects.order_by("id").values_list("state", "subject"))


def test_what_comes_within_the_wait_is_one_incident_and_one_page(source: int) -> None:
    waits = at(source, 0, "First")
    assert (Record.objects.count(), pages()) == (0, [])
    assert waits.told.telling == Telling.WAITS
    assert str(waits.told.why) == "It waits for its group until 2026-11-23 05:00:30+00:00."
    assert due_of(waits) == after(30 * SECOND)
    at(source, 20 * SECOND, "Second", "Third")
    assert pages() == []
    told = look(30 * SECOND, "First")
    assert told.told.telling == Telling.CALLED
    assert pages() == [("open", "First (+2)")]
    assert Page.objects.get().body.strip() == "• First\n• Second\n• Third"
    assert Record.objects.count() == 1
    assert look(1, "Third").told.record_number == Record.objects.get().number
    with clock.frozen(after(2)):
        assert settle_groups() == 0
    assert len(pages()) == 1


def test_groups_of_other_values_and_of_other_owners_are_apart(source: int, estate: Estate) -> None:
    other = make_source("Acme", estate.provider)
    at(source, 0, "First")
    fire(source, NOON, labels=down("First", "b"))
    fire(other, NOON, labels=down("First"))
    assess()
    with clock.frozen(after(1)):
        settle_groups()
    assert len(pages()) == Record.objects.count() == 3


def test_news_is_told_once_an_interval(source: int) -> None:
    at(source, 0, "First")
    look(0.5, "First")
    news = at(source, 1, "Second")
    assert due_of(news) == after(5.5)
    assert pages() == [("open", "First")]
    before = Entry.objects.count()
    at(source, 2, "Third")
    assert Entry.objects.count() == before
    assert look(5.6, "Third").told.telling == Telling.CALLED
    assert pages() == [("open", "First (+2)")]
    # After a quiet interval news goes out at once.
    assert at(source, 20, "Fourth").told.telling == Telling.CALLED


def test_what_is_over_before_its_group_is_told_calls_nobody(source: int) -> None:
    at(source, 0, "Blip")
    clear(source, after(0.2), since=NOON, labels=down("Blip"))
    over = look(0.2, "Blip").told
    assert (over.telling, str(over.why)) == (Telling.NOBODY, "It was over before people were told of its group.")
    look(1, "Blip")
    assert (pages(), Record.objects.count()) == ([], 0)
    # The next one waits anew, and is not told on the heels of the first.
    again = at(source, 1.1, "Blip")
    assert due_of(again) == after(1.6)


def test_a_group_is_forgotten_with_its_last_alert(source: int) -> None:
    at(source, 0, "Blip")
    clear(source, after(0.2), since=NOON, labels=down("Blip"))
    look(1, "Blip")
    assert forget_groups() == 0
    with clock.frozen(NOON + timedelta(days=4000)):
        assert forget_alerts() == 1
        assert forget_groups() == 1
    assert due_of(at(source, 2, "Blip")) == after(2.5)


def test_what_comes_back_after_all_was_over_calls_again_but_not_within_the_interval(source: int) -> None:
    at(source, 0, "First")
    look(0.5, "First")
    clear(source, after(1), since=NOON, labels=down("First"))
    look(1, "First")
    assert pages() == [("resolved", "First")]
    at(source, 2, "First")
    look(4, "First")
    assert len(pages()) == 1
    look(6, "First")
    assert [state for state, _ in pages()] == ["resolved", "open"]


def test_a_group_goes_where_its_incident_went(source: int) -> None:
    at(source, 0, "First")
    look(0.5, "First")
    into = report(by=SYSTEM, title="The real thing", impact=2, urgency=2)
    with clock.frozen(after(1)):
        merge(Record.objects.exclude(pk=into.id).get().pk, by=SYSTEM, into=into.number)
    assert at(source, 10, "Second").told.record_number == into.number
    assert Record.objects.count() == 2


def test_who_dies_between_deciding_and_telling_has_told_nobody_and_the_next_tells_once(
    source: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(source, 0, "First", "Second")

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    with clock.frozen(after(1)):
        with monkeypatch.context() as broken:
            broken.setattr("selaras.domains.events.actions.settle_groups.tell_of_group", dies)
            with pytest.raises(RuntimeError):
                settle_groups()
        assert (pages(), Record.objects.count()) == ([], 0)
        assert settle_groups() == 1
        assert settle_groups() == 0
    assert pages() == [("open", "First (+1)")]


def test_a_silence_that_ends_lets_an_alert_wait_for_its_group(source: int) -> None:
    silence(by=SYSTEM, draft=SilenceDraft((Condition("cluster", "=", "a"),), NOON, after(10), "Galih", "Ganti disk"))
    at(source, 0, "First")
    assert look(1, "First").told.telling == Telling.NOBODY
    assert pages() == []
    assert look(10, "First").told.telling == Telling.WAITS
    assert look(10.5, "First").told.telling == Telling.CALLED


def test_a_rule_without_groups_tells_at_once(source: int) -> None:
    fire(source, NOON, alertname="Alone", severity="critical")
    assert look(0, "Alone").told.telling == Telling.QUEUE
    assert Assessment.objects.get().group_id is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"group_by": ["no label"]}, "group_by"),
        ({"group_by": ["...", "cluster"]}, "group_by"),
        ({"group_by": ["a", "a"]}, "group_by"),
        ({"group_by": ["a"], "goes_on": True}, "group_by"),
        ({"group_wait": 30}, "group_wait"),
        ({"group_by": ["a"], "group_interval": 0}, "group_interval"),
        ({"group_by": ["a"], "group_wait": 86_401}, "group_wait"),
    ],
)
@pytest.mark.usefixtures("estate")
def test_what_cannot_be_is_refused(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_rule(by=SYSTEM, name="Wrong", conditions=[], alert_class=AlertClass.EXCEPTION, **given)  # type: ignore[arg-type]
    assert set(refused.value.fields) == {field}
