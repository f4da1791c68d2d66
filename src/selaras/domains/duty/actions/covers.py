"""Overrides: for a while somebody else is on duty, or somebody is away; also read from a calendar file."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from selaras.domains.duty.models import Cover, Rota
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_names, may, require
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotAllowed, NotFound
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import say

_LONGEST = timedelta(days=366)
_MOST_ENTRIES = 500


@transaction.atomic
def cover(
    rota_id: int,
    *,
    by: Actor,
    starts_at: datetime,
    ends_at: datetime,
    person_id: int | None,
    instead_of: int | None = None,
    reason: str = "",
    source: str = "",
) -> int:
    """Put `person_id` on duty from `starts_at` until `ends_at`, whoever it would be, or only instead of one; its id.

    Without `person_id`, `instead_of` is away: a lower layer steps in, or there is a gap. Everybody may take a duty
    upon themselves and say that they are away; the rest needs `duty.edit`.
    """
    require(by, "duty.self")
    if not may(by, "duty.edit") and by.own_id != (person_id or instead_of):
        raise NotAllowed("duty.edit")
    _check(starts_at, ends_at, person_id, instead_of, reason)
    if not Rota.objects.filter(pk=rota_id).exists():
        raise NotFound(str(rota_id))
    row = Cover.objects.create(
        rota_id=rota_id,
        person_id=person_id,
        instead_of_id=instead_of,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        source=source,
        made_by_id=by.id,
        made_at=clock.now(),
    )
    announce("rota.changed", {"rota_id": rota_id, "by": by.id})
    return row.pk


@transaction.atomic
def cancel_cover(cover_id: int, *, by: Actor) -> None:
    """Let the rota hold again. Those who edit rotas may, and who made it, or is on duty by it."""
    require(by, "duty.self")
    row = Cover.objects.select_for_update().filter(pk=cover_id, cancelled_at=None).first()
    if row is None:
        raise NotFound(str(cover_id))
    if not may(by, "duty.edit") and by.own_id not in (row.made_by_id, row.person_id):
        raise NotAllowed("duty.edit")
    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])
    announce("rota.changed", {"rota_id": row.rota_id, "by": by.id})


@transaction.atomic
def read_absences(rota_id: int, data: bytes, *, by: Actor, person_id: int) -> tuple[int, int]:
    """Take the entries of an iCalendar file (RFC 5545) as times at which somebody is away; (new, known already).

    An entry is known by its UID: reading the same file again adds nothing, a moved entry replaces the old one.
    Entries that repeat are refused, so that none is taken for once by mistake.
    """
    rota = Rota.objects.select_for_update().filter(pk=rota_id).first()
    if rota is None:
        raise NotFound(str(rota_id))
    fresh = known = 0
    for uid, starts, ends, words in _entries(data, ZoneInfo(rota.timezone)):
        source = f"{person_id}:{uid}"[:255]
        old = Cover.objects.filter(rota=rota, source=source, cancelled_at=None).first()
        if old is not None and (old.starts_at, old.ends_at) == (starts, ends):
            known += 1
            continue
        if old is not None:
            cancel_cover(old.pk, by=by)
        cover(
            rota_id,
            by=by,
            starts_at=starts,
            ends_at=ends,
            person_id=None,
            instead_of=person_id,
            reason=words,
            source=source,
        )
        fresh += 1
    return fresh, known


def _entries(data: bytes, zone: ZoneInfo) -> list[tuple[str, datetime, datetime, str]]:
    from icalendar import Calendar, Event

    try:
        entries = Calendar.from_ical(data).walk("VEVENT")
        found = [
            (
                str(one.get("UID", "")),
                _aware(one.start, zone),
                _aware(one.end, zone),
                str(one.get("SUMMARY", ""))[:200],
                "RRULE" in one,
            )
            for one in entries
            if isinstance(one, Event)
        ]
    except Exception as problem:  # a parser of foreign files: whatever it stumbles over, the file is at fault
        raise Invalid({"file": say("This is not a calendar file: %(why)s", why=str(problem)[:200])}) from None
    if not found or len(found) > _MOST_ENTRIES:
        raise Invalid({"file": say("A file holds 1 to %(most)s entries.", most=_MOST_ENTRIES)})
    if any(repeats for *_, repeats in found):
        raise Invalid({"file": say("It holds an entry that repeats. Give each absence as an entry of its own.")})
    if any(not uid for uid, *_ in found):
        raise Invalid({"file": say("It holds an entry without a UID.")})
    return [(uid, starts, ends, words.replace("\x00", "")) for uid, starts, ends, words, _ in found]


def _aware(value: date, zone: ZoneInfo) -> datetime:
    """A date is its midnight in the rota's zone; so is a time without a zone a time there."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _check(starts_at: datetime, ends_at: datetime, person_id: int | None, instead_of: int | None, reason: str) -> None:
    if ends_at <= starts_at:
        raise Invalid({"ends_at": say("It ends before it begins.")})
    if ends_at - starts_at > _LONGEST:
        raise Invalid({"ends_at": say("At most a year at a time.")})
    if ends_at <= clock.now():
        raise Invalid({"ends_at": say("This is over already.")})
    if len(reason) > 200 or "\x00" in reason:
        raise Invalid({"reason": say("Use up to 200 characters.")})
    wanted = {person for person in (person_id, instead_of) if person is not None}
    if not wanted or len(get_names(wanted)) != len(wanted):
        raise Invalid({"person_id": say("There is no such person.")})
