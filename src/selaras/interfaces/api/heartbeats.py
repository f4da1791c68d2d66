"""Heartbeats: what is to be heard again and again."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema

from selaras.domains.events.actions.heartbeats import (
    change_heartbeat,
    create_heartbeat,
    pause_heartbeat,
    remove_heartbeat,
    renew_key,
)
from selaras.domains.events.contracts.heartbeats import BeatKind, HeartbeatRow, Pulse
from selaras.domains.events.queries.heartbeats import get_heartbeat, list_beats, list_heartbeats
from selaras.interfaces.api.operation import Asked, Given, Id, answers, given_fields, permitted

router = Router()

Name = Annotated[str, Field(min_length=1, max_length=120)]
Seconds = Annotated[int, Field(ge=0, le=366 * 86_400)]
Severity = Literal["critical", "error", "warning", "info"]
Cron = Annotated[str, Field(max_length=100, examples=["0 2 * * 1-5"])]
Zone = Annotated[str, Field(max_length=63, examples=["Asia/Jakarta"])]
Item = Annotated[str, Field(max_length=200)]


class HeartbeatOut(Schema):
    """A heartbeat; `due_at` is when its alert opens unless it is heard, in seconds are `interval` and `grace`.

    With `cron`, five fields by the clock of `zone`, the interval says nothing.
    """

    id: int
    name: str
    source_id: int
    has_key: bool
    watches: str
    interval: int
    cron: str
    zone: str
    grace: int
    severity: str
    item: str
    pulse: Pulse
    heard_at: datetime | None
    started_at: datetime | None
    due_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: HeartbeatRow) -> "HeartbeatOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class NewHeartbeatOut(Schema):
    """A heartbeat that was just made; its key is told here once."""

    heartbeat: HeartbeatOut
    key: str | None


class KeyOut(Schema):
    """The new key, told here once."""

    key: str


class BeatOut(Schema):
    """What it said, or that it was missed."""

    at: datetime
    kind: BeatKind
    exit_code: int | None
    address: str
    said: str


class HeartbeatIn(Given):
    """A new heartbeat, expected every `interval` seconds or by `cron` and `zone`.

    With `watches`, the name of an alert that always fires, it has no key.
    """

    source_id: Id
    name: Name
    interval: Seconds = 0
    cron: Cron = ""
    zone: Zone = ""
    grace: Seconds
    severity: Severity = "error"
    item: Item = ""
    watches: Item = ""


class HeartbeatPatch(Given):
    """What is to change; `seen` is the version it was read at."""

    name: Name | None = None
    interval: Seconds | None = None
    cron: Cron | None = None
    zone: Zone | None = None
    grace: Seconds | None = None
    severity: Severity | None = None
    item: Item | None = None
    seen: int | None = None


class Paused(Given):
    """Whether anything is expected of it."""

    paused: bool


@router.get("/heartbeats", response=answers(list[HeartbeatOut]), operation_id="list_heartbeats")
@permitted("events.sources")
def heartbeats(request: Asked) -> Any:
    """All of them, by name."""
    return [HeartbeatOut.of(row) for row in list_heartbeats(request.auth)]


@router.post("/heartbeats", response=answers(NewHeartbeatOut), operation_id="create_heartbeat")
@permitted("events.sources")
def create(request: Asked, given: HeartbeatIn) -> Any:
    """Make one; it is called at `/heartbeat/<key>`."""
    fields = {name: getattr(given, name) for name in HeartbeatIn.model_fields}
    made = create_heartbeat(by=request.auth, **fields)
    return NewHeartbeatOut(heartbeat=HeartbeatOut.of(get_heartbeat(request.auth, made.id)), key=made.key)


@router.get("/heartbeats/{int:heartbeat_id}", response=answers(HeartbeatOut), operation_id="get_heartbeat")
@permitted("events.sources")
def heartbeat(request: Asked, heartbeat_id: Id) -> Any:
    """One of them."""
    return HeartbeatOut.of(get_heartbeat(request.auth, heartbeat_id))


@router.patch("/heartbeats/{int:heartbeat_id}", response=answers(HeartbeatOut), operation_id="change_heartbeat")
@permitted("events.sources")
def change(request: Asked, heartbeat_id: Id, given: HeartbeatPatch) -> Any:
    """Change it; what is not given stays."""
    fields = {name: value for name, value in given_fields(given).items() if value is not None}
    change_heartbeat(heartbeat_id, by=request.auth, seen=given.seen, **fields)
    return HeartbeatOut.of(get_heartbeat(request.auth, heartbeat_id))


@router.post("/heartbeats/{int:heartbeat_id}/pause", response=answers(HeartbeatOut), operation_id="pause_heartbeat")
@permitted("events.sources")
def pause(request: Asked, heartbeat_id: Id, given: Paused) -> Any:
    """Pause it and end its alert, or expect it again."""
    pause_heartbeat(heartbeat_id, by=request.auth, paused=given.paused)
    return HeartbeatOut.of(get_heartbeat(request.auth, heartbeat_id))


@router.post("/heartbeats/{int:heartbeat_id}/key", response=answers(KeyOut), operation_id="renew_heartbeat_key")
@permitted("events.sources")
def renew(request: Asked, heartbeat_id: Id) -> Any:
    """A new key in place of the former one."""
    return KeyOut(key=renew_key(heartbeat_id, by=request.auth))


@router.delete("/heartbeats/{int:heartbeat_id}", response=answers(list[HeartbeatOut]), operation_id="remove_heartbeat")
@permitted("events.sources")
def remove(request: Asked, heartbeat_id: Id) -> Any:
    """Remove it with its history; the rest is told."""
    remove_heartbeat(heartbeat_id, by=request.auth)
    return [HeartbeatOut.of(row) for row in list_heartbeats(request.auth)]


@router.get("/heartbeats/{int:heartbeat_id}/beats", response=answers(list[BeatOut]), operation_id="list_beats")
@permitted("events.sources")
def beats(request: Asked, heartbeat_id: Id) -> Any:
    """What it said last, newest first."""
    get_heartbeat(request.auth, heartbeat_id)
    rows = list_beats(request.auth, heartbeat_id)
    return [BeatOut(**{name: getattr(row, name) for name in BeatOut.model_fields}) for row in rows]
