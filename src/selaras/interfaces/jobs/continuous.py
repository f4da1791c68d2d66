"""Which loops a worker runs."""

from collections.abc import Sequence

from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.interfaces.jobs.loops import Loop
from selaras.interfaces.jobs.regular import run_due


def loops() -> Sequence[Loop]:
    """Fresh loops, not yet started."""
    return (
        Loop("events", assess_pending, seconds=1.0, channel="selaras_events"),
        Loop("silences", settle_silences, seconds=1.0, channel="selaras_events"),
        Loop("schedule", run_due_and_rest, seconds=1.0),
    )


def run_due_and_rest() -> int:
    """Run what is due, and answer 0: the next look is a second away even if something ran."""
    run_due()
    return 0
