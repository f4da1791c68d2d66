"""Maintenance windows: read, make, change."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.events.actions.window_file import export_windows, review_windows, take_windows
from selaras.domains.events.actions.windows import save_window
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.windows import WindowDraft, WindowKind, WindowRow
from selaras.domains.events.queries.windows import get_window, list_windows, windows_version
from selaras.interfaces.api.operation import Asked, Given, Id, answers, permitted
from selaras.interfaces.api.rules import ChangesOut, ConditionIO, FileIn, FileOut, Seen, told
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

router = Router()

_WALL = "%Y-%m-%dT%H:%M"
Wall = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$", examples=["2026-11-29T01:00"])]


class OccurrenceOut(Schema):
    """Once that it is open."""

    starts_at: datetime
    ends_at: datetime


class WindowOut(Schema):
    """A maintenance window; `starts` is a time by the clock of `timezone`, `next` the times it is open now or next."""

    id: int
    name: str
    calendar_id: int
    timezone: str
    kind: WindowKind
    starts: str | None
    minutes: int
    rrule: str
    matchers: list[ConditionIO]
    ends: list[str]
    dependents: bool
    enabled: bool
    open_now: bool
    next: list[OccurrenceOut]
    version: int

    @classmethod
    def of(cls, row: WindowRow) -> "WindowOut":
        draft = row.draft
        plain = ("name", "calendar_id", "kind", "minutes", "rrule", "dependents", "enabled")
        return cls(
            id=row.id,
            timezone=row.timezone,
            starts=draft.starts.strftime(_WALL) if draft.starts else None,
            matchers=[ConditionIO(label=c.label, op=c.op, value=c.value) for c in draft.matchers],
            ends=list(draft.ends),
            open_now=row.open_now,
            next=[OccurrenceOut(starts_at=one.starts_at, ends_at=one.ends_at) for one in row.next],
            version=row.version,
            **{name: getattr(draft, name) for name in plain},
        )


class WindowIn(Given):
    """What a window is to say; `seen` is the version it was read at: 409 if there is another by now."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    calendar_id: Id
    kind: WindowKind = WindowKind.RECURRING
    starts: Wall | None = None
    minutes: Annotated[int, Field(ge=1, le=10080)] = 60
    rrule: Annotated[str, Field(max_length=300)] = ""
    matchers: Annotated[list[ConditionIO], Field(max_length=50)] = []
    ends: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=200)] = []
    dependents: bool = True
    enabled: bool = True
    seen: Seen | None = None


@router.get("/maintenance", response=answers(list[WindowOut]), operation_id="list_windows")
@permitted("events.view")
def windows(request: Asked) -> Any:
    """Every window, those that open next first."""
    return [WindowOut.of(row) for row in list_windows(request.auth)]


@router.post("/maintenance", response=answers(WindowOut), operation_id="make_window")
@permitted("events.respond")
def make(request: Asked, given: WindowIn) -> Any:
    """Make one."""
    return WindowOut.of(get_window(request.auth, save_window(_draft(given), by=request.auth)))


@router.get("/maintenance/file", response=answers(FileOut), operation_id="export_windows")
@permitted("events.respond")
def export(request: Asked) -> Any:
    """All of them as a YAML file."""
    return FileOut(version=windows_version(), file=export_windows(by=request.auth))


@router.post("/maintenance/file", response=answers(ChangesOut), operation_id="import_windows")
@permitted("events.respond")
def take(request: Asked, given: FileIn) -> Any:
    """Take a file, all of it or nothing; with `dry_run` (the default) say what it would change."""
    changes = review_windows(given.file, by=request.auth)
    if not given.dry_run:
        take_windows(given.file, by=request.auth, seen=given.seen)
    return ChangesOut(taken=not given.dry_run, changes=[told(change) for change in changes])


@router.put("/maintenance/{int:window_id}", response=answers(WindowOut), operation_id="change_window")
@permitted("events.respond")
def change(request: Asked, window_id: Id, given: WindowIn) -> Any:
    """Let one be what is given."""
    save_window(_draft(given), by=request.auth, window_id=window_id, seen=given.seen)
    return WindowOut.of(get_window(request.auth, window_id))


def _draft(given: WindowIn) -> WindowDraft:
    values = given.model_dump(exclude={"seen"})
    matchers = tuple(Condition(c.label, c.op, c.value) for c in given.matchers)
    return WindowDraft(**{**values, "starts": _wall(given.starts), "matchers": matchers, "ends": tuple(given.ends)})


def _wall(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({"starts": say("Give a date and a time.")}) from None
