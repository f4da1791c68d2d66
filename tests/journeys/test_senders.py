"""Real senders, unchanged but for their address: clients of PagerDuty, CloudEvents, OpenTelemetry; Alertmanager."""

import asyncio
import json
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from pagerduty import EventsApiV2Client

from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.models import Alert
from tests.factories import SYSTEM
from tests.interfaces.intake.sending import stored
from tests.interfaces.intake.serving import database_url, intake_port
from tests.journeys.harness import free_port, until


@pytest.fixture
def token(transactional_db: None) -> str:
    """A source with a token."""
    return create_source(by=SYSTEM, name="Senders").token or ""


class WithoutTls(httpx2.HTTPTransport):
    """Stands for the proxy that ends encryption before intake: PagerDuty's client speaks to nothing unencrypted."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it on, unencrypted."""
        request.url = request.url.copy_with(scheme="http")
        return super().handle_request(request)


def against(work: Callable[[str], Any]) -> Any:
    """Run something that blocks, given intake's address."""

    async def run() -> Any:
        async with intake_port(database_url()) as port:
            return await asyncio.to_thread(work, f"http://127.0.0.1:{port}")

    return asyncio.run(run())


def test_pagerdutys_own_client(token: str) -> None:
    def work(address: str) -> str:
        client = EventsApiV2Client(token, base_url=address.replace("http:", "https:"), transport=WithoutTls())
        key = client.trigger("Disk full", "db1", severity="critical", custom_details={"free": "0"})
        client.acknowledge(key)
        client.resolve(key)
        client.submit("Deployed", source="ci", timestamp="2026-01-01T00:00:00Z")
        return str(key)

    assert len(against(work)) == 32
    assert stored() == [("Disk full", "db1", "critical", "resolved"), ("Deployed", "ci", "info", "resolved")]


def test_cloudevents_own_sdk(token: str) -> None:
    def work(address: str) -> list[int]:
        about = {"type": "org.example.disk.firing", "source": "/probe", "id": "1", "specversion": "1.0"}
        event = CloudEvent(about, {"title": "Disk full", "host": "db1"})
        made = [to_binary_event(event), to_structured_event(event)]
        key = {"authorization": f"Bearer {token}"}
        url = f"{address}/webhooks/cloudevents"
        return [httpx.post(url, content=m.body, headers={**m.headers, **key}).status_code for m in made]

    assert against(work) == [204, 204]
    assert stored() == [("Disk full", "db1", "", "firing")]


def test_opentelemetrys_own_exporter(token: str) -> None:
    def work(address: str) -> None:
        exporter = OTLPLogExporter(f"{address}/v1/logs", headers={"authorization": f"Bearer {token}"})
        provider = LoggerProvider(Resource({"service.name": "shop", "host.name": "web1"}))
        provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
        log = logging.Logger("pay")
        log.addHandler(LoggingHandler(logger_provider=provider))
        log.error("payment %d failed", 4711)
        provider.shutdown()

    against(work)
    assert stored() == [("payment … failed", "web1", "error", "firing")]
    assert Alert.objects.get().labels["service"] == "shop"


@pytest.mark.real("prometheus-alertmanager")
def test_alertmanagers_webhook_receiver(token: str) -> None:
    program = shutil.which("prometheus-alertmanager") or ""

    def work(address: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            config, port = Path(folder) / "alertmanager.yml", free_port()
            config.write_text(_config(address, token))
            own = f"127.0.0.1:{port}"
            command = [
                program,
                f"--config.file={config}",
                f"--storage.path={folder}/data",
                f"--web.listen-address={own}",
            ]
            with subprocess.Popen([*command, "--cluster.listen-address="], stderr=subprocess.DEVNULL) as process:
                try:
                    until(lambda: _posted(own), "Alertmanager takes an alert")
                    until(lambda: Alert.objects.exists(), "its webhook has come")
                finally:
                    process.terminate()

    against(work)
    assert stored() == [("Disk", "db1", "critical", "firing")]


def _config(address: str, token: str) -> str:
    receiver = {
        "name": "selaras",
        "webhook_configs": [
            {
                "url": f"{address}/webhooks/alertmanager",
                "http_config": {"authorization": {"type": "Bearer", "credentials": token}},
            }
        ],
    }
    route = {"receiver": "selaras", "group_wait": "100ms", "group_by": ["alertname"]}
    return json.dumps({"route": route, "receivers": [receiver]})  # JSON is YAML


def _posted(own: str) -> bool:
    alert = {"labels": {"alertname": "Disk", "instance": "db1", "severity": "critical"}}
    try:
        return httpx.post(f"http://{own}/api/v2/alerts", json=[alert]).status_code == 200
    except httpx.HTTPError:
        return False
