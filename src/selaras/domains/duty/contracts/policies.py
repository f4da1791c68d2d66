"""Escalation policies: whom to tell, in which order, and whom one would tell now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class TargetKind(StrEnum):
    """Whom a step tells."""

    ROTA = "rota"
    PERSON = "person"
    TEAM_LEAD = "team_lead"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a step tells: one of a rota, a person, the lead of a team."""

    kind: TargetKind
    id: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Tell the targets, then give them so many minutes to acknowledge before the next step."""

    minutes: int
    targets: tuple[Target, ...]

    def as_json(self) -> dict[str, Any]:
        """As a history keeps it."""
        return {"minutes": self.minutes, "targets": [{"kind": t.kind.value, "id": t.id} for t in self.targets]}


class PolicyName(NamedTuple):
    """An escalation policy as it is named elsewhere."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Steps in their order, gone through `repeats` times more if nobody acknowledges."""

    id: int
    slug: str
    name: str
    repeats: int
    version: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a target means at a moment; nobody, with the reason, if it means nobody then."""

    target: Target
    person_id: int | None
    person_name: str


@dataclass(frozen=True, slots=True)
class Telling:
    """When a step would come if nobody acknowledged, and whom it would tell."""

    at: datetime
    round: int
    step: int
    told: tuple[Told, ...]
