"""The life of a service, from an idea in the pipeline to its end."""

from selaras.kernel.lifecycle import Lifecycle, Move, Need, given
from selaras.kernel.sentences import say

PIPELINE = "pipeline"
CHARTERED = "chartered"
CATALOGUE = "catalogue"
RETIRING = "retiring"
RETIRED = "retired"

MOVE = "services.move"
_reason = given("reason", say("Say why, so that its customers can be told."))
_unused = Need(say("Customers still use it."), lambda facts: not facts.get("used"))
_unneeded = Need(say("Other services still depend on it."), lambda facts: not facts.get("needed"))

LIFE = Lifecycle(
    name="service",
    initial=PIPELINE,
    states={
        PIPELINE: say("In the pipeline"),
        CHARTERED: say("Chartered"),
        CATALOGUE: say("In the catalogue"),
        RETIRING: say("Retiring"),
        RETIRED: say("Retired"),
    },
    final=(RETIRED,),
    moves=(
        Move("charter", (PIPELINE,), CHARTERED, say("Charter"), MOVE),
        Move("publish", (CHARTERED,), CATALOGUE, say("Publish in the catalogue"), MOVE),
        Move("retire", (CATALOGUE,), RETIRING, say("Begin to retire"), MOVE, (_reason,)),
        Move("keep", (RETIRING,), CATALOGUE, say("Keep after all"), MOVE, (_reason,)),
        Move("end", (RETIRING,), RETIRED, say("End the service"), MOVE, (_unused, _unneeded)),
        Move("drop", (PIPELINE, CHARTERED), RETIRED, say("Drop the idea"), MOVE, (_reason, _unused, _unneeded)),
    ),
)
