"""Shift logs and handovers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of a shift log: `note` is somebody's own words, other verbs are what happened."""

    id: int
    rota_slug: str
    rota_name: str
    at: datetime
    verb: str
    actor_name: str
    body: str
    data: Mapping[str, Any]
    page_id: int | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of a shift log; give `next` as `after` to go on."""

    rows: tuple[LogRow, ...]
    next: str | None


class FactKind(StrEnum):
    """What a handover tells of, in this order."""

    PAGE = "page"
    ALERT = "alert"
    INCIDENT = "incident"
    SILENCE = "silence"
    WINDOW = "window"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the next shift should know, as it was when the draft was made."""

    kind: FactKind
    title: str
    detail: str = ""
    at: datetime | None = None  # when it runs out, ends or happened
    path: str = ""  # within Selaras

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        at = self.at.isoformat() if self.at else None
        return {"kind": self.kind.value, "title": self.title, "detail": self.detail, "at": at, "path": self.path}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Fact":
        """As it was kept."""
        at = datetime.fromisoformat(data["at"]) if data["at"] else None
        return cls(FactKind(data["kind"]), data["title"], data["detail"], at, data["path"])


@dataclass(frozen=True, slots=True)
class ShiftChange:
    """A hand-over time of a rota: who leaves since `starts_at`, and who comes (nobody: a gap) until `ends_at`."""

    rota_id: int
    rota_slug: str
    starts_at: datetime
    ends_at: datetime
    due_at: datetime
    outgoing_id: int
    outgoing_name: str
    incoming_id: int | None
    incoming_name: str


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """What one shift tells the next, and who signed when."""

    id: int
    rota_slug: str
    rota_name: str
    due_at: datetime
    outgoing_id: int
    outgoing_name: str
    incoming_id: int | None
    incoming_name: str
    state: str
    late: bool
    facts: tuple[Fact, ...]
    facts_at: datetime
    notes: str
    remark: str
    version: int
    handed_by_id: int | None
    handed_by: str
    handed_at: datetime | None
    taken_by: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """A page of the handovers of a rota, newest first."""

    rows: tuple[HandoverRow, ...]
    next: str | None
