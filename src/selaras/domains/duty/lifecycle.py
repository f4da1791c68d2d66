"""The whole lives of a page, of one delivery of it, and of a swap of shifts."""

from selaras.domains.duty.contracts import (
    ACCEPTED,
    ACKNOWLEDGED,
    ASKED,
    DECLINED,
    DOUBTFUL,
    DRAFTED,
    DROPPED,
    EXHAUSTED,
    FAILED,
    HANDED,
    OPEN,
    RESOLVED,
    SENDING,
    SENT,
    TAKEN,
    WAITING,
    WITHDRAWN,
)
from selaras.kernel.lifecycle import Lifecycle, Move, Need
from selaras.kernel.sentences import say

ACKNOWLEDGE, EDIT, SELF = "duty.acknowledge", "duty.edit", "duty.self"

PAGE = Lifecycle(
    name="page",
    initial=OPEN,
    states={
        OPEN: say("Nobody has it yet"),
        ACKNOWLEDGED: say("Acknowledged"),
        RESOLVED: say("Resolved"),
        EXHAUSTED: say("Nobody answered"),
    },
    final=(RESOLVED, EXHAUSTED),
    moves=(
        Move("acknowledge", (OPEN,), ACKNOWLEDGED, say("Acknowledge"), ACKNOWLEDGE),
        Move("resolve", (ACKNOWLEDGED, OPEN, EXHAUSTED), RESOLVED, say("Resolve"), ACKNOWLEDGE),
        Move("exhaust", (OPEN,), EXHAUSTED, say("Every step has passed"), ACKNOWLEDGE, offered=False),
    ),
)

DELIVERY = Lifecycle(
    name="delivery",
    initial=WAITING,
    states={
        WAITING: say("Waits to be sent"),
        SENDING: say("Is being sent"),
        SENT: say("Taken by the channel"),
        FAILED: say("Failed for good"),
        DOUBTFUL: say("May have been sent: the sender was cut off"),
        DROPPED: say("Not needed any more"),
    },
    final=(SENT, FAILED, DOUBTFUL, DROPPED),
    moves=(
        Move("begin", (WAITING,), SENDING, say("Send"), ACKNOWLEDGE, offered=False),
        Move("take", (SENDING, DOUBTFUL), SENT, say("Taken"), ACKNOWLEDGE, offered=False),
        Move("retry", (SENDING, DOUBTFUL), WAITING, say("Try again"), ACKNOWLEDGE, offered=False),
        Move("fail", (SENDING, DOUBTFUL), FAILED, say("Give up"), ACKNOWLEDGE, offered=False),
        Move("doubt", (SENDING,), DOUBTFUL, say("Cut off"), ACKNOWLEDGE, offered=False),
        Move("drop", (WAITING,), DROPPED, say("Drop"), ACKNOWLEDGE, offered=False),
    ),
)

SWAP = Lifecycle(
    name="swap",
    initial=ASKED,
    states={
        ASKED: say("Asked"),
        ACCEPTED: say("Accepted"),
        DECLINED: say("Declined"),
        WITHDRAWN: say("Withdrawn"),
    },
    final=(ACCEPTED, DECLINED, WITHDRAWN),
    moves=(
        Move("accept", (ASKED,), ACCEPTED, say("Accept"), SELF),
        Move("decline", (ASKED,), DECLINED, say("Decline"), SELF),
        Move("withdraw", (ASKED,), WITHDRAWN, say("Withdraw"), SELF),
    ),
)

_OTHER = Need(
    say("The two sides are two people: who handed over does not take over as well."),
    lambda facts: facts["by"] != facts["handed_by"],
)

HANDOVER = Lifecycle(
    name="handover",
    initial=DRAFTED,
    states={
        DRAFTED: say("Being written"),
        HANDED: say("Handed over, not yet taken"),
        TAKEN: say("Signed by both"),
    },
    final=(TAKEN,),
    moves=(
        Move("hand_over", (DRAFTED,), HANDED, say("Sign and hand over"), SELF),
        Move("take_over", (HANDED,), TAKEN, say("Sign and take over"), SELF, (_OTHER,), optional=("remark",)),
    ),
)
