"""Heartbeats: what is to be heard, and what was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selaras.kernel.sentences import Sentence, say


class BeatKind(StrEnum):
    """What a heartbeat said; `missed` is our own remark."""

    OK = "ok"
    START = "start"
    FAIL = "fail"
    MISSED = "missed"


BEAT_WORDS: dict[BeatKind, Sentence] = {
    BeatKind.OK: say("Heard"),
    BeatKind.START: say("Began"),
    BeatKind.FAIL: say("Failed"),
    BeatKind.MISSED: say("Missed"),
}


class Pulse(StrEnum):
    """How a heartbeat stands, by its times."""

    WAITING = "waiting"
    HEARD = "heard"
    LATE = "late"  # past its interval, within its grace
    OVERDUE = "overdue"
    FAILED = "failed"
    PAUSED = "paused"


PULSE_WORDS: dict[Pulse, Sentence] = {
    Pulse.WAITING: say("Not heard yet"),
    Pulse.HEARD: say("On time"),
    Pulse.LATE: say("Late, within its grace"),
    Pulse.OVERDUE: say("Overdue"),
    Pulse.FAILED: say("Failed"),
    Pulse.PAUSED: say("Paused"),
}


@dataclass(frozen=True, slots=True)
class HeartbeatRow:
    """Something that is to be heard every `interval` seconds, or at the times of `cron` in `zone`; `grace` seconds
    later at the latest. `due_at`: by then."""

    id: int
    name: str
    source_id: int
    source_name: str
    has_key: bool
    watches: str
    interval: int
    grace: int
    severity: str
    item: str
    pulse: Pulse
    heard_at: datetime | None
    started_at: datetime | None
    due_at: datetime | None
    version: int
    cron: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class BeatRow:
    """What a heartbeat said, and from where; or that it was missed."""

    at: datetime
    kind: BeatKind
    exit_code: int | None
    address: str
    said: str


@dataclass(frozen=True, slots=True)
class NewHeartbeat:
    """A heartbeat that was just made, with its key, told once."""

    id: int
    key: str | None
