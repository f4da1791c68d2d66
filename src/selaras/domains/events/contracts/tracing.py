"""What was decided about an alert, and whether anybody was told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selaras.kernel.sentences import Sentence, say


class TraceStep(StrEnum):
    """What kind of thing a line of an alert's trace tells. TOLD and NOT_TOLD say whether somebody was called."""

    ENRICHED = "enriched"
    CLASSED = "classed"
    HELD = "held"
    FREED = "freed"
    WAITS = "waits"  # for its group
    INCIDENT = "incident"
    TOLD = "told"
    NOT_TOLD = "not_told"
    OVER = "over"
    RESPONSE = "response"
    SAID = "said"  # by a person


TRACE_WORDS: dict[TraceStep, Sentence] = {
    TraceStep.ENRICHED: say("Labels added"),
    TraceStep.CLASSED: say("Class"),
    TraceStep.HELD: say("Held back"),
    TraceStep.FREED: say("Released"),
    TraceStep.WAITS: say("Waits"),
    TraceStep.INCIDENT: say("Incident"),
    TraceStep.TOLD: say("Told"),
    TraceStep.NOT_TOLD: say("Nobody told"),
    TraceStep.OVER: say("Over"),
    TraceStep.RESPONSE: say("Response"),
    TraceStep.SAID: say("Said"),
}


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A line of an alert's trace: what was decided, what it leads to. `episode` None: of a person, or from before."""

    at: datetime
    sentence: Sentence
    silence_id: str | None
    step: TraceStep = TraceStep.SAID
    episode: int | None = None
    record_number: str | None = None
    page_id: int | None = None
    other_id: int | None = None  # the alert that held it back
    window_id: int | None = None


class Telling(StrEnum):
    """Whether anybody was told of an alert's present (or last) episode."""

    WAITS = "waits"  # it has not been assessed yet, or waits for its group
    NOBODY = "nobody"
    QUEUE = "queue"  # an incident is in its team's queue; nobody was called
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Told:
    """Was anybody told, and why (not); `record_number` and `page_id` lead to how it went on."""

    telling: Telling
    why: Sentence
    record_number: str | None = None
    page_id: int | None = None


NOT_DECIDED = Told(Telling.WAITS, say("It has not been assessed yet."))
