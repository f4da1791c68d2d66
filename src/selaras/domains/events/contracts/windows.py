"""Maintenance windows that recur."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selaras.domains.events.contracts import Condition
from selaras.kernel.sentences import Sentence, say


class WindowKind(StrEnum):
    """What says when a maintenance window is open."""

    RECURRING = "recurring"  # its own start, length and rule
    WITHIN = "within"  # the hours of its calendar
    OUTSIDE = "outside"  # all but the hours of its calendar


WINDOW_WORDS: dict[WindowKind, Sentence] = {
    WindowKind.RECURRING: say("At times of its own"),
    WindowKind.WITHIN: say("Within the calendar's hours"),
    WindowKind.OUTSIDE: say("Outside the calendar's hours"),
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Once that a maintenance window is open; aware, UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WindowDraft:
    """What a maintenance window is to say. `starts` is a time on the wall of the calendar's zone, without a zone.

    `rrule` as RFC 5545 has it, empty: once. An alert falls under it if all the matchers hold (if there are any) and it
    is about one of the ends (if there are any): slugs such as `item:toko-db-1`, `service:toko`.
    """

    name: str
    calendar_id: int
    kind: WindowKind = WindowKind.RECURRING
    starts: datetime | None = None
    minutes: int = 60
    rrule: str = ""
    matchers: tuple[Condition, ...] = ()
    ends: tuple[str, ...] = ()
    dependents: bool = True  # with the items, all that depends on them
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A maintenance window with when it is open now or next (none for a disabled one)."""

    id: int
    draft: WindowDraft
    calendar_name: str
    timezone: str
    made_by: str
    version: int
    next: tuple[Occurrence, ...] = ()
    open_now: bool = False
