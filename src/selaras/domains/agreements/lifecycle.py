"""The life of an agreement: drafted, in force, over."""

from selaras.domains.agreements.contracts import ACTIVE, DRAFT, EXPIRED
from selaras.kernel.lifecycle import Lifecycle, Move, Need
from selaras.kernel.sentences import say

_EDIT = "agreements.edit"

AGREEMENT = Lifecycle(
    name="agreement",
    initial=DRAFT,
    states={
        DRAFT: say("Draft"),
        ACTIVE: say("In force"),
        EXPIRED: say("Expired"),
    },
    final=(EXPIRED,),
    moves=(
        Move(
            "activate",
            (DRAFT,),
            ACTIVE,
            say("Put in force"),
            _EDIT,
            needs=(
                Need(say("It covers no service yet."), lambda facts: bool(facts.get("services"))),
                Need(say("It has no targets yet."), lambda facts: bool(facts.get("targets"))),
                Need(
                    say("Another agreement with this customer covers one of its services at the same time."),
                    lambda facts: not facts.get("overlaps"),
                ),
            ),
        ),
        Move("withdraw", (DRAFT,), EXPIRED, say("Withdraw"), _EDIT),
        Move("expire", (ACTIVE,), EXPIRED, say("End"), _EDIT),
    ),
)
