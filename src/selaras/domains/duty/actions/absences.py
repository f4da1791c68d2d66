"""Absences read from a calendar file (RFC 5545), entries that repeat among them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from selaras.domains.duty.actions.covers import cancel_cover, cover
from selaras.domains.duty.models import Cover, Rota
from selaras.domains.people.contracts import Actor
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say

_MOST = 500
_AHEAD = timedelta(days=366)  # an entry that repeats is read so far ahead
_EVERY = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


@dataclass(frozen=True, slots=True)
class _Away:
    key: str
    starts: datetime
    ends: datetime
    words: str


@transaction.atomic
def read_absences(rota_id: int, data: bytes, *, by: Actor, person_id: int) -> tuple[int, int]:
    """Take the entries of a calendar file as times at which somebody is away; (new, known already).

    An entry is known by its UID: reading the same file again adds nothing, a moved entry replaces the old one. One that
    repeats (RRULE, EXDATE, RECURRENCE-ID) is read a year ahead; what its series no longer holds is taken back.
    """
    rota = Rota.objects.select_for_update().filter(pk=rota_id).first()
    if rota is None:
        raise NotFound(str(rota_id))
    entries = _entries(data, ZoneInfo(rota.timezone))
    known = 0
    for one in entries:
        source = f"{person_id}:{one.key}"
        old = Cover.objects.filter(rota=rota, source=source, cancelled_at=None).first()
        if old is not None and (old.starts_at, old.ends_at) == (one.starts, one.ends):
            known += 1
            continue
        if old is not None:
            cancel_cover(old.pk, by=by)
        cover(
            rota_id, by=by, starts_at=one.starts, ends_at=one.ends, person_id=None, instead_of=person_id,
            reason=one.words, source=source,
        )  # fmt: skip
    _take_back(rota, person_id, entries, by)
    return len(entries) - known, known


def _take_back(rota: Rota, person_id: int, entries: Sequence[_Away], by: Actor) -> None:
    keys = {f"{person_id}:{one.key}" for one in entries}
    series = {key.split("@@")[0] for key in keys}
    ahead = Cover.objects.filter(rota=rota, cancelled_at=None, starts_at__gt=clock.now())
    for old in ahead.filter(source__startswith=f"{person_id}:", source__contains="@@").exclude(source__in=keys):
        if old.source.split("@@")[0] in series:
            cancel_cover(old.pk, by=by)


def _entries(data: bytes, zone: ZoneInfo) -> list[_Away]:
    from icalendar import Calendar, Event

    try:
        entries: list[Any] = [one for one in Calendar.from_ical(data).walk("VEVENT") if isinstance(one, Event)]
        faults = _faults(entries)
        moved = {(str(one["UID"]), _aware(one["RECURRENCE-ID"].dt, zone)) for one in entries if "RECURRENCE-ID" in one}
        found = [] if faults else [each for one in entries for each in islice(_times(one, zone, moved), _MOST + 1)]
    except Exception as problem:  # a parser of foreign files: whatever it stumbles over, the file is at fault
        raise Invalid({"file": say("This is not a calendar file: %(why)s", why=str(problem)[:200])}) from None
    if faults:
        raise Invalid({"file": faults})
    if not entries or len(found) > _MOST:
        raise Invalid({"file": say("A file holds 1 to %(most)s entries.", most=_MOST)})
    return found


def _faults(entries: Sequence[Any]) -> Any:
    if any(not one.get("UID") for one in entries):
        return say("It holds an entry without a UID.")
    rules = [rule for one in entries if (rule := one.get("RRULE")) is not None]
    if any(isinstance(rule, list) or {str(x) for x in rule.get("FREQ", [])} - _EVERY for rule in rules):
        return say("It holds an entry that repeats more often than daily, or by several rules.")
    return None


def _times(one: Any, zone: ZoneInfo, moved: set[tuple[str, datetime]]) -> Iterator[_Away]:
    """The times of an entry: one, or each of a series that is not over, by the clock on the wall of its zone."""
    uid, words = str(one["UID"])[:180], str(one.get("SUMMARY", ""))[:200].replace("\x00", "")
    starts, ends = _local(one.start, zone), _local(one.end, zone)
    if "RRULE" not in one:
        mark = f"@@{_aware(one['RECURRENCE-ID'].dt, zone).isoformat()}" if "RECURRENCE-ID" in one else ""
        yield _Away(uid + mark, starts.astimezone(UTC), ends.astimezone(UTC), words)
        return
    lasts = ends.replace(tzinfo=None) - starts.replace(tzinfo=None)
    left_out = _left_out(one, zone) | {at for known, at in moved if known == str(one["UID"])}
    for at in _series(one["RRULE"], starts):
        begin = at.astimezone(UTC)
        end = (at.replace(tzinfo=None) + lasts).replace(tzinfo=at.tzinfo).astimezone(UTC)
        if end > clock.now() and begin not in left_out:
            yield _Away(f"{uid}@@{begin.isoformat()}", begin, end, words)


def _series(rule: Any, starts: datetime) -> Iterator[datetime]:
    """The beginnings, until a year from now."""
    from dateutil.rrule import rrulestr

    last = clock.now() + _AHEAD
    until = rule.get("UNTIL")
    if until:  # a date, or a time without a zone, is one of the entry's own zone
        end = until[0] if isinstance(until[0], datetime) else datetime.combine(until[0], time(23, 59, 59))
        last = min(last, (end if end.tzinfo else end.replace(tzinfo=starts.tzinfo)).astimezone(UTC))
    text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL="))
    if "COUNT" not in rule:
        text += f";UNTIL={last:%Y%m%dT%H%M%SZ}"
    for at in rrulestr(text, dtstart=starts):
        if at > last:
            return
        yield at


def _left_out(one: Any, zone: ZoneInfo) -> set[datetime]:
    listed = one.get("EXDATE", [])
    lists = listed if isinstance(listed, list) else [listed]
    return {_aware(each.dt, zone) for dates in lists for each in dates.dts}


def _local(value: date, zone: ZoneInfo) -> datetime:
    """A date is its midnight in the rota's zone; so is a time without a zone a time there."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _aware(value: date, zone: ZoneInfo) -> datetime:
    return _local(value, zone).astimezone(UTC)
