"""Run what the rules of alerts ask for, and tell an alert whose runbook was not run."""

from collections.abc import Mapping
from typing import Any

from selaras.domains.events.actions.tell_alert import tell_alert
from selaras.domains.operations.actions._run import OPERATIONS
from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import Occasion
from selaras.kernel.errors import NotFound, Refusal
from selaras.kernel.sentences import Sentence, say

_GIVEN = ("labels", "about", "alert_id", "episode", "record_id")


def run_for_alerts(told: Mapping[str, Any]) -> None:
    """React to `alert.runbook`. Doing it twice begins no second run."""
    for alert in told["alerts"]:
        given = {name: alert[name] for name in _GIVEN}
        occasion = Occasion(**given, rule_name=told["rule"])
        try:
            start_run(told["runbook"], occasion, by=OPERATIONS)
        except Refusal as refusal:
            said = _said(refusal, told["runbook"])
            tell_alert(alert["alert_id"], said, by=OPERATIONS, episode=alert["episode"])


def _said(refusal: Refusal, slug: str) -> Sentence:
    why = say("There is no runbook “%(name)s”.", name=slug) if isinstance(refusal, NotFound) else refusal.sentence
    return say("Its runbook was not started: %(why)s", why=why)
