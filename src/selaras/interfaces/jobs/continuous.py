"""Which loops a worker runs."""

from collections.abc import Sequence

from selaras.domains.duty.actions.deliver import send_next
from selaras.domains.events.actions.assess import assess_pending
from selaras.domains.events.actions.count_noise import count_noise_again
from selaras.domains.events.actions.follow_streams import follow_streams
from selaras.domains.events.actions.forget_alerts import forget_alerts
from selaras.domains.events.actions.roll_over import roll_over
from selaras.domains.events.actions.run_checks import run_due_checks
from selaras.domains.events.actions.run_replays import run_next_replay
from selaras.domains.events.actions.settle_groups import settle_groups
from selaras.domains.events.actions.settle_holds import settle_holds
from selaras.domains.events.actions.settle_silences import settle_silences
from selaras.domains.operations.actions.carry_out import make_next_call
from selaras.domains.services.queries import standing_on
from selaras.interfaces.jobs.loops import Loop
from selaras.interfaces.jobs.regular import run_due

# Messages in hand at a time, a worker: one slow provider must not hold up the others.
SENDERS = 3

# Calls of runbooks in hand at a time, a worker.
CALLERS = 2

# Batches of checks in hand at a time: targets that do not answer must not hold up all others.
CHECKERS = 2


def loops() -> Sequence[Loop]:
    """Fresh loops, not yet started."""
    streams = Loop("streams", lambda: follow_streams(streams.stopping), seconds=1.0)
    return (
        streams,
        Loop("events", assess_or_get_ready, seconds=1.0, channel="selaras_events"),
        Loop("silences", settle_silences, seconds=1.0, channel="selaras_events"),
        Loop("groups", settle_groups, seconds=1.0, channel="selaras_events"),
        Loop("holds", settle_holds, seconds=1.0, channel="selaras_events"),
        *(Loop(f"messages {n}", send_next, seconds=1.0, channel="selaras_messages") for n in range(1, SENDERS + 1)),
        *(Loop(f"runbooks {n}", make_next_call, seconds=1.0) for n in range(1, CALLERS + 1)),
        *(Loop(f"checks {n}", run_due_checks, seconds=1.0) for n in range(1, CHECKERS + 1)),
        Loop("retention", let_go, seconds=300.0),
        Loop("noise", count_noise_again, seconds=30.0),
        Loop("replays", run_next_replay, seconds=1.0),
        Loop("schedule", run_due_and_rest, seconds=1.0),
    )


def assess_or_get_ready() -> int:
    """Assess what waits. While nothing does, read the graph if it is new: the next alert need not wait for that."""
    done = assess_pending()
    if not done:
        standing_on((), most=1)
    return done


def let_go() -> int:
    """Let go what has had its time: a day of the logs at a step, then alerts that ended long ago."""
    return roll_over() or forget_alerts()


def run_due_and_rest() -> int:
    """Run what is due, and answer 0: the next look is a second away even if something ran."""
    run_due()
    return 0
