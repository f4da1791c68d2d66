"""Ask those above us for what rules want besides an incident: a runbook, a proposed problem.

One announcement a pass, a rule and a wish, whatever the number of alerts. Who reacts (config/wiring.py) tells the alert
what came of it (`tell_alerts`).
"""

from collections import defaultdict
from collections.abc import Mapping

from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.models import Assessment
from selaras.domains.events.rules import cause_key, named_of
from selaras.kernel.outbox import announce

RUNBOOK, PROBLEM = "alert.runbook", "alert.problem"


class Wanted:
    """What one pass of assessment asks for."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str, str], list[Heard]] = defaultdict(list)

    def add(self, one: Heard) -> None:
        """A firing alert that nothing holds back; nothing follows if its rules want nothing more."""
        decided = one.verdict
        if decided.runs is not None:
            self._heard[RUNBOOK, decided.runs.name, decided.runs.runbook].append(one)
        if decided.proposes is not None:
            self._heard[PROBLEM, decided.proposes.name, ""].append(one)

    def announce(self, known: Mapping[int, Assessment]) -> None:
        """All of it, with what each alert came under in this pass."""
        for (name, rule, runbook), heard in self._heard.items():
            alerts = [_told(one, known[one.change.alert_id]) for one in heard]
            announce(name, {"rule": rule, "runbook": runbook, "alerts": alerts})


def _told(one: Heard, assessed: Assessment) -> dict[str, object]:
    change = one.change
    key = cause_key(one.labels, change.source_id or 0, assessed.item_id, assessed.service_id)
    return {
        "alert_id": change.alert_id,
        "episode": change.episode,
        "record_id": assessed.record_id,
        "item_id": assessed.item_id,
        "service_id": assessed.service_id,
        "key": key,
        "about": named_of(one.labels),
        "labels": one.labels,
    }
