"""What runs by the clock: one list, read from top to bottom.

Each entry is a plain function that may run late, twice, or beside itself on another machine, and does no harm
then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.management import call_command

from selaras.domains.agreements.actions.activate_agreement import expire_agreements
from selaras.domains.agreements.actions.note_breaches import note_breaches
from selaras.domains.duty.actions.deliver import settle_interrupted
from selaras.domains.duty.actions.escalate import escalate_due
from selaras.domains.duty.actions.log import note_hand_overs
from selaras.domains.events.actions.expire import expire_alerts
from selaras.domains.events.actions.forget import forget_counts, forget_groups, forget_results
from selaras.domains.events.actions.hold_calls import hold_calls
from selaras.domains.events.actions.partition import make_partitions
from selaras.domains.events.actions.settle_heartbeats import settle_heartbeats
from selaras.domains.incidents.actions.resolve import close_due
from selaras.domains.operations.actions.carry_out import settle_cut_off
from selaras.domains.operations.actions.decide import expire_undecided
from selaras.domains.people.contracts import system_actor
from selaras.domains.problems.actions.propose import propose_recurring
from selaras.domains.records.actions.tally import fold_tally


@dataclass(frozen=True)
class Regular:
    """A function run every so many seconds by one worker, wherever workers run; never inside a transaction."""

    name: str
    seconds: int
    run: Callable[[], object]


def forget_sessions() -> None:
    """Remove sessions that have ended."""
    call_command("clearsessions")


SCHEDULE: Sequence[Regular] = (
    Regular("note late clocks", 2, lambda: note_breaches(by=system_actor("agreements"))),
    Regular("hold the pages of what is held back", 2, hold_calls),
    Regular("escalate pages", 1, escalate_due),
    Regular("settle messages whose sender died", 3, settle_interrupted),
    Regular("write hand-overs into shift logs", 10, note_hand_overs),
    Regular("close what nobody confirmed", 30, close_due),
    Regular("end alerts that fell silent", 5, expire_alerts),
    Regular("open and end alerts of heartbeats", 1, settle_heartbeats),
    Regular("forget old results of heartbeats and checks", 600, forget_results),
    Regular("forget old counts of new alerts", 3600, forget_counts),
    Regular("forget groups without alerts", 3600, forget_groups),
    Regular("settle calls of runbooks that were cut off", 3, settle_cut_off),
    Regular("end what waits for an approval in vain", 5, expire_undecided),
    Regular("propose problems where incidents recur", 600, propose_recurring),
    Regular("make the next days' event partitions", 6 * 3600, make_partitions),
    Regular("fold the queue's counters", 60, fold_tally),
    Regular("end agreements", 600, lambda: expire_agreements(by=system_actor("agreements"))),
    Regular("forget ended sessions", 3600, forget_sessions),
)
