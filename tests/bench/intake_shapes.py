"""The posts that bench-intake sends: alerts as Prometheus writes them, deterministic by seed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

POOL = 1000  # alerts that the duplicates are drawn from
NEW_IN_100 = 10  # never seen before, in a batch with 90 % duplicates
KINDS = {"single": 1, "distinct": 100, "duplicates": 100}

_NAMES = ("HostHighCpuLoad", "HostOutOfDiskSpace", "InstanceDown", "HttpLatencyHigh", "QueueGrowing", "CertificateEnds")
_SEVERITIES = ("critical", "warning", "info")


def alert(number: int, starts: str, ends: str) -> dict[str, Any]:
    """One alert, unlike every other number's."""
    name = _NAMES[number % len(_NAMES)]
    host = f"app-{number:08d}.jkt.example.net"
    return {
        "labels": {
            "alertname": name,
            "cluster": f"jkt-{number % 3 + 1}",
            "env": "production",
            "instance": f"{host}:9100",
            "job": "node",
            "prometheus": "monitoring/main",
            "service": f"service-{number % 200}",
            "severity": _SEVERITIES[number % 3],
        },
        "annotations": {
            "summary": f"{name} on {host}",
            "description": f"{host} has been over its limit for more than 5 minutes (value {number % 97}.25)",
        },
        "startsAt": starts,
        "endsAt": ends,
        "generatorURL": "http://prometheus.example.net:9090/graph?g0.expr=node_load1+%3E+10&g0.tab=1",
    }


def alerta(number: int) -> dict[str, Any]:
    """The same in Alerta's words."""
    told = alert(number, "", "")
    labels = told["labels"]
    return {
        "resource": labels["instance"],
        "event": labels["alertname"],
        "environment": "Production",
        "severity": "critical",
        "service": [labels["service"]],
        "text": told["annotations"]["summary"],
        "attributes": {"cluster": labels["cluster"], "generatorURL": told["generatorURL"]},
    }


def bodies(kind: str, seed: int, posts: int) -> Iterator[bytes]:
    """So many request bodies of a kind. Alerts with another seed are other alerts."""
    now = datetime.now(UTC)
    starts, ends = _wire(now), _wire(now + timedelta(hours=1))
    first, size = seed * 10_000_000, KINDS[kind]
    pool = [_packed(first + 5_000_000 + n, starts, ends) for n in range(POOL)] if kind == "duplicates" else []
    fresh = first
    for post in range(posts):
        new = NEW_IN_100 if kind == "duplicates" else size
        told = [_packed(n, starts, ends) for n in range(fresh, fresh + new)]
        fresh += new
        told += [pool[place] for place in _places(post)] if kind == "duplicates" else []
        yield b"[" + b",".join(told) + b"]"


def distinct_alerts(kind: str, posts: int) -> int:
    """How many different alerts the first `posts` bodies hold."""
    if kind != "duplicates":
        return posts * KINDS[kind]
    pool = {place for post in range(min(posts, POOL)) for place in _places(post)}
    return posts * NEW_IN_100 + len(pool)


def _places(post: int) -> list[int]:
    return [(post * 37 + n * 11) % POOL for n in range(100 - NEW_IN_100)]


def _wire(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _packed(number: int, starts: str, ends: str) -> bytes:
    return json.dumps(alert(number, starts, ends), separators=(",", ":")).encode()
