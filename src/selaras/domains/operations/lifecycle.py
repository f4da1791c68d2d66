"""The whole lives of a run of a runbook and of one step of it."""

from selaras.domains.operations.contracts import (
    CANCELLED,
    DOING,
    DONE,
    DOUBTFUL,
    EXPIRED,
    FAILED,
    PENDING,
    REFUSED,
    RUNNING,
    SKIPPED,
    WAITING,
)
from selaras.kernel.lifecycle import Lifecycle, Move, Need, given
from selaras.kernel.sentences import say

APPROVE, RUN_IT = "operations.approve", "operations.run"

_FOUR_EYES = Need(
    say("Who started the run, or wrote this version of the runbook, does not approve it as well."),
    lambda facts: facts.get("by") not in facts.get("barred", ()),
)
_REASON = given("reason", say("Say why."))

RUN = Lifecycle(
    name="run",
    initial=RUNNING,
    states={
        RUNNING: say("Running"),
        WAITING: say("Waits for approval"),
        DONE: say("Done"),
        FAILED: say("Failed"),
        REFUSED: say("Refused"),
        EXPIRED: say("Nobody approved in time"),
        CANCELLED: say("Cancelled"),
    },
    final=(DONE, FAILED, REFUSED, EXPIRED, CANCELLED),
    moves=(
        Move("approve", (WAITING,), RUNNING, say("Approve"), APPROVE, (_FOUR_EYES, _REASON)),
        Move("refuse", (WAITING,), REFUSED, say("Refuse"), APPROVE, (_REASON,)),
        Move("ask", (RUNNING,), WAITING, say("Ask for approval"), RUN_IT, offered=False),
        Move("expire", (WAITING,), EXPIRED, say("Nobody approved in time"), RUN_IT, offered=False),
        Move("finish", (RUNNING,), DONE, say("Every step is done"), RUN_IT, offered=False),
        Move("fail", (RUNNING,), FAILED, say("A step failed"), RUN_IT, offered=False),
        Move("cancel", (RUNNING, WAITING), CANCELLED, say("Cancel"), RUN_IT, (_REASON,)),
    ),
)

_TURN = Need(say("Its turn has not come."), lambda facts: bool(facts.get("turn")))

STEP = Lifecycle(
    name="run_step",
    initial=PENDING,
    states={
        PENDING: say("To be done"),
        DOING: say("Under way"),
        DONE: say("Done"),
        FAILED: say("Failed"),
        DOUBTFUL: say("May have happened: its outcome is not known"),
        SKIPPED: say("Left out"),
    },
    final=(DONE, FAILED, DOUBTFUL, SKIPPED),
    moves=(
        Move("tick", (PENDING,), DONE, say("Tick off"), RUN_IT, (_TURN,), optional=("note",)),
        Move("give_up", (PENDING,), FAILED, say("It does not work"), RUN_IT, (_TURN, _REASON)),
        Move("begin", (PENDING,), DOING, say("Call"), RUN_IT, offered=False),
        Move("finish", (DOING,), DONE, say("Answered as expected"), RUN_IT, offered=False),
        Move("retry", (DOING,), PENDING, say("Try again"), RUN_IT, offered=False),
        Move("fail", (DOING,), FAILED, say("Failed"), RUN_IT, offered=False),
        Move("doubt", (DOING,), DOUBTFUL, say("Outcome not known"), RUN_IT, offered=False),
        Move("skip", (PENDING,), SKIPPED, say("Leave out"), RUN_IT, offered=False),
    ),
)
