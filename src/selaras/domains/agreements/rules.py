"""Business time: how much of the time between two moments counts in a calendar, and when an amount of it is
used up.

One definition holds everywhere: **a moment counts if the clock on the wall of the calendar's zone shows an
open time of an open day at that moment.** So a day of 25 hours counts 25, an hour that the spring change
leaves out counts nothing, and an hour that the autumn change repeats counts twice. All arithmetic is on whole
microseconds since 1970 (UTC); nothing is rounded except the seconds a caller gives, to the microsecond.

A calendar lays out its open spans in windows of 400 days, each made when first asked for: sorted integers
with their running sums, so that one due time costs two binary searches whatever the breaks and holidays.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from selaras.domains.agreements.contracts.calendars import DAY_WORDS
from selaras.kernel.errors import Invalid, Refusal
from selaras.kernel.sentences import Sentence, say

DAYS = tuple(DAY_WORDS)
OPEN, OUTSIDE, BREAK, DAY_OFF, HOLIDAY = "open", "outside", "break", "day_off", "holiday"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_WINDOW = 400 * _DAY
# What a table of zones can speak for; it also bounds every loop over windows to a few hundred turns.
_EARLIEST = -70 * 366 * _DAY  # 1899
_LATEST = 430 * 366 * _DAY  # 2400

Interval = tuple[int, int]  # seconds of the wall clock since midnight, from and until


@dataclass(frozen=True, slots=True)
class HolidayName:
    """What a holiday is called in the two languages."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of time that counts as a whole or not at all, and why (`OPEN`, `OUTSIDE`, `BREAK`, …)."""

    began: datetime
    ended: datetime
    why: str
    holiday: HolidayName | None = None

    @property
    def counted(self) -> bool:
        """Whether this time counts."""
        return self.why == OPEN

    @property
    def length(self) -> timedelta:
        """How long it is on any clock."""
        return self.ended - self.began

    @property
    def sentence(self) -> Sentence:
        """The reason in words."""
        return _REASONS[self.why]


_REASONS = {
    OPEN: say("within opening hours"),
    OUTSIDE: say("outside opening hours"),
    BREAK: say("break"),
    DAY_OFF: say("day without opening hours"),
    HOLIDAY: say("holiday"),
}


@dataclass(frozen=True, slots=True)
class _Window:
    """The open spans of one window, as microseconds; `before[i]` is what counts in the
    window before span i.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    total: int

    def counted_until(self, at: int) -> int:
        """What counts from the window's beginning until `at`, which lies in it."""
        i = bisect_right(self.starts, at) - 1
        if i < 0:
            return 0
        return self.before[i] + min(at, self.ends[i]) - self.starts[i]


@dataclass(frozen=True)
class Calendar:
    """Opening hours, as a value: the zone, the intervals of each weekday (Monday first), holidays by local
    date.

    Make one with `compile_calendar`, which checks it. Equal calendars are equal values; the laid-out windows
    are a private memory of it, safe to share between threads (the worst race lays one window out twice).
    """

    zone: str
    week: tuple[tuple[Interval, ...], ...]
    holidays: tuple[tuple[date, HolidayName], ...] = ()
    _windows: dict[int, _Window] = field(default_factory=dict, compare=False, repr=False)
    _named: dict[date, HolidayName] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._named.update(self.holidays)

    def window(self, number: int) -> _Window:
        """The open spans of window `number`, laid out at the first call."""
        found = self._windows.get(number)
        if found is None:
            found = self._windows[number] = _lay_out(self, number)
        return found

    def day(self, day: date) -> tuple[tuple[Interval, str, HolidayName | None], ...]:
        """The whole local day from 00:00 to 24:00 in pieces, each with why it counts or not."""
        name = self._named.get(day)
        if name is not None:
            return (((0, 86_400), HOLIDAY, name),)
        return _pieces(self.week[day.weekday()])


def compile_calendar(
    zone: str,
    week: Mapping[str, Sequence[Sequence[str]]],
    holidays: Mapping[date, HolidayName] | Iterable[date] = (),
) -> Calendar:
    """A checked calendar from words: `{"mon": [["08:00", "12:00"], ["13:00", "24:00"]], …}`; Invalid names
    the fault.
    """
    unknown = sorted(set(week) - set(DAYS))
    if unknown:
        raise Invalid({"week": say("“%(day)s” is not a day of the week.", day=unknown[0])})
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as e:
        raise Invalid({"timezone": say("There is no time zone “%(zone)s”.", zone=zone)}) from e
    days = _week(week)
    if not any(days):
        raise Invalid({"week": say("A calendar without any opening hours never counts time.")})
    named = holidays.items() if isinstance(holidays, Mapping) else ((d, HolidayName("", "")) for d in holidays)
    return Calendar(zone, days, tuple(sorted(named, key=lambda pair: pair[0])))


def add(calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """When `seconds` of counted time after `start` are used up (UTC); before it, if negative.

    Forward it is the first such moment (the close of a day, not the next opening); backward the last. Zero
    answers `start` itself if it counts, else the next opening. Refused if it lies beyond the years a zone can
    speak for.
    """
    at, amount = _microseconds(start), round(seconds * _SECOND)
    if amount > 0:
        return _moment(_forward(calendar, at, amount))
    return _moment(_backward(calendar, at, amount) if amount else _next_open(calendar, at))


def difference(calendar: Calendar, a: datetime, b: datetime) -> float:
    """Seconds of counted time from `a` to `b`; negative if `b` is earlier. Exact: whole microseconds divided
    once.
    """
    return _between(calendar, _microseconds(a), _microseconds(b)) / _SECOND


def counted(calendar: Calendar, a: datetime, b: datetime) -> timedelta:
    """Counted time from `a` to `b` as a timedelta, exact to the microsecond."""
    return timedelta(microseconds=_between(calendar, _microseconds(a), _microseconds(b)))


def explain(calendar: Calendar, a: datetime, b: datetime) -> tuple[Span, ...]:
    """All of the time from `a` to `b` (a ≤ b) in spans without gap or overlap, each with why it counts or
    not.
    """
    first, last = _microseconds(a), _microseconds(b)
    _must_be_known(first)
    _must_be_known(last)
    joined: list[list[int]] = []
    whys: list[tuple[str, HolidayName | None]] = []
    for began, ended, why, name in _timeline(calendar, first, last):
        if whys and whys[-1] == (why, name):
            joined[-1][1] = ended
        else:
            joined.append([began, ended])
            whys.append((why, name))
    return tuple(Span(_moment(s), _moment(e), *w) for (s, e), w in zip(joined, whys, strict=True))


def _forward(calendar: Calendar, at: int, amount: int) -> int:
    number = at // _WINDOW
    window = calendar.window(number)
    want = window.counted_until(at) + amount
    while want > window.total:
        want -= window.total
        number += 1
        window = calendar.window(number)
    i = bisect_left(window.after, want)
    return window.starts[i] + want - window.before[i]


def _backward(calendar: Calendar, at: int, amount: int) -> int:
    number = at // _WINDOW
    window = calendar.window(number)
    want = window.counted_until(at) + amount
    while want < 0:
        number -= 1
        window = calendar.window(number)
        want += window.total
    i = bisect_right(window.before, want) - 1
    return window.starts[i] + want - window.before[i]


def _next_open(calendar: Calendar, at: int) -> int:
    number = at // _WINDOW
    window = calendar.window(number)
    i = bisect_right(window.ends, at)
    while i == len(window.ends):
        number += 1
        window = calendar.window(number)
        i = 0
    return max(at, window.starts[i])


def _between(calendar: Calendar, a: int, b: int) -> int:
    first, last = a // _WINDOW, b // _WINDOW
    inside = calendar.window(last).counted_until(b) - calendar.window(first).counted_until(a)
    if first <= last:
        return inside + sum(calendar.window(n).total for n in range(first, last))
    return inside - sum(calendar.window(n).total for n in range(last, first))


def _lay_out(calendar: Calendar, number: int) -> _Window:
    began = number * _WINDOW
    _must_be_known(began)
    starts: list[int] = []
    ends: list[int] = []
    for s, e, why, _ in _timeline(calendar, began, began + _WINDOW):
        if why != OPEN:
            continue
        if ends and ends[-1] == s:  # until 24:00 and on from 00:00 is one span
            ends[-1] = e
        else:
            starts.append(s)
            ends.append(e)
    after = tuple(accumulate(e - s for s, e in zip(starts, ends, strict=True)))
    before = (0, *after[:-1]) if after else ()
    return _Window(tuple(starts), tuple(ends), before, after, after[-1] if after else 0)


def _must_be_known(at: int) -> None:
    if not _EARLIEST <= at <= _LATEST:
        raise Refusal(say("Opening hours are known from 1900 to 2400 only."))


def _timeline(calendar: Calendar, a: int, b: int) -> Iterator[tuple[int, int, str, HolidayName | None]]:
    """The time from a to b in order, cut where the wall clock jumps, at local midnights
    and at opening times.
    """
    for began, ended, offset in _steady(ZoneInfo(calendar.zone), a, b):
        day_number, last = (began + offset) // _DAY, (ended + offset - 1) // _DAY
        while day_number <= last:
            midnight = day_number * _DAY - offset
            for (s, e), why, name in calendar.day(date.fromordinal(_EPOCH.toordinal() + day_number)):
                left, right = max(began, midnight + s * _SECOND), min(ended, midnight + e * _SECOND)
                if left < right:
                    yield left, right, why, name
            day_number += 1


def _steady(zone: ZoneInfo, a: int, b: int) -> Iterator[tuple[int, int, int]]:
    """The time from a to b in pieces with one offset from UTC each (microseconds)."""
    began, at, offset = a, a, _offset(zone, a)
    while at < b:
        later = min(at + _DAY // 2, b)  # no zone changes twice within half a day
        if (new := _offset(zone, later)) != offset:
            jump = _jump(zone, at, later, offset)
            if jump < b:
                yield began, jump, offset
                began, offset = jump, new
        at = later
    if began < b:
        yield began, b, offset


def _jump(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """The first microsecond with another offset; `before` still has `offset`, `after` no longer."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: int) -> int:
    delta = _moment(at).astimezone(zone).utcoffset()
    return 0 if delta is None else (delta.days * 86_400 + delta.seconds) * _SECOND


def _pieces(intervals: tuple[Interval, ...]) -> tuple[tuple[Interval, str, HolidayName | None], ...]:
    """A weekday from 00:00 to 24:00: its open intervals and what lies around and between them."""
    if not intervals:
        return (((0, 86_400), DAY_OFF, None),)
    pieces: list[tuple[Interval, str, HolidayName | None]] = []
    at = 0
    for start, end in intervals:
        pieces += [((at, start), BREAK if at else OUTSIDE, None), ((start, end), OPEN, None)]
        at = end
    pieces.append(((at, 86_400), OUTSIDE, None))
    return tuple(piece for piece in pieces if piece[0][0] < piece[0][1])


def _week(words: Mapping[str, Sequence[Sequence[str]]]) -> tuple[tuple[Interval, ...], ...]:
    """The checked intervals of every day; every day at fault is told, at a field of its own."""
    days, faults = [], {}
    for day in DAYS:
        try:
            days.append(_intervals(day, words.get(day, ())))
        except Invalid as refused:
            faults[f"week.{day}"] = refused.sentence
    if faults:
        raise Invalid(faults)
    return tuple(days)


def _intervals(day: str, words: Sequence[Sequence[str]]) -> tuple[Interval, ...]:
    """The checked intervals of a weekday, sorted; an end of 00:00 means midnight at the end of the day."""
    read = sorted(_interval(day, pair) for pair in words)
    for (_, end), (start, _) in pairwise(read):
        if start < end:
            raise Invalid({"week": say("The opening hours of %(day)s overlap.", day=DAY_WORDS[day])})
    return tuple(read)


def _interval(day: str, pair: Sequence[str]) -> Interval:
    try:
        first, second = pair
        start, end = _seconds(first), _seconds(second) or 86_400
    except (ValueError, TypeError, AttributeError) as e:
        raise Invalid(
            {"week": say("%(day)s has opening hours that are not “HH:MM” to “HH:MM”.", day=DAY_WORDS[day])}
        ) from e
    if start >= end:
        raise Invalid(
            {"week": say("On %(day)s the opening ends before it starts; give a night as two days.", day=DAY_WORDS[day])}
        )
    return start, end


def _seconds(clock: str) -> int:
    """Seconds since midnight of "HH:MM" or "HH:MM:SS"; "24:00" is the end of the day."""
    parts = [int(part) for part in clock.split(":") if part.isascii() and part.isdigit()]
    if len(parts) != clock.count(":") + 1 or len(parts) not in (2, 3):
        raise ValueError(clock)
    hours, minutes, seconds = [*parts, 0][:3]
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > 86_400:
        raise ValueError(clock)
    return total


def _microseconds(moment: datetime) -> int:
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * _SECOND + delta.microseconds


def _moment(at: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=at)
    except OverflowError as e:
        raise Refusal(say("Opening hours are known from 1900 to 2400 only.")) from e
