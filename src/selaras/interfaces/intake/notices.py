"""From notices to observations, and to the committer: how a tool that speaks once is kept as alerts that last.

The database names an alert by its key. A notice's key is made of its identity and its level, so that an alert whose
severity rises is a new one and the one below it ends; one look-up by key finds what fires under any level.
"""

import json
from collections.abc import Sequence

from selaras.domains.events.contracts import Observation, Post, alert_key
from selaras.domains.events.contracts.sources import CLOCK_AHEAD
from selaras.domains.events.queries.known_alerts import Known, read_known
from selaras.domains.events.reading.moments import LATEST
from selaras.domains.events.reading.notice import LABEL_LIMIT, SEVERITY, Notice, text_of
from selaras.domains.events.reading.words import Level, Saying
from selaras.interfaces.intake.core import Core
from selaras.kernel import clock

_AHEAD = 60.0  # seconds: by so much a sender's clock may be ahead before it is told
_SLOTS = (*(level.value for level in Level), "")


async def take(core: Core, source_id: int, wire: str, body: bytes, notices: Sequence[Notice]) -> list[int]:
    """Commit the notices and the body; the numbers of notices of which the database refuses something.

    Raises what the committer raises. Without notices the body alone is kept.
    """
    now = clock.now().timestamp()
    keys = [_keys(source_id, notice) for notice in notices]
    wanted = {key for of_one in keys for key in of_one.values()}
    known: dict[bytes, Known] = {}
    if wanted:
        async with core.reading() as connection:
            known = await read_known(connection, wanted)
    seen: list[Observation] = []
    owners: list[int] = []
    for number, (notice, slots) in enumerate(zip(notices, keys, strict=True)):
        made = _observe(source_id, notice, slots, known, now)
        seen += made
        owners += [number] * len(made)
    failed = await core.committer.commit(Post(source_id, wire, body, seen))
    return sorted({owners[number] for number in failed})


def alert_id(source_id: int, notice: Notice) -> bytes:
    """The key under which a notice's alert is kept."""
    return _keys(source_id, notice)[notice.level] if notice.identity else alert_key(source_id, notice.labels)


def _keys(source_id: int, notice: Notice) -> dict[str, bytes]:
    if notice.identity is None:
        return {}
    named = {name: text_of(value, LABEL_LIMIT) for name, value in notice.identity.items()}
    return {slot: alert_key(source_id, {**named, SEVERITY: slot}) for slot in _SLOTS}


def _observe(
    source_id: int, notice: Notice, slots: dict[str, bytes], known: dict[bytes, Known], now: float
) -> list[Observation]:
    """What a notice says, as observations; `known` is brought up to it, for the notices behind it in the post."""
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
