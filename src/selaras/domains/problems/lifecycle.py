"""The life of a problem, as far as it is built: proposed by evidence, then detected or dismissed by a person."""

from selaras.domains.problems.contracts import DETECTED, DISMISSED, PROPOSED
from selaras.kernel.lifecycle import Lifecycle, Move, given
from selaras.kernel.sentences import say

DECIDE = "problems.decide"
_REASON = given("reason", say("Say why."))

PROBLEM = Lifecycle(
    name="problem",
    initial=PROPOSED,
    states={PROPOSED: say("Proposed"), DETECTED: say("Detected"), DISMISSED: say("Dismissed")},
    final=(DETECTED, DISMISSED),
    moves=(
        Move("accept", (PROPOSED,), DETECTED, say("Accept as a problem"), DECIDE, (_REASON,)),
        Move("dismiss", (PROPOSED,), DISMISSED, say("Dismiss"), DECIDE, (_REASON,)),
    ),
)
