"""Who reacts to which announcement, in one list.

A reaction takes the announcement's payload, works through actions of its own domain, and may be carried out again
after a failure: the database remembers which are done (kernel/outbox.py).
"""

from collections.abc import Mapping, Sequence

from selaras.domains.events.actions.paging import acknowledge_taken, end_page_of
from selaras.domains.events.actions.release import release_cause
from selaras.domains.incidents.actions.escalate_by_rule import escalate_breached, escalate_warned
from selaras.domains.operations.actions.answer_alerts import run_for_alerts
from selaras.domains.problems.actions.answer_alerts import propose_for_alerts
from selaras.kernel.outbox import React

REACTIONS: Mapping[str, Sequence[React]] = {
    "alert.problem": (propose_for_alerts,),
    "alert.runbook": (run_for_alerts,),
    "incident.start": (acknowledge_taken,),
    "incident.resolve": (end_page_of,),
    "incident.merge": (end_page_of,),
    "incident.confirm": (release_cause,),
    "incident.close": (release_cause,),
    "incident.cancel": (release_cause, end_page_of),
    "clock.warned": (escalate_warned,),
    "clock.breached": (escalate_breached,),
}
