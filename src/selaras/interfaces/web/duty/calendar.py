"""A feed of shifts as an iCalendar file (RFC 5545)."""

from datetime import UTC, timedelta
from hashlib import sha256

from django.utils.translation import gettext, override
from icalendar import Calendar, Event

from selaras.domains.duty.contracts.rotas import Feed
from selaras.kernel import clock


def written(feed: Feed) -> bytes:
    """The file. An entry keeps its UID as long as its rota and beginning are the same."""
    with override(feed.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Selaras//Duty//EN")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", gettext("On duty: %(name)s") % {"name": feed.name})
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        for one in feed.shifts:
            entry = Event()
            starts = one.shift.starts_at.astimezone(UTC)
            mark = sha256(f"{one.rota_id} {starts.isoformat()}".encode()).hexdigest()[:32]
            entry.add("uid", f"{mark}@selaras")
            entry.add("dtstamp", clock.now())
            entry.add("dtstart", starts)
            entry.add("dtend", one.shift.ends_at.astimezone(UTC))
            own = gettext("On duty: %(name)s") % {"name": one.rota_name}
            entry.add("summary", own if feed.own else f"{one.person_name} ({one.rota_name})")
            calendar.add_component(entry)
        return bytes(calendar.to_ical())
