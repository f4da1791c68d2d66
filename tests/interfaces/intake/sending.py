"""Posts to intake in their order, and what is stored of them."""

import asyncio
import json
from typing import Any

import httpx

from selaras.domains.events.models import Alert
from tests.interfaces.intake.serving import JSON, intake

Call = tuple[str, Any] | tuple[str, Any, dict[str, str]]


def send(dsn: str, *calls: Call) -> list[httpx.Response]:
    """Post each (path, body, headers), the next once the one before is answered; bodies other than bytes are JSON."""

    async def run() -> list[httpx.Response]:
        answers = []
        async with intake(dsn) as client:
            for path, body, *more in calls:
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                headers = more[0] if more else JSON
                answers.append(await client.post(path, content=content, headers=headers))
        return answers

    return asyncio.run(run())


def stored() -> list[tuple[str, str, str, str]]:
    """(alertname, instance, severity, state) of every alert, in the order they came; those of one post by name."""
    rows = sorted(Alert.objects.all(), key=lambda a: (a.first_seen, a.labels.get("alertname", "")))
    return [
        (a.labels.get("alertname", ""), a.labels.get("instance", ""), a.labels.get("severity", ""), a.state)
        for a in rows
    ]
