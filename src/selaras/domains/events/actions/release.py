"""An incident has ended: its cause is released, so that the next alert of that cause opens a new one."""

from collections.abc import Mapping
from typing import Any

from selaras.domains.events.models import Cause
from selaras.domains.incidents.contracts import CANCELLED, CLOSED
from selaras.domains.incidents.queries import open_state
from selaras.kernel import clock


def release_cause(told: Mapping[str, Any]) -> None:
    """React to `incident.confirm`, `incident.close` and `incident.cancel`. Doing it twice changes nothing.

    The assessor looks at the incident's state itself and does not depend on this; lists of open causes do.
    """
    record_id = int(told["record_id"])
    if open_state(record_id) in (CLOSED, CANCELLED):
        Cause.objects.filter(record_id=record_id, closed_at=None).update(closed_at=clock.now())
