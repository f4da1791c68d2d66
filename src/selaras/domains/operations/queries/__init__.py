"""Reads about runbooks and their runs that others may use."""

from selaras.domains.operations.lifecycle import RUN, STEP
from selaras.domains.operations.queries.occasions import occasion_of
from selaras.domains.operations.queries.runbooks import (
    get_runbook,
    known_runbooks,
    list_runbook_changes,
    list_runbook_names,
    list_runbooks,
)
from selaras.domains.operations.queries.runs import (
    count_waiting,
    get_run,
    list_runs,
    list_runs_of_alert,
    list_runs_of_record,
)

RUN_WORDS, STEP_WORDS = RUN.states, STEP.states

__all__ = [
    "RUN_WORDS",
    "STEP_WORDS",
    "count_waiting",
    "get_run",
    "get_runbook",
    "known_runbooks",
    "list_runbook_changes",
    "list_runbook_names",
    "list_runbooks",
    "list_runs",
    "list_runs_of_alert",
    "list_runs_of_record",
    "occasion_of",
]
