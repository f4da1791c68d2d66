"""What Nagios, Icinga and their kin say of a host or a service: the same alert, whichever way it is told.

The script that we ship tells notifications; Icinga's event stream tells states (reading/icinga.py).
"""

from dataclasses import dataclass

from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, severity_labels, web_address
from selaras.domains.events.reading.words import Level, Saying, is_all_clear

_PROBLEM = {"PROBLEM": Saying.FIRING, "RECOVERY": Saying.RESOLVED, "ACKNOWLEDGEMENT": Saying.ACKNOWLEDGED}
# Conditions that are no problem of their own: informational, from their beginning to their end.
_CONDITIONS = {
    "FLAPPINGSTART": ("flapping", Saying.FIRING),
    "FLAPPINGSTOP": ("flapping", Saying.RESOLVED),
    "FLAPPINGEND": ("flapping", Saying.RESOLVED),
    "FLAPPINGDISABLED": ("flapping", Saying.RESOLVED),
    "DOWNTIMESTART": ("in downtime", Saying.FIRING),
    "DOWNTIMEEND": ("in downtime", Saying.RESOLVED),
    "DOWNTIMEREMOVED": ("in downtime", Saying.RESOLVED),
    "DOWNTIMECANCELLED": ("in downtime", Saying.RESOLVED),
}
KINDS = (*_PROBLEM, *_CONDITIONS, "CUSTOM")


@dataclass(frozen=True, slots=True)
class Notification:
    """What happened to a host, or to a `service` of it; `kind` is one of KINDS, `at` seconds since 1970."""

    kind: str
    host: str
    service: str = ""
    state: str = ""
    output: str = ""
    long_output: str = ""
    address: str = ""
    author: str = ""
    comment: str = ""
    tool: str = ""
    at: float | None = None
    url: str = ""

    @property
    def needs_state(self) -> bool:
        """Whether it says nothing without a state."""
        return self.kind not in _CONDITIONS and _PROBLEM.get(self.kind, Saying.FIRING) == Saying.FIRING


def notice_of(told: Notification) -> Notice:
    """The notice that it makes."""
    condition, saying = _CONDITIONS.get(told.kind, ("", _PROBLEM.get(told.kind, Saying.FIRING)))
    if told.needs_state and is_all_clear(told.state):
        saying = Saying.RESOLVED
    name = told.service or "Host check"
    labels = {
        "alertname": f"{name} {condition}".strip() if condition else name,
        "instance": told.host,
        "check": told.service,
        **severity_labels(Level.INFO.value if condition else told.state),
        "tool": told.tool,
    }
    return Notice(
        saying,
        labels_from(labels),
        annotations_from(_told(told)),
        identity={"host": told.host, "check": told.service, "condition": condition},
        at=told.at,
        url=web_address(told.url),
    )


def _told(told: Notification) -> dict[str, str]:
    if told.kind == "ACKNOWLEDGEMENT":
        # What was said of the trouble stays as it is.
        return {"acknowledged": "true", "acknowledged_by": told.author, "acknowledged_comment": told.comment}
    return {
        "summary": told.output,
        "description": told.long_output,
        "address": told.address,
        "state": told.state,
        "author": told.author,
        "comment": told.comment,
    }
