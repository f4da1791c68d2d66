"""Whether a sender's clock is off, as far as one change of an alert can tell. Pure."""

from collections.abc import Mapping
from datetime import datetime

from selaras.domains.events.contracts import FIRING
from selaras.domains.events.contracts.sources import CLOCK_AHEAD
from selaras.kernel.text import whole_number

_TOLERATED = 60  # seconds: clocks that nobody keeps are seconds off, and a message is a moment on its way


def clock_off(
    state: str, at: datetime, starts_at: datetime, ends_at: datetime, *, first: bool, told: Mapping[str, str]
) -> int:
    """Seconds: above 0, by so many it began after it came, so the clock is ahead; below 0, so long it was over when it
    came for the first time, so the clock may be behind. 0: nothing can be told.

    `told` are its annotations: where a wire's own times are not kept, intake notes there how far they were ahead.
    """
    if state == FIRING:
        noted = told.get(CLOCK_AHEAD, "")
        ahead = max(int((starts_at - at).total_seconds()), whole_number(noted) or 0)
        return min(ahead, _MOST) if ahead >= _TOLERATED else 0
    over = int((at - ends_at).total_seconds()) if first else 0
    return -min(over, _MOST) if over >= _TOLERATED else 0


_MOST = 2**31 - 1
