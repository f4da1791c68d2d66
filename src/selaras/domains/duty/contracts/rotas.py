"""Rotas: layers, turns, covers, swaps, and who is on duty when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any


class Every(StrEnum):
    """The unit a rotation turns by."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the week in which a layer holds, by the clock on the wall; `end` not after `start`: the next day."""

    days: frozenset[int]  # 0 is Monday
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns. The first hand-over is `starts_on` at `handover`, by the wall clock of the rota's zone."""

    participants: tuple[int, ...]
    every: Every
    length: int
    starts_on: date
    handover: time
    until: date | None = None  # it ends with the hand-over of this day
    hours: Hours | None = None
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a history keeps it."""
        hours = self.hours
        return {
            "name": self.name,
            "participants": list(self.participants),
            "every": self.every.value,
            "length": self.length,
            "starts_on": self.starts_on.isoformat(),
            "handover": self.handover.isoformat("minutes"),
            "until": self.until.isoformat() if self.until else None,
            "days": sorted(hours.days) if hours else [],
            "hours_from": hours.start.isoformat("minutes") if hours else None,
            "hours_until": hours.end.isoformat("minutes") if hours else None,
        }


@dataclass(frozen=True, slots=True)
class Cover:
    """For a while somebody else. Without `instead_of` whoever it is; without `person_id` that one is away."""

    starts_at: datetime
    ends_at: datetime
    person_id: int | None
    instead_of: int | None = None
    id: int = 0
    reason: str = ""
    person_name: str = ""
    instead_of_name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides who is on duty: a later layer wins over those before it, covers over all, in their order."""

    timezone: str
    layers: tuple[Layer, ...]
    covers: tuple[Cover, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's unbroken duty, and what gives it to them: a turn of a layer, or a cover."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    layer: int | None
    turn: int
    cover_id: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody is on duty."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Doubled:
    """A time in which somebody is on duty in two rotas."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    rotas: tuple[int, int]


@dataclass(frozen=True, slots=True)
class RotaRow:
    """A rota as lists and forms show it."""

    id: int
    slug: str
    name: str
    team_id: int | None
    team_name: str | None
    version: int
    plan: Plan
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who has a rota now and until they hand over to somebody else, and who is next."""

    rota: RotaRow
    now: Shift | None
    next: Shift | None
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class SwapRow:
    """Two people exchange a shift each, if the other accepts."""

    id: int
    rota_id: int
    rota_name: str
    asker_id: int
    asker_name: str
    other_id: int
    other_name: str
    asker_starts: datetime
    asker_ends: datetime
    other_starts: datetime
    other_ends: datetime
    state: str


@dataclass(frozen=True, slots=True)
class FeedShift:
    """A shift as a calendar shows it."""

    rota_id: int
    rota_name: str
    person_name: str
    shift: Shift


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar address gives."""

    name: str
    language: str
    timezone: str
    own: bool
    shifts: tuple[FeedShift, ...] = field(default=())
