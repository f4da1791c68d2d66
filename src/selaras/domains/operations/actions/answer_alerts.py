"""Run what the rules of alerts ask for, and tell an alert whose runbook was not run."""

from collections.abc import Mapping, Sequence
from typing import Any

from selaras.domains.events.actions.tell_alerts import tell_alerts
from selaras.domains.operations.actions._run import OPERATIONS
from selaras.domains.operations.actions.start import TooMany, start_run
from selaras.domains.operations.contracts import Occasion
from selaras.kernel.errors import NotFound, Refusal
from selaras.kernel.sentences import Sentence, say

_GIVEN = ("labels", "about", "alert_id", "episode", "record_id")


def run_for_alerts(told: Mapping[str, Any]) -> None:
    """React to `alert.runbook`. Doing it twice begins no second run.

    Once the runbook takes no more within this hour, all that are left are told at once: a storm costs little.
    """
    alerts = told["alerts"]
    for place, alert in enumerate(alerts):
        occasion = Occasion(**{name: alert[name] for name in _GIVEN}, rule_name=told["rule"])
        try:
            start_run(told["runbook"], occasion, by=OPERATIONS)
        except TooMany as refusal:
            _tell(alerts[place:], refusal.sentence)
            return
        except Refusal as refusal:
            missing = say("There is no runbook “%(name)s”.", name=told["runbook"])
            _tell([alert], missing if isinstance(refusal, NotFound) else refusal.sentence)


def _tell(alerts: Sequence[Mapping[str, Any]], why: Sentence) -> None:
    said = say("Its runbook was not started: %(why)s", why=why)
    tell_alerts([(one["alert_id"], one["episode"]) for one in alerts], said, by=OPERATIONS)
