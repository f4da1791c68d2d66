"""What the plan is made of: stories of people and outages of machines, each with its steps and their times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from selaras.interfaces.cli.demo.signals import Signal


@dataclass(frozen=True, slots=True)
class Step:
    """At a moment, somebody (by name) does something to an incident: a verb of its life, a note, a new level."""

    at: datetime
    verb: str
    by: str
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """An incident that a person reports, and all that happens to it. `same_as`: the key of the one it repeats."""

    key: int
    at: datetime
    service: str
    organisation: str
    requester: str
    reporter: str
    source: str
    title: str
    body: str
    impact: int
    urgency: int
    item: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Outage:
    """An alert that fires on an item, ends (or does not), and the work it causes. `silent`: no end is ever sent."""

    at: datetime
    signal: Signal
    item: str
    ends: datetime | None
    silent: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The history of one installation, relative to the moment it is loaded."""

    now: datetime
    stories: tuple[Story, ...]
    outages: tuple[Outage, ...]
