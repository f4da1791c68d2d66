"""Pure: when something comes by a cron expression, by the clock of a zone and exact where clocks change.

Five fields: minute, hour, day of the month, month, weekday (0 or 7 is Sunday; MON, JAN … too); lists, ranges, steps.
A time that the spring change leaves out comes at the change, one that the autumn change repeats comes once, the first
time: as cron itself does it, so that a job is expected when it runs.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import DAILY, rrule

from selaras.domains.events.recurring import moment
from selaras.kernel.sentences import Sentence, say

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    (0, 7, {name: number for number, name in enumerate(_DAYS)}),
)
_USUAL = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
          "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}  # fmt: skip
_AHEAD = timedelta(days=366 * 8)  # 29 February comes within eight years
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
    walls: Iterable[datetime] = rrule(  # type: ignore[no-untyped-call]
        DAILY, dtstart=since, until=since + _AHEAD, byminute=minutes, byhour=hours, bysecond=0,
        bymonthday=days if len(days) < 31 else None, bymonth=months if len(months) < 12 else None,
        byweekday=[(day - 1) % 7 for day in weekdays] if len(weekdays) < 7 else None,
    )  # fmt: skip
    return next((when for wall in walls if (when := moment(wall, where, last=False)) > at), None)


@lru_cache(maxsize=1024)
def _parsed(cron: str) -> tuple[tuple[int, ...], ...]:
    """What each field allows. Raises ValueError."""
    parts = _USUAL.get(cron.strip().lower(), cron).upper().split()
    if len(parts) != len(_FIELDS) or len(cron) > LONGEST:
        raise ValueError("five fields are expected: minute, hour, day, month, weekday")
    fields = [_field(part, *known) for part, known in zip(parts, _FIELDS, strict=True)]
    fields[4] = {day % 7 for day in fields[4]}
    return tuple(tuple(sorted(field)) for field in fields)


def _field(text: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    allowed: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = ("*", "", "") if span == "*" else span.partition("-")
        begin = low if first == "*" else _number(first, names)
        end = high if first == "*" or (slash and not dash) else _number(last, names) if dash else begin
        by = _number(step, {}) if slash else 1
        if not (low <= begin <= end <= high and by > 0):
            raise ValueError(f"{part}: from {low} to {high}")
        allowed.update(range(begin, end + 1, by))
    return allowed


def _number(text: str, names: dict[str, int]) -> int:
    if text in names:
        return names[text]
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise ValueError(f"“{text[:20]}” is no number")
    return int(text)
