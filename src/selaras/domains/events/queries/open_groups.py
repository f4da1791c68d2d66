"""What is firing, in the groups in which people are told of it, for intake's `GET /api/v2/alerts/groups`; no Django.

Alerts whose rule groups nothing are one group of their receiver, by nothing, as Alertmanager has it where a route says
nothing. Read receiver by receiver along an index, so that memory does not grow with alerts or groups.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from selaras.domains.events.queries.open_alerts import EVERYTHING, OpenAlert, Place, Reading, Walk
from selaras.domains.events.queries.routes import Receivers

_LOOK = 1_000  # alerts of a group that are kept while none of them is active

_GROUPED = "s.group_id IS NOT NULL AND (s.group_id, s.alert_id) > ($1, $2) AND s.state = 'firing' AND "
_CALLED = "s.policy_id = $8"
_LOOSE = EVERYTHING._replace(loose=True)


@dataclass(frozen=True, slots=True)
class GroupPart:
    """Some alerts of one group; parts of the same group follow each other and have the same `key`."""

    key: tuple[str, int]
    receiver: str
    labels: Mapping[str, str]
    alerts: list[OpenAlert]


async def read_groups(reading: Reading, receivers: Receivers, *, muted: bool) -> AsyncIterator[GroupPart]:
    """The groups of these receivers, in parts; not `muted`: without groups in which nobody is told of anything."""
    for walk in (one for policy_id in receivers for one in _walks(policy_id, only=len(receivers) == 1)):
        async for part in _parts(reading, walk, (0, 0)) if muted else _heard(reading, walk):
            yield part


def _walks(policy_id: int | None, *, only: bool) -> tuple[Walk, Walk]:
    if policy_id is None:
        # If it is the only one asked for, also what another policy calls for may be with it; the reading picks what is.
        which = "true" if only else "s.policy_id IS NULL"
        return _LOOSE, Walk(f"{_GROUPED} {which}", "s.group_id, s.alert_id")
    alone = f"$1::bigint = 0 AND s.group_id IS NULL AND s.state = 'firing' AND {_CALLED} AND s.alert_id > $2"
    return Walk(alone, "s.alert_id", policy_id), Walk(f"{_GROUPED} {_CALLED}", "s.group_id, s.alert_id", policy_id)


async def _parts(reading: Reading, walk: Walk, last: Place) -> AsyncIterator[GroupPart]:
    async for page in reading.pages(walk, last):
        begin = 0
        for n, alert in enumerate(page):
            if n + 1 == len(page) or page[n + 1].place[0] != alert.place[0]:
                yield GroupPart((alert.receiver, alert.place[0]), alert.receiver, alert.common, page[begin : n + 1])
                begin = n + 1


async def _heard(reading: Reading, walk: Walk) -> AsyncIterator[GroupPart]:
    """The parts of those groups in which an alert is active; one that begins with many that are not is looked through
    ahead, so that few are kept."""
    kept: list[GroupPart] = []
    told: tuple[str, int] | None = None  # the group that is known to be told, or `quiet` known not to be
    quiet: tuple[str, int] | None = None
    async for part in _parts(reading, walk, (0, 0)):
        if kept and kept[0].key != part.key:
            kept = []
        if part.key == quiet:
            continue
        kept.append(part)
        if part.key != told and not _active(part):
            if sum(len(one.alerts) for one in kept) < _LOOK:
                continue
            if not await _active_behind(reading, walk, part):
                kept, quiet = [], part.key
                continue
        told = part.key
        for one in kept:
            yield one
        kept = []


async def _active_behind(reading: Reading, walk: Walk, part: GroupPart) -> bool:
    async for later in _parts(reading, walk, part.alerts[-1].place):
        if later.key != part.key:
            return False
        if _active(later):
            return True
    return False


def _active(part: GroupPart) -> bool:
    return not all(alert.suppressed for alert in part.alerts)
