"""How a heartbeat stands by its times, pure: when it is due, whether it is overdue, and what to say of it.

Its alert's words are English, as the words of most senders are.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from selaras.domains.events.contracts.heartbeats import Pulse
from selaras.domains.events.crontab import next_after

LONGEST_RETURN = timedelta(minutes=15)
"""After a down time of ours, a heartbeat is given its interval to be heard again, or so long if that is less."""


@dataclass(frozen=True, slots=True)
class Times:
    """What is known of a heartbeat's times; `down_*` is our own last down time, if its ping may have been lost then."""

    interval: int
    grace: int
    paused: bool
    heard_at: datetime | None
    failed_at: datetime | None
    down_from: datetime | None
    down_until: datetime | None
    cron: str = ""
    zone: str = ""

    @property
    def expected_at(self) -> datetime | None:
        """When it is expected again; None: not before it was heard once."""
        if self.heard_at is None:
            return None
        every = timedelta(seconds=self.interval)
        due = next_after(self.cron, self.zone, self.heard_at) if self.cron else self.heard_at + every
        if self.down_until is None or due is None:
            return due
        return max(due, self.down_until + (LONGEST_RETURN if self.cron else min(every, LONGEST_RETURN)))

    @property
    def due_at(self) -> datetime | None:
        """When it is overdue."""
        expected = self.expected_at
        return None if expected is None else expected + timedelta(seconds=self.grace)


def pulse_of(times: Times, now: datetime) -> Pulse:
    """How it stands at a moment."""
    expected, due = times.expected_at, times.due_at
    if times.paused:
        return Pulse.PAUSED
    if times.failed_at is not None:
        return Pulse.FAILED
    if expected is None or due is None:
        return Pulse.WAITING
    if now >= due:
        return Pulse.OVERDUE
    return Pulse.LATE if now >= expected else Pulse.HEARD


def words_of(name: str, times: Times, pulse: Pulse) -> dict[str, str]:
    """The annotations of its alert: what is wrong, since when, and why we believe so."""
    heard = _at(times.heard_at) if times.heard_at else "never"
    if pulse is Pulse.FAILED:
        return {
            "summary": f"{name} failed",
            "description": f"It said at {_at(times.failed_at)} that it had failed. Last heard well: {heard}.",
            "last_heard": heard,
        }
    when = f"at “{times.cron}” ({times.zone})" if times.cron else f"every {_span(times.interval)}"
    told = [f"Last heard {heard}, expected {when} with {_span(times.grace)} of grace."]
    if times.down_from and times.down_until:
        told.append(
            f"Selaras itself was down from {_at(times.down_from)} to {_at(times.down_until)}:"
            " what was sent in that time was not heard. It was not heard since then either."
        )
    return {
        "summary": f"{name} is silent since {heard}",
        "description": " ".join(told),
        "last_heard": heard,
        "overdue_since": _at(times.due_at),
    }


def _at(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if moment else "–"


def _span(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
