"""Pure: when a maintenance window that recurs is open, exact where clocks change.

A window is written on the wall of its zone: from 01:00 for two hours, every second Sunday. It opens with the first
moment at which the wall shows its start or more, and closes with the last at which the wall shows its end: so an hour
that the spring change leaves out is not waited for, and one that the autumn change repeats lies within it twice.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from selaras.domains.events.contracts.windows import Occurrence
from selaras.kernel.sentences import Sentence, say

LONGEST = 7 * 24 * 60  # minutes
_EARLIEST, _LATEST = 2000, 2100
_LOOK = timedelta(days=128)  # laid out at a time, and kept
_AHEAD = 16  # such pieces: what comes later than some five years is not shown
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_RULE = 300  # characters
_ANY = {"INTERVAL", "COUNT", "UNTIL"}
_PARTS = {
    "DAILY": _ANY,
    "WEEKLY": _ANY | {"BYDAY", "WKST"},
    "MONTHLY": _ANY | {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
    "YEARLY": _ANY,
}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Its first start on the wall of `zone` (no zone of its own), for how long it is open, how it recurs (RFC 5545).

    A day that the rule does not meet is not open, the first one included: the standard leaves that undefined, and a
    window that opens unasked keeps alerts from people.
    """

    starts: datetime
    minutes: int
    rrule: str
    zone: str


def fault_of(recurrence: Recurrence) -> tuple[str, Sentence] | None:
    """The field that is wrong, and why."""
    if not _EARLIEST <= recurrence.starts.year < _LATEST:
        return "starts", say("Give a start between 2000 and 2100.")
    if not 1 <= recurrence.minutes <= LONGEST:
        return "minutes", say("Give 1 to %(n)s minutes.", n=LONGEST)
    wrong = _fault_of_rule(recurrence) if recurrence.rrule else None
    return ("rrule", wrong) if wrong else None


def _fault_of_rule(recurrence: Recurrence) -> Sentence | None:
    """Only parts that recur soon are taken: what never comes would be looked for to the year 9999, again and again."""
    pairs = [part.partition("=") for part in recurrence.rrule.upper().split(";")]
    parts = {name: value for name, _equals, value in pairs}
    allowed = _PARTS.get(parts.get("FREQ", ""))
    if allowed is None or len(parts) < len(pairs) or len(recurrence.rrule) > _RULE:
        return say("Begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY; each part once, between semicolons.")
    unknown = sorted(set(parts) - allowed - {"FREQ"})
    if unknown:
        return say("%(part)s does not go with %(freq)s here.", part=unknown[0][:40], freq=parts["FREQ"])
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isdecimal() and len(parts[name]) < 5 and int(parts[name])):
            return say("%(part)s is a number from 1 to 9999.", part=name)
    if parts.get("UNTIL", "").endswith("Z"):
        return say("Write UNTIL by the clock of the zone, without Z.")
    try:
        comes = next(iter(_rule(recurrence)), None)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
        return say("This is no recurrence rule (RFC 5545): %(why)s", why=str(error)[:160])
    return None if comes else say("By this rule it is never open.")


def current(recurrence: Recurrence, at: datetime) -> Occurrence | None:
    """The occurrence that is open at a moment, the one that closes last if several are."""
    nearby = [*_piece(recurrence, _number(at) - 1), *_piece(recurrence, _number(at))]
    held = [one for one in nearby if one.starts_at <= at < one.ends_at]
    return max(held, key=lambda one: one.ends_at, default=None)


def upcoming(recurrence: Recurrence, at: datetime) -> Iterator[Occurrence]:
    """Those that are open at a moment or open later, in order, as far as is looked ahead."""
    first = max(_number(at), _number(recurrence.starts.replace(tzinfo=UTC))) - 1
    for number in range(first, first + _AHEAD):
        yield from (one for one in _piece(recurrence, number) if one.ends_at > at)


def moment(wall: datetime, zone: ZoneInfo, *, last: bool) -> datetime:
    """The first moment at which the wall shows this time or a later one; `last`: the last at which it shows it.

    In an hour that is left out both are the moment of the change.
    """
    early, late = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late or late.astimezone(zone).replace(tzinfo=None) == wall:
        return late if last else early
    before = early.astimezone(zone).utcoffset()
    seconds = int((late - early).total_seconds()) + 1
    changed = bisect_right(
        range(seconds), 0, key=lambda n: (early + timedelta(seconds=n)).astimezone(zone).utcoffset() != before
    )
    return early + timedelta(seconds=changed)


@lru_cache(maxsize=4096)
def _piece(recurrence: Recurrence, number: int) -> tuple[Occurrence, ...]:
    """The occurrences that start within a piece of time, laid out once: the rule is never followed without end."""
    zone, length = ZoneInfo(recurrence.zone), timedelta(minutes=recurrence.minutes)
    since = (_EPOCH + number * _LOOK).astimezone(zone).replace(tzinfo=None)
    until = (_EPOCH + (number + 1) * _LOOK).astimezone(zone).replace(tzinfo=None)
    made = []
    for wall in _walls(recurrence, since, until):
        one = Occurrence(moment(wall, zone, last=False), moment(wall + length, zone, last=True))
        if one.starts_at < one.ends_at:
            made.append(one)
    return tuple(made)


def _walls(recurrence: Recurrence, since: datetime, until: datetime) -> list[datetime]:
    if not recurrence.rrule:
        return [recurrence.starts] if since <= recurrence.starts < until else []
    return [wall for wall in takewhile(lambda wall: wall < until, _rule(recurrence)) if wall >= since]


@lru_cache(maxsize=512)
def _rule(recurrence: Recurrence) -> Iterable[datetime]:
    made: Iterable[datetime] = rrulestr(recurrence.rrule, dtstart=recurrence.starts)
    return made


def _number(at: datetime) -> int:
    return (at - _EPOCH) // _LOOK
