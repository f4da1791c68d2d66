"""Which labels of an alert name the other end of a call. Pure."""

from collections.abc import Mapping

# As OpenTelemetry, Istio and Envoy name what was called; who called is what the alert is about.
_OTHER_END = (
    "peer_service", "peer.service", "server.address", "net.peer.name", "destination_service", "destination_workload",
    "upstream",
)  # fmt: skip


def other_end(labels: Mapping[str, str]) -> str | None:
    """The name of what was called, if the alert tells of a call."""
    return next((labels[label] for label in _OTHER_END if labels.get(label)), None)
