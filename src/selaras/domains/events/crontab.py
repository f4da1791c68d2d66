"""Pure: when something comes by a cron expression, by the clock of a zone and exact where clocks change.

Five fields: minute, hour, day of the month, month, weekday (0 or 7 is Sunday; MON, JAN … too); lists, ranges, steps.
A time that the spring change leaves out comes at the change, one that the autumn change repeats comes once, the first
time: as cron itself does it, so that a job is expected when it runs.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from croniter import croniter
from dateutil.rrule import DAILY, rrule

from selaras.domains.events.recurring import moment
from selaras.kernel.sentences import Sentence, say

_AHEAD = timedelta(days=366 * 8)  # 29 February comes within eight years
_ALL = (range(60), range(24), range(1, 32), range(1, 13), range(7))
# Signs of other tools: "some time" (R, H) and "the nearest weekday" (15W).
_ODD = re.compile(r"(^|[\s,])[rh]([\s,(]|$)|\dw", re.IGNORECASE)
LONGEST = 100  # characters


def fault_of(cron: str, zone: str) -> tuple[str, Sentence] | None:
    """The field that is wrong, `cron` or `zone`, and why."""
    if zone not in available_timezones():
        return "zone", say("Choose a time zone.")
    try:
        parsed = _parsed(cron)
    except ValueError as error:
        return "cron", say("This is no cron expression: %(why)s", why=str(error)[:160])
    if len(parsed[2]) < 31 and len(parsed[4]) < 7:
        return "cron", say("Give days of the month or weekdays, not both: cron takes either, people mean both.")
    if next_after(cron, zone, datetime(2024, 1, 1, tzinfo=UTC)) is None:
        return "cron", say("By this it never comes.")
    return None


def next_after(cron: str, zone: str, at: datetime) -> datetime | None:
    """The first moment after `at` (aware) at which it comes, in UTC; None: not within eight years."""
    minutes, hours, days, months, weekdays = _parsed(cron)
    where = ZoneInfo(zone)
    since = at.astimezone(where).replace(tzinfo=None, second=0, microsecond=0)
    walls: Iterable[datetime] = rrule(  # type: ignore[no-untyped-call]  # dateutil tells no types
        DAILY, dtstart=since, until=since + _AHEAD, byminute=minutes, byhour=hours, bysecond=0,
        bymonthday=days if len(days) < 31 else None, bymonth=months if len(months) < 12 else None,
        byweekday=[(day - 1) % 7 for day in weekdays] if len(weekdays) < 7 else None,
    )  # fmt: skip
    return next((when for wall in walls if (when := moment(wall, where, last=False)) > at), None)


@lru_cache(maxsize=1024)
def _parsed(cron: str) -> tuple[tuple[int, ...], ...]:
    """What each field allows. Raises ValueError."""
    if len(cron) > LONGEST or not cron.isascii() or _ODD.search(cron):
        raise ValueError("five fields are expected: minute, hour, day, month, weekday")
    fields, nth = croniter.expand(cron.strip())
    if len(fields) != len(_ALL) or nth or "l" in fields[2]:
        raise ValueError("five fields of numbers, names, lists, ranges and steps are expected")
    numbers = zip(fields, _ALL, strict=True)
    return tuple(tuple(every) if field == ["*"] else tuple(map(int, field)) for field, every in numbers)
