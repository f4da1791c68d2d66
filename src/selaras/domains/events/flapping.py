"""Pure: when an alert begins to fire so often that each turn says nothing new, and when that is over.

It is flapping once it has begun to fire `turns` times within the window, and stays so until at most half of them (the
calm) are left in the window: between the two it stays what it is, so that it does not flap between flapping and not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from selaras.domains.events.contracts.rules import Flapping


def calm(setting: Flapping) -> int:
    """How many turns within the window are no flapping any more."""
    return setting.turns // 2


def flaps_until(starts: Sequence[datetime], setting: Flapping, at: datetime, *, already: bool) -> datetime | None:
    """When it will have calmed down if it begins to fire no more; None if it is not flapping. `starts` in order."""
    if setting.turns <= 0:
        return None
    window = timedelta(minutes=setting.minutes)
    lately = [start for start in starts if at - window < start <= at]
    needed = calm(setting) + 1 if already else setting.turns
    return lately[-(calm(setting) + 1)] + window if len(lately) >= needed else None
