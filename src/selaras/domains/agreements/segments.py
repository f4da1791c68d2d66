"""The life of a clock as segments, and everything that is derived from them: used time, due time, breach.

A clock is a row of segments that follow each other; each *ran* or was *paused*, with the reason. A change at
a moment holds from then until the next change, so that changes told in another order give the same segments.
Pure, no I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from selaras.domains.agreements.rules import Calendar, add, counted
from selaras.kernel.sentences import Sentence

RAN, PAUSED = "ran", "paused"
NO_REASON = Sentence("")
_NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Segment:
    """From `began` until `ended` (None: still) the clock ran or was paused, for this reason."""

    began: datetime
    ended: datetime | None
    kind: str
    reason: Sentence = NO_REASON


@dataclass(frozen=True, slots=True)
class Change:
    """At this moment the clock begins to run or to be paused."""

    at: datetime
    kind: str
    reason: Sentence = NO_REASON


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows at `at`. `due_at` is None while it is paused with time left."""

    at: datetime
    target: timedelta
    used: timedelta
    due_at: datetime | None
    warn_at: datetime | None
    breached: bool

    @property
    def remaining(self) -> timedelta:
        """Counted time left; negative after a breach."""
        return self.target - self.used


def segments_from(changes: Iterable[Change], stopped_at: datetime | None = None) -> tuple[Segment, ...]:
    """The segments that these changes make, in whatever order they are told; of two at one moment the later
    told holds.
    """
    last = {change.at: change for change in changes}
    ordered = [last[at] for at in sorted(last) if stopped_at is None or at < stopped_at]
    if not ordered:
        return ()
    inner = [Segment(a.at, b.at, a.kind, a.reason) for a, b in pairwise(ordered)]
    return (*inner, Segment(ordered[-1].at, stopped_at, ordered[-1].kind, ordered[-1].reason))


def changed(segments: Sequence[Segment], change: Change) -> tuple[Segment, ...]:
    """The segments with one more change, which holds until the next one; it may lie in the past, not before
    the start.
    """
    made: list[Segment] = []
    for segment in segments:
        if segment.began <= change.at and (segment.ended is None or change.at < segment.ended):
            if segment.began < change.at:
                made.append(Segment(segment.began, change.at, segment.kind, segment.reason))
            made.append(Segment(change.at, segment.ended, change.kind, change.reason))
        else:
            made.append(segment)
    return tuple(made)


def stopped(segments: Sequence[Segment], at: datetime) -> tuple[Segment, ...]:
    """The segments ended at `at`; what lay after it is gone."""
    return tuple(
        Segment(s.began, at if s.ended is None else min(s.ended, at), s.kind, s.reason)
        for s in segments
        if s.began < at
    )


def restarted(segments: Sequence[Segment], stopped_at: datetime, at: datetime, reason: Sentence) -> tuple[Segment, ...]:
    """A clock stopped at `stopped_at` runs on from `at`; the time between is a pause with its reason."""
    gap = (Segment(stopped_at, at, PAUSED, reason),) if stopped_at < at else ()
    return (*segments, *gap, Segment(at, None, RAN))


def used(calendar: Calendar, segments: Sequence[Segment], until: datetime) -> timedelta:
    """Counted time in the segments that ran, until a moment."""
    return sum((_counted(calendar, s, until) for s in segments if s.kind == RAN and s.began < until), _NONE)


def used_up_at(calendar: Calendar, segments: Sequence[Segment], amount: timedelta) -> datetime | None:
    """The first moment at which the segments have used `amount`; None if they have not and the clock does not
    run.
    """
    left = amount
    for segment in segments:
        if segment.kind != RAN:
            continue
        if segment.ended is None:
            return add(calendar, segment.began, left / _SECOND) if left > _NONE else segment.began
        length = counted(calendar, segment.began, segment.ended)
        if length >= left:
            return add(calendar, segment.began, left / _SECOND) if left > _NONE else segment.began
        left -= length
    return None


def read(
    calendar: Calendar, target: timedelta, warn_share: float, segments: Sequence[Segment], at: datetime
) -> Reading:
    """What the clock shows at `at` (a stopped clock: at its stop, or later, which is the same)."""
    last = segments[-1] if segments else None
    moment = at if last is None or last.ended is None else min(at, last.ended)
    if last is not None and last.kind == RAN:
        # A clock stopped in time shows when it would have been due.
        segments = (*segments[:-1], replace(last, ended=None))
    due_at = used_up_at(calendar, segments, target)
    return Reading(
        at=moment,
        target=target,
        used=used(calendar, segments, moment),
        due_at=due_at,
        warn_at=used_up_at(calendar, segments, target * warn_share),
        breached=due_at is not None and _ran_after(segments, due_at, moment),
    )


_SECOND = timedelta(seconds=1)


def _ran_after(segments: Sequence[Segment], due_at: datetime, until: datetime) -> bool:
    """Whether the clock ran on past its due time; paused at that very moment it has broken nothing yet."""
    return any(
        s.kind == RAN and max(s.began, due_at) < (until if s.ended is None else min(s.ended, until)) for s in segments
    )


def _counted(calendar: Calendar, segment: Segment, until: datetime) -> timedelta:
    ended = until if segment.ended is None else min(segment.ended, until)
    return counted(calendar, segment.began, ended)
