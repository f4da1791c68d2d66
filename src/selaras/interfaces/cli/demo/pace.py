"""When things happen: the rhythm of days and hours, and how long people take."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAYS = 90
# Share of contacts by hour of the local day, and by weekday from Monday on.
_HOURS = {6: 1, 7: 3, 8: 8, 9: 12, 10: 11, 11: 7, 12: 3, 13: 8, 14: 9, 15: 7, 16: 5, 17: 3, 18: 2, 19: 2, 20: 2, 21: 1}
_WEEK = (13, 11, 10, 10, 9, 4, 2)
_OPENS, _CLOSES = 8, 17


def moments(rng: Random, now: datetime, count: int, zones: Iterable[str]) -> list[datetime]:
    """Moments of contacts over the last `DAYS` days, ascending: busy mornings, quiet weekends, two bad days."""
    days = [now - timedelta(days=back) for back in range(DAYS - 1, 0, -1)]
    weights = [_WEEK[day.weekday()] * rng.uniform(0.7, 1.3) for day in days]
    for bad in (len(days) // 3, 2 * len(days) // 3):
        weights[bad] *= 2.5
    zone_list = [ZoneInfo(zone) for zone in zones]
    drawn = rng.choices(days, weights, k=count)
    return sorted(_at_hour(rng, day, zone_list[i % len(zone_list)]) for i, day in enumerate(drawn))


def nights(rng: Random, now: datetime, count: int) -> list[datetime]:
    """Moments of machines over the same days: any hour, more at night, when jobs run."""
    hours = [3 if 17 <= hour <= 22 else 1 for hour in range(24)]  # UTC: midnight to six in Jakarta
    drawn = (now - timedelta(days=rng.uniform(1.2, DAYS - 1)) for _ in range(count))
    return sorted(
        day.replace(hour=rng.choices(range(24), hours)[0], minute=rng.randrange(60), second=rng.randrange(60))
        for day in drawn
    )


def _at_hour(rng: Random, day: datetime, zone: ZoneInfo) -> datetime:
    hour = rng.choices(list(_HOURS), list(_HOURS.values()))[0]
    local = day.astimezone(zone).replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    return local.astimezone(UTC)


def took(rng: Random, target: int, share: float = 0.32) -> timedelta:
    """How long something took that was promised in `target` minutes: mostly well within, now and then beyond."""
    return timedelta(minutes=max(2.0, target * share * math.exp(rng.gauss(0, 0.75))))


def worked(at: datetime, length: timedelta, zone: str, *, round_the_clock: bool) -> datetime:
    """`at` plus a length of working time: the grave goes on through the night, the rest on weekdays from 8 to 17."""
    if round_the_clock:
        return at + length
    here = at.astimezone(ZoneInfo(zone))
    while True:
        here = _opened(here)
        room = here.replace(hour=_CLOSES, minute=0, second=0) - here
        if length <= room:
            return (here + length).astimezone(UTC)
        length -= room
        here = (here + timedelta(days=1)).replace(hour=_OPENS, minute=0, second=0)


def _opened(here: datetime) -> datetime:
    """The moment itself if it is in working hours, else when they next begin."""
    if here.hour >= _CLOSES:
        here = (here + timedelta(days=1)).replace(hour=_OPENS, minute=here.minute % 30)
    elif here.hour < _OPENS:
        here = here.replace(hour=_OPENS, minute=here.minute % 30)
    while here.weekday() >= 5:
        here = (here + timedelta(days=1)).replace(hour=_OPENS, minute=here.minute % 30)
    return here
