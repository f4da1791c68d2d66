"""Who is on duty at a moment, and in which shifts. Pure; every hand-over is a time of the clock on the wall.

Wall times become moments in the rota's own zone: one that the clocks skip (daylight saving begins) is the moment of
the change, one that comes twice is the first. So turns never overlap, never leave a hole, and never drift.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from selaras.domains.duty.contracts.rotas import Cover, Doubled, Every, Gap, Hours, Layer, Plan, Shift

_DAY = timedelta(days=1)
_UNITS = {Every.HOURS: timedelta(hours=1), Every.DAYS: _DAY, Every.WEEKS: 7 * _DAY}
# Person, layer, turn, cover.
_Holder = tuple[int, int | None, int, int | None]


def on_duty(plan: Plan, at: datetime) -> int | None:
    """The person on duty at `at` (aware); None in a gap."""
    holder = _holder(plan, at)
    return holder[0] if holder else None


def shifts(plan: Plan, begin: datetime, end: datetime) -> list[Shift]:
    """Every shift from `begin` until `end`, cut there, in order."""
    moments = sorted({begin, end, *(m for m in _changes(plan, begin, end) if begin < m < end)})
    found: list[Shift] = []
    for start, stop in pairwise(moments):
        holder = _holder(plan, start)
        if holder is None:
            continue
        person, layer, turn, cover = holder
        last = found[-1] if found else None
        if last and last.ends_at == start and (last.person_id, last.layer, last.turn, last.cover_id) == holder:
            found[-1] = Shift(person, last.starts_at, stop, layer, turn, cover)
        else:
            found.append(Shift(person, start, stop, layer, turn, cover))
    return found


def gaps(found: Sequence[Shift], begin: datetime, end: datetime) -> list[Gap]:
    """The times from `begin` until `end` that no shift covers."""
    edges = [begin, *(edge for shift in found for edge in (shift.starts_at, shift.ends_at)), end]
    return [Gap(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def doubled(by_rota: Mapping[int, Iterable[Shift]]) -> list[Doubled]:
    """Where one person has two rotas at the same time, in order."""
    every = sorted(((s, rota) for rota, listed in by_rota.items() for s in listed), key=lambda one: one[0].starts_at)
    running: list[tuple[Shift, int]] = []
    twice: list[Doubled] = []
    for shift, rota in every:
        running = [one for one in running if one[0].ends_at > shift.starts_at]
        for other, where in running:
            if other.person_id == shift.person_id and where != rota:
                until = min(other.ends_at, shift.ends_at)
                twice.append(Doubled(shift.person_id, shift.starts_at, until, (where, rota)))
        running.append((shift, rota))
    return twice


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which clocks of the zone show `wall` (naive)."""
    return _moment(wall, zone)


@lru_cache(maxsize=16384)
def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # the clocks skip `wall` between these two
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late.replace(microsecond=0)


def _holder(plan: Plan, at: datetime) -> _Holder | None:
    present = [cover for cover in plan.covers if cover.starts_at <= at < cover.ends_at]
    away = {cover.instead_of for cover in present if cover.person_id is None}
    holder = _from_layers(plan, at, away)
    for cover in present:
        holder = _covered(holder, cover)
    return holder


def _from_layers(plan: Plan, at: datetime, away: set[int | None]) -> _Holder | None:
    zone = ZoneInfo(plan.timezone)
    for index in reversed(range(len(plan.layers))):
        layer = plan.layers[index]
        turn = _turn(layer, zone, at)
        if turn is not None:
            person = layer.participants[turn % len(layer.participants)]
            if person not in away:
                return person, index, turn, None
    return None


def _covered(holder: _Holder | None, cover: Cover) -> _Holder | None:
    if cover.instead_of is None:
        return holder if cover.person_id is None else (cover.person_id, None, 0, cover.id)
    if holder is None or holder[0] != cover.instead_of:
        return holder
    return None if cover.person_id is None else (cover.person_id, None, 0, cover.id)


def _turn(layer: Layer, zone: ZoneInfo, at: datetime) -> int | None:
    """Which turn of the layer holds at `at`, from 0; None if the layer does not hold then."""
    if not layer.participants or (layer.until and at >= moment(_handover(layer, layer.until), zone)):
        return None
    if layer.hours and not any(a <= at < b for a, b in _spans(layer.hours, zone, at, at)):
        return None
    anchor, period = _handover(layer, layer.starts_on), _UNITS[layer.every] * layer.length
    turn = (at.astimezone(zone).replace(tzinfo=None) - anchor) // period
    while moment(anchor + (turn + 1) * period, zone) <= at:
        turn += 1
    while moment(anchor + turn * period, zone) > at:
        turn -= 1
    return turn if turn >= 0 else None


def _changes(plan: Plan, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Every moment at which who is on duty may change; some outside of the time asked for."""
    zone = ZoneInfo(plan.timezone)
    for cover in plan.covers:
        yield from (cover.starts_at, cover.ends_at)
    for layer in plan.layers:
        anchor, period = _handover(layer, layer.starts_on), _UNITS[layer.every] * layer.length
        first = max(0, (begin.astimezone(zone).replace(tzinfo=None) - anchor) // period - 1)
        last = (end.astimezone(zone).replace(tzinfo=None) - anchor) // period + 1
        yield from (moment(anchor + turn * period, zone) for turn in range(first, last + 1))
        if layer.until:
            yield moment(_handover(layer, layer.until), zone)
        if layer.hours:
            yield from (edge for span in _spans(layer.hours, zone, begin, end) for edge in span)


def _spans(hours: Hours, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = begin.astimezone(zone).date() - _DAY
    while day <= end.astimezone(zone).date() + _DAY:
        if day.weekday() in hours.days:
            until = day if hours.end > hours.start else day + _DAY
            yield moment(_wall(day, hours.start), zone), moment(_wall(until, hours.end), zone)
        day += _DAY


def _handover(layer: Layer, day: date) -> datetime:
    return _wall(day, layer.handover)


def _wall(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock)
