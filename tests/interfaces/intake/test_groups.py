"""`GET /api/v2/alerts/groups`, receivers and the configuration: as the rules have it, in Alertmanager's terms."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import yaml

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.domains.events.actions.silences import silence
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.silences import SilenceDraft
from selaras.domains.events.models import Assessment
from selaras.domains.events.queries import open_groups
from selaras.domains.people.contracts import OrganisationKind
from selaras.domains.people.models import Organisation
from selaras.kernel import clock
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import make_rule
from tests.estate import make_estate
from tests.factories import SYSTEM
from tests.interfaces.intake.serving import intake

GROUPS = "/api/v2/alerts/groups"
ALERTS = "/api/v2/alerts"


@pytest.fixture(autouse=True)
def rules(transactional_db: None) -> None:
    estate = make_estate()
    night = make_policy((10, [person(worker(estate.provider, "Galih Santoso"))]), slug="malam")
    exception: dict[str, Any] = {"alert_class": AlertClass.EXCEPTION, "opens_incident": True}
    make_rule(
        by=SYSTEM, name="Quiet", conditions=[Condition("alertname", "=", "Quiet")], alert_class=AlertClass.WARNING,
        group_by=["..."], order=1,
    )  # fmt: skip
    make_rule(
        by=SYSTEM, name="Nodes", conditions=[Condition("alertname", "=", 'No"de')], policy_id=night, order=1,
        **exception,
    )  # fmt: skip
    make_rule(
        by=SYSTEM, name="Pods", conditions=[Condition("alertname", "=~", "Pod.*")], policy_id=night,
        group_by=["cluster", "zone"], group_wait=45, order=1, **exception,
    )  # fmt: skip


def told(dsn: str, *paths: str, alerts: list[dict[str, str]] | None = None, token: str = "") -> list[Any]:
    """What is answered (to the source with this token), after these alerts have come and were assessed."""

    async def run() -> list[Any]:
        async with intake(dsn) as client:
            client.headers.update({"authorization": f"Bearer {token}"} if token else {})
            if alerts:
                assert (await client.post(ALERTS, json=[{"labels": one} for one in alerts])).status_code == 200
                await asyncio.to_thread(assess_pending, limit=10_000)
            return [(await client.get(path)).json() for path in paths]

    return asyncio.run(run())


def shape(groups: Any) -> list[tuple[str, dict[str, str], list[str]]]:
    """Receiver, labels and the alerts of each group, those of the house first."""
    found = [(g["receiver"]["name"], g["labels"], sorted(a["labels"]["n"] for a in g["alerts"])) for g in groups]
    return sorted(found, key=lambda group: (group[0] == "malam", group[2]))


MIXED = [
    {"alertname": "PodDown", "cluster": "a", "n": "1"},
    {"alertname": "Odd", "n": "2"},
    {"alertname": "PodSlow", "cluster": "b", "zone": "z", "n": "3"},
    {"alertname": "PodSlow", "cluster": "a", "n": "4"},
    {"alertname": 'No"de', "n": "5"},
    {"alertname": "Quiet", "n": "6"},
    {"alertname": "Odd", "n": "7"},
]


def test_alerts_are_grouped_as_people_are_told_of_them(dsn: str) -> None:
    whole, called, filtered, nothing, listed = told(
        dsn, GROUPS, GROUPS + "?receiver=mal.*", GROUPS + "?filter=cluster=a&filter=alertname=~PodD.*",
        GROUPS + "?receiver=x", ALERTS + "?receiver=malam", alerts=MIXED,
    )  # fmt: skip
    assert shape(whole) == [
        ("selaras", {}, ["2", "7"]),
        ("selaras", {"alertname": "Quiet", "n": "6"}, ["6"]),
        ("malam", {"cluster": "a"}, ["1", "4"]),
        ("malam", {"cluster": "b", "zone": "z"}, ["3"]),
        ("malam", {}, ["5"]),
    ]
    assert shape(called) == shape(whole)[2:]
    assert shape(filtered) == [("malam", {"cluster": "a"}, ["1"])]
    assert nothing == []
    assert sorted(alert["labels"]["n"] for alert in listed) == ["1", "3", "4", "5"]
    assert all(
        alert["receivers"] == [group["receiver"]] and alert["fingerprint"]
        for group in whole
        for alert in group["alerts"]
    )


def test_without_an_alert_there_is_no_group(dsn: str) -> None:
    assert told(dsn, GROUPS) == [[]]


@pytest.mark.parametrize("kept", [1, 1000])
def test_groups_that_are_silenced_as_a_whole_are_left_out_if_asked(
    dsn: str, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_groups, "_LOOK", kept)
    now = clock.now()
    quiet = (Condition("n", "=~", "1|2|3|7"),)
    silence(by=SYSTEM, draft=SilenceDraft(quiet, now, now + timedelta(hours=1), "Galih", "Ganti disk"))
    settle_silences()
    unmuted, active, others, none = told(
        dsn, GROUPS + "?muted=false", GROUPS + "?silenced=false", GROUPS + "?active=false",
        GROUPS + "?active=false&muted=false", alerts=MIXED,
    )  # fmt: skip
    # The house's own are all silenced; of cluster a one is not, and the silenced one stays beside it.
    assert [(labels, n) for _, labels, n in shape(unmuted)] == [
        ({"alertname": "Quiet", "n": "6"}, ["6"]), ({"cluster": "a"}, ["1", "4"]), ({}, ["5"]),
    ]  # fmt: skip
    assert [n for *_, n in shape(active)] == [["6"], ["4"], ["5"]]
    assert [n for *_, n in shape(others)] == [["2", "7"], ["1"], ["3"]]
    assert none == []


def test_a_large_group_comes_in_pieces_and_once(dsn: str) -> None:
    many = [{"alertname": "PodDown", "cluster": str(n % 2), "n": str(n)} for n in range(2500)]
    (groups,) = told(dsn, GROUPS, alerts=many)
    sizes = {group["labels"]["cluster"]: len(group["alerts"]) for group in groups}
    assert (len(groups), sizes) == (2, {"0": 1250, "1": 1250})
    assert len({alert["fingerprint"] for group in groups for alert in group["alerts"]}) == 2500
    assert Assessment.objects.filter(waits=True).count() == 2500


def test_receivers_and_configuration_say_the_same(dsn: str) -> None:
    receivers, status = told(dsn, "/api/v2/receivers", "/api/v2/status")
    assert receivers == [{"name": "selaras"}, {"name": "malam"}]
    config = yaml.safe_load(status["config"]["original"])
    assert config["receivers"] == receivers
    assert config["route"]["receiver"] == "selaras"
    assert config["route"]["routes"][:3] == [
        {
            "receiver": "malam", "matchers": ['alertname=~"Pod.*"'], "group_by": ["cluster", "zone"],
            "group_wait": "45s",
        },
        {"receiver": "malam", "matchers": ['alertname="No\\"de"']},
        {"receiver": "selaras", "matchers": ['alertname="Quiet"'], "group_by": ["..."]},
    ]  # fmt: skip


def test_a_customers_source_reads_nothing_of_policies_and_rules(dsn: str) -> None:
    """Their names and conditions may speak of another customer."""
    customer = Organisation.objects.filter(kind=OrganisationKind.CUSTOMER).values_list("pk", flat=True)[0]
    token = create_source(by=SYSTEM, name="Theirs", organisation_id=customer).token
    assert token is not None
    groups, listed, called, receivers, status = told(
        dsn, GROUPS, ALERTS, ALERTS + "?receiver=malam", "/api/v2/receivers", "/api/v2/status",
        alerts=MIXED, token=token,
    )  # fmt: skip
    assert shape(groups) == [
        ("selaras", {"cluster": "a"}, ["1", "4"]),
        ("selaras", {}, ["2", "5", "7"]),
        ("selaras", {"cluster": "b", "zone": "z"}, ["3"]),
        ("selaras", {"alertname": "Quiet", "n": "6"}, ["6"]),
    ]
    assert (len(listed), called) == (7, [])
    assert receivers == [{"name": "selaras"}]
    config = yaml.safe_load(status["config"]["original"])
    assert config == {"route": {"receiver": "selaras"}, "receivers": [{"name": "selaras"}]}
    assert "malam" not in str([groups, listed, receivers, status])
