"""amtool, as it comes with Alertmanager, against a running intake: alerts and silences, unchanged."""

import asyncio
import json
import subprocess
from typing import Any

import pytest

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.models import Silence
from selaras.domains.events.queries.alerts import list_alerts
from selaras.domains.incidents.models import Incident
from tests.domains.duty.build import make_policy, person
from tests.domains.events.build import make_rule
from tests.estate import make_estate
from tests.factories import SYSTEM
from tests.interfaces.intake.serving import database_url, intake_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real("amtool")]


def amtool(port: int, *words: str) -> str:
    """Run amtool; what it wrote."""
    address = f"--alertmanager.url=http://127.0.0.1:{port}"
    done = subprocess.run(["amtool", address, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def queried(port: int, *words: str) -> Any:
    """What a query found."""
    return json.loads(amtool(port, "-o", "json", *words) or "[]")


def assessed() -> int:
    """The worker's part; how many incidents there are after it."""
    settle_silences()
    assess_pending()
    return Incident.objects.count()


def test_amtool_adds_asks_silences_and_expires() -> None:
    make_estate()
    create_source(by=SYSTEM, name="amtool", networks=["127.0.0.0/8"], with_token=False)
    dsn = database_url()

    async def run() -> None:
        async with intake_port(dsn) as port:
            await asyncio.to_thread(journey, port)

    asyncio.run(run())


def test_amtool_shows_routes_and_asks_by_receiver() -> None:
    estate = make_estate()
    create_source(by=SYSTEM, name="amtool", networks=["127.0.0.0/8"], with_token=False)
    make_rule(
        by=SYSTEM, name="Pods", conditions=[Condition("alertname", "=~", 'Pod"?.*')], alert_class=AlertClass.EXCEPTION,
        opens_incident=True, policy_id=make_policy((10, [person(estate.agent)]), slug="malam"), group_by=["cluster"],
        group_wait=90, group_interval=600, order=1,
    )  # fmt: skip
    dsn = database_url()

    async def run() -> None:
        async with intake_port(dsn) as port:
            await asyncio.to_thread(routes, port)

    asyncio.run(run())


def routes(port: int) -> None:
    """What amtool makes of receivers and groups."""
    shown = amtool(port, "config", "routes", "show")
    assert "receiver: malam" in shown
    assert "default-route" in shown
    assert amtool(port, "config", "routes", "test", "alertname=PodDown", "cluster=a") == "malam"
    assert amtool(port, "config", "routes", "test", "alertname=Odd") == "selaras"
    amtool(port, "alert", "add", "PodDown", "cluster=a")
    amtool(port, "alert", "add", "Odd")
    assess_pending()
    (called,) = queried(port, "alert", "query", "--receiver=malam")
    assert called["labels"] == {"alertname": "PodDown", "cluster": "a"}
    assert called["receivers"] == [{"name": "malam"}]


def journey(port: int) -> None:
    """All that amtool can do to alerts and silences."""
    silence = amtool(port, "silence", "add", "alertname=Disk", 'instance=~"db-.*"', "-c", "Ganti disk", "-a", "galih")
    amtool(port, "alert", "add", "Disk", "instance=db-1", "severity=critical", "--annotation=summary=Disk penuh")
    amtool(port, "alert", "add", "Down", "instance=web-1", "severity=critical")
    assert assessed() == 1
    assert [row["labels"]["alertname"] for row in queried(port, "alert", "query")] == ["Down"]
    (silenced,) = queried(port, "alert", "query", "--silenced")
    assert (silenced["status"]["state"], silenced["status"]["silencedBy"]) == ("suppressed", [silence])
    assert silenced["annotations"] == {"summary": "Disk penuh"}
    assert [row["labels"]["instance"] for row in queried(port, "alert", "query", "alertname=Down")] == ["web-1"]
    assert amtool(port, "config", "show")

    assert [row["id"] for row in queried(port, "silence", "query", "alertname=Disk")] == [silence]
    assert queried(port, "silence", "query", "alertname=Nothing") == []
    before = Silence.objects.get().ends_at
    amtool(port, "silence", "update", silence, "-d", "3h", "-c", "Lebih lama")
    changed = Silence.objects.get()
    assert (str(changed.pk), changed.comment, changed.ends_at > before) == (silence, "Lebih lama", True)

    amtool(port, "silence", "expire", silence)
    assert queried(port, "silence", "query") == []
    assert [row["id"] for row in queried(port, "silence", "query", "--expired")] == [silence]
    assert assessed() == 2
    assert all(row.assessed and row.assessed.record_number for row in list_alerts(SYSTEM).rows)
    assert len(queried(port, "alert", "query")) == 2
