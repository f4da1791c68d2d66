"""Pure: what of a day is kept, and when something of it may go next; which logs have days."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

from selaras.domains.events.contracts import AlertClass

CHANGE, TRACE, RAW = "events_change", "events_trace", "events_rawbatch"
LOGS = (CHANGE, TRACE, RAW)
"""The tables that are partitioned by day (UTC); a partition is named after its log and its day."""

_DAY = re.compile(r"_(\d{8})$")

AGAIN = timedelta(days=7)
"""When to look again at what is kept only because its alert fires or its incident is not closed."""


def day_of(partition: str) -> date | None:
    """The day of a partition, by its name; None: it has none."""
    found = _DAY.search(partition)
    return datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=UTC).date() if found else None


def goes_after(day: date, days: int) -> date:
    """The last day on which what happened on `day` is kept."""
    return day + timedelta(days=days)


def classes_kept(day: date, today: date, days: Mapping[AlertClass, int]) -> list[AlertClass]:
    """The classes whose time has not run out for this day, the longest first."""
    longest_first = sorted(days, key=lambda one: -days[one])
    return [one for one in longest_first if goes_after(day, days[one]) >= today]


def next_look(
    day: date, today: date, days: Mapping[AlertClass, int], present: Collection[AlertClass | None], *, waits: bool
) -> date:
    """When something of this day may go next; `waits`: something is kept beyond its time, for now."""
    times = [days[one] if one else min(days.values()) for one in present]
    ends = [goes_after(day, n) + timedelta(days=1) for n in times if goes_after(day, n) >= today]
    return min([*ends, today + AGAIN] if waits or not ends else ends)
