"""Ask for the runbooks that rules name: one announcement a pass, a runbook and a rule, whatever the number of alerts.

Who keeps runbooks reacts to it (config/wiring.py), and tells the alert what came of it (`tell_alert`).
"""

from collections import defaultdict
from collections.abc import Mapping

from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.models import Assessment
from selaras.domains.events.rules import named_of
from selaras.kernel.outbox import announce


class Wanted:
    """The runbooks that one pass of assessment asks for."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str], list[Heard]] = defaultdict(list)

    def add(self, one: Heard) -> None:
        """A firing alert that nothing holds back; nothing follows if no rule of its names a runbook."""
        rule = one.verdict.runs
        if rule is not None:
            self._heard[rule.runbook, rule.name].append(one)

    def announce(self, known: Mapping[int, Assessment]) -> None:
        """All of them, with the incident that each alert came under in this pass."""
        for (runbook, rule), heard in self._heard.items():
            alerts = [_told(one, known[one.change.alert_id].record_id) for one in heard]
            announce("alert.runbook", {"runbook": runbook, "rule": rule, "alerts": alerts})


def _told(one: Heard, record_id: int | None) -> dict[str, object]:
    change = one.change
    return {
        "alert_id": change.alert_id,
        "episode": change.episode,
        "record_id": record_id,
        "about": named_of(one.labels),
        "labels": one.labels,
    }
