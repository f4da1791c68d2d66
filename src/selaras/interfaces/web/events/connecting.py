"""How a sender is set up to post here: the words of its own configuration file."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

PLACEHOLDER = "slr_ev_…"


@dataclass(frozen=True, slots=True)
class Connecting:
    """What to copy: Prometheus's configuration, and a single event to try it with."""

    address: str
    prometheus: str
    trial: str


def connecting(request: HttpRequest, *, with_token: bool, token: str = "") -> Connecting:
    """For a source that proves itself with `token` (dots where it is not known any more), or by its address."""
    address = (settings.INTAKE_ADDRESS or request.build_absolute_uri("/")).rstrip("/")
    secret = (token or PLACEHOLDER) if with_token else ""
    return Connecting(address, _prometheus(address, secret), _trial(address, secret))


def _prometheus(address: str, secret: str) -> str:
    parts = urlsplit(address)
    lines = [
        "alerting:",
        "  alertmanagers:",
        f"    - scheme: {parts.scheme}",
        *([f"      path_prefix: {parts.path}"] if parts.path else []),
        "      api_version: v2",
        *(["      authorization:", f'        credentials: "{secret}"'] if secret else []),
        "      static_configs:",
        f'        - targets: ["{parts.netloc}"]',
    ]
    return "\n".join(lines)


def _trial(address: str, secret: str) -> str:
    lines = [
        f"curl -i {address}/api/v2/alerts",
        *([f"  -H 'Authorization: Bearer {secret}'"] if secret else []),
        "  -H 'Content-Type: application/json'",
        '  -d \'[{"labels": {"alertname": "Trial", "severity": "info"}}]\'',
    ]
    return " \\\n".join(lines)
