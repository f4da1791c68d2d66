"""From notices to observations: how a tool that speaks once is kept as alerts that last. Pure.

The database names an alert by its key. A notice's key is made of its identity and its level, so that an alert whose
severity rises is a new one and the one below it ends; one look-up by key finds what fires under any level.
"""

import json

import msgspec

from selaras.domains.events.contracts import Observation, alert_key
from selaras.domains.events.contracts.sources import CLOCK_AHEAD
from selaras.domains.events.reading.moments import LATEST
from selaras.domains.events.reading.notice import LABEL_LIMIT, SEVERITY, Notice, text_of
from selaras.domains.events.reading.words import Level, Saying

_AHEAD = 60.0  # seconds: by so much a sender's clock may be ahead before it is told
_SLOTS = (*(level.value for level in Level), "")


class Known(msgspec.Struct):
    """An alert as it stands: times in seconds since 1970, labels and annotations as JSON texts."""

    firing: bool
    starts: float
    ends: float
    timed_out: bool
    url: str
    labels: str
    annotations: str


def alert_id(source_id: int, notice: Notice) -> bytes:
    """The key under which a notice's alert is kept."""
    return keys_of(source_id, notice)[notice.level] if notice.identity else alert_key(source_id, notice.labels)


def keys_of(source_id: int, notice: Notice) -> dict[str, bytes]:
    """The key of each level under which it may fire; empty if its labels alone name it."""
    if notice.identity is None:
        return {}
    named = {name: text_of(value, LABEL_LIMIT) for name, value in notice.identity.items()}
    return {slot: alert_key(source_id, {**named, SEVERITY: slot}) for slot in _SLOTS}


def observe(
    source_id: int, notice: Notice, slots: dict[str, bytes], known: dict[bytes, Known], now: float
) -> list[Observation]:
    """What a notice says, as observations; `known` is brought up to it, for the notices behind it in the post.

    `slots` are its keys, as `keys_of` gives them.
    """
    firing = [key for key in slots.values() if key in known and known[key].firing]
    if notice.saying == Saying.ACKNOWLEDGED:
        return [_acknowledged(source_id, key, notice, known) for key in firing]
    own = slots.get(notice.level) or alert_key(source_id, notice.labels)
    if notice.saying == Saying.RESOLVED:
        if not firing:
            return [_new(source_id, own, notice, known, now, over_at=_end(notice, now))]
        return [_over(source_id, key, notice, known, _end(notice, now)) for key in firing]
    rest = [key for key in firing if key != own]
    over_at = None if firing else _overtaken(notice, slots, known)
    ended = [_over(source_id, key, None, known, now) for key in rest]
    return [*ended, _new(source_id, own, notice, known, now, over_at=over_at)]


def _end(notice: Notice, now: float) -> float:
    said = notice.ends if notice.ends is not None else notice.at
    return now if said is None else max(0.0, min(said, now))


def _overtaken(notice: Notice, slots: dict[str, bytes], known: dict[bytes, Known]) -> float | None:
    """The end that arrived before this, its beginning, did: both told by the sender's clock. None if there is none."""
    if notice.at is None:
        return None
    ends = [known[key].ends for key in slots.values() if key in known and not known[key].timed_out]
    later = [end for end in ends if end > notice.at]
    return max(later, default=None)


def _new(
    source_id: int, key: bytes, notice: Notice, known: dict[bytes, Known], now: float, *, over_at: float | None
) -> Observation:
    starts = next((at for at in (notice.starts, notice.at) if at is not None), now)
    ends, told = LATEST, True
    if over_at is not None:
        ends, told = over_at, notice.ends is not None or notice.at is not None
    elif notice.ends is not None and notice.ends > now:
        ends = min(notice.ends, LATEST)
    elif notice.lasts is not None:
        ends, told = now + notice.lasts, False
    ahead = starts - now
    starts = max(0.0, min(starts, now, ends))
    # The labels of an alert stay as they first were; with them, whether a sender's word for its severity did.
    labels = known[key].labels if key in known else json.dumps(notice.labels, ensure_ascii=False)
    annotations = _merged(known[key].annotations if key in known else "{}", notice, keep=over_at is not None)
    if ahead >= _AHEAD:
        annotations = json.dumps({**json.loads(annotations), CLOCK_AHEAD: str(int(ahead))}, ensure_ascii=False)
    made = Observation(key, source_id, starts, ends, not told, notice.url, annotations, labels)
    return _remembered(made, known, firing=ends > now)


def _over(source_id: int, key: bytes, notice: Notice | None, known: dict[bytes, Known], end: float) -> Observation:
    was = known[key]
    told = notice is not None and (notice.ends is not None or notice.at is not None)
    annotations = was.annotations if notice is None else _merged(was.annotations, notice, keep=True)
    made = Observation(key, source_id, min(was.starts, end), end, not told, was.url, annotations, was.labels)
    return _remembered(made, known, firing=False)


def _acknowledged(source_id: int, key: bytes, notice: Notice, known: dict[bytes, Known]) -> Observation:
    was = known[key]
    annotations = _merged(was.annotations, notice, keep=True)
    made = Observation(key, source_id, was.starts, was.ends, was.timed_out, was.url, annotations, was.labels)
    return _remembered(made, known, firing=True)


def _merged(before: str, notice: Notice, *, keep: bool) -> str:
    """The annotations that hold from now on; an end or an acknowledgement adds to what was said of the trouble."""
    said = {**json.loads(before), **notice.annotations} if keep else notice.annotations
    return json.dumps(said, ensure_ascii=False)


def _remembered(made: Observation, known: dict[bytes, Known], *, firing: bool) -> Observation:
    known[made.key] = Known(firing, made.starts, made.ends, made.timed_out, made.url, made.labels, made.annotations)
    return made
