"""Maintenance windows: what they say, when they are open."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db.models import QuerySet, Sum

from selaras.domains.agreements.queries.calendars import get_calendar, hours_of
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.windows import Occurrence, WindowDraft, WindowKind, WindowRow
from selaras.domains.events.models import Window
from selaras.domains.events.recurring import Recurrence, current, upcoming
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import require
from selaras.kernel import clock
from selaras.kernel.errors import NotFound

SHOWN = 5  # occurrences to come
_DAYS = 15  # before and behind now, laid out of a calendar's hours


def list_windows(actor: Actor) -> list[WindowRow]:
    """Every window, those that open next first, with when. Raises NotAllowed."""
    require(actor, "events.view")
    rows = [window_row(window) for window in _all()]
    late = datetime.max.replace(tzinfo=UTC)
    return sorted(rows, key=lambda row: (row.next[0].starts_at if row.next else late, row.draft.name))


def get_window(actor: Actor, window_id: int) -> WindowRow:
    """One of them. Raises NotAllowed, NotFound."""
    require(actor, "events.view")
    found = _all().filter(pk=window_id).first()
    if found is None:
        raise NotFound(str(window_id))
    return window_row(found)


def windows_version() -> int:
    """A number that changes with each change of any window."""
    return int(Window.objects.aggregate(all=Sum("version"))["all"] or 0)


def open_windows() -> list[tuple[Window, Occurrence]]:
    """The windows that are open now, each with the occurrence. One query, more only where a calendar's hours count."""
    now = clock.now()
    enabled = Window.objects.filter(enabled=True).select_related("calendar").order_by("pk")
    return [(window, held) for window in enabled if (held := _current(window, now)) is not None]


def occurrences_of(draft: WindowDraft) -> list[Occurrence]:
    """When a window that says this would be open now and next."""
    return list(islice(_upcoming(draft, get_calendar(draft.calendar_id).timezone, clock.now()), SHOWN))


def recurrence_of(draft: WindowDraft, zone: str) -> Recurrence:
    """When it recurs, of a draft of that kind with a start."""
    assert draft.starts is not None
    return Recurrence(draft.starts, draft.minutes, draft.rrule, zone)


def window_row(window: Window) -> WindowRow:
    """A window read with its calendar."""
    draft, now = _draft(window), clock.now()
    coming = tuple(islice(_upcoming(draft, window.calendar.timezone, now), SHOWN)) if window.enabled else ()
    return WindowRow(
        id=window.pk,
        draft=draft,
        calendar_name=window.calendar.name,
        timezone=window.calendar.timezone,
        made_by=window.made_by,
        version=window.version,
        next=coming,
        open_now=bool(coming) and coming[0].starts_at <= now,
    )


def _all() -> QuerySet[Window]:
    return Window.objects.select_related("calendar").prefetch_related("items", "services").order_by("pk")


def _draft(window: Window) -> WindowDraft:
    items = (f"item:{row.slug}" for row in window.items.all())
    services = (f"service:{row.slug}" for row in window.services.all())
    return WindowDraft(
        name=window.name,
        calendar_id=window.calendar_id,
        kind=WindowKind(window.kind),
        starts=starts_of(window),
        minutes=window.minutes,
        rrule=window.rrule,
        matchers=tuple(Condition(**one) for one in window.matchers),
        ends=(*sorted(items), *sorted(services)),
        dependents=window.dependents,
        enabled=window.enabled,
    )


def starts_of(window: Window) -> datetime | None:
    """Its start on the wall."""
    return datetime.fromisoformat(window.starts) if window.starts else None


def _current(window: Window, now: datetime) -> Occurrence | None:
    kind, starts = WindowKind(window.kind), starts_of(window)
    if kind == WindowKind.RECURRING:
        recurrence = Recurrence(starts, window.minutes, window.rrule, window.calendar.timezone) if starts else None
        return current(recurrence, now) if recurrence else None
    spans = _hours(window.calendar_id, now, within=kind == WindowKind.WITHIN)
    return next((one for one in spans if one.starts_at <= now < one.ends_at), None)


def _upcoming(draft: WindowDraft, zone: str, now: datetime) -> Iterator[Occurrence]:
    if draft.kind == WindowKind.RECURRING:
        return upcoming(recurrence_of(draft, zone), now) if draft.starts else iter(())
    spans = _hours(draft.calendar_id, now, within=draft.kind == WindowKind.WITHIN)
    return (one for one in spans if one.ends_at > now)


def _hours(calendar_id: int, now: datetime, *, within: bool) -> list[Occurrence]:
    """The spans of a calendar's hours (or of the rest) around now, those that touch as one; one query."""
    made: list[Occurrence] = []
    for span in hours_of(calendar_id, now - timedelta(days=_DAYS), now + timedelta(days=_DAYS)):
        if span.counted != within:
            continue
        if made and made[-1].ends_at == span.began:
            made[-1] = Occurrence(made[-1].starts_at, span.ended)
        else:
            made.append(Occurrence(span.began, span.ended))
    return made
