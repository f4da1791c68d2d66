"""The whole lives of an alert and of a silence.

Unlike other lives, an alert's is not a person's to move: its source says what is. The writer of intake therefore sets
the state inside its one upsert statement (`actions/accept.py`), since a compare-and-set a row cannot keep pace with a
storm, and expiry sets it for all that are due by one statement (`actions/expire.py`). Both are held to this table by
the guard in the database, as every other life is.
"""

from selaras.domains.events.contracts import FIRING, RESOLVED
from selaras.domains.events.contracts.silences import ACTIVE, EXPIRED, PENDING, SILENCE_WORDS
from selaras.kernel.lifecycle import Lifecycle, Move
from selaras.kernel.sentences import say

ALERT = Lifecycle(
    name="alert",
    initial=FIRING,
    states={FIRING: say("Firing"), RESOLVED: say("Resolved")},
    final=(RESOLVED,),
    moves=(
        Move("clear", (FIRING,), RESOLVED, say("Cleared by its source"), "events.respond", offered=False),
        Move("expire", (FIRING,), RESOLVED, say("Ended: its source fell silent"), "events.respond", offered=False),
        Move("recur", (RESOLVED,), FIRING, say("Fired again"), "events.respond", offered=False),
    ),
)

# A silence's times say what it is at every moment; whoever sets them (a person, amtool through intake) writes no
# state. The house follows within a second (actions/settle_silences.py) and carries out what each move entails.
SILENCE = Lifecycle(
    name="silence",
    initial=PENDING,
    states=SILENCE_WORDS,
    final=(EXPIRED,),
    moves=(
        Move("begin", (PENDING,), ACTIVE, say("Begun"), "events.respond", offered=False),
        Move("expire", (ACTIVE, PENDING), EXPIRED, say("Expire now"), "events.respond"),
    ),
)
