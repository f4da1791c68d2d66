"""Weeks of a rota as lines: numbers for SVG, no style; and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from babel.dates import format_datetime
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext

from selaras.domains.duty.contracts.rotas import RotaRow, Shift
from selaras.domains.duty.queries import shifts_of
from selaras.interfaces.web.shell.words import short

WEEKS = 4
WIDTH = 1000.0


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a week: somebody's, or nobody's."""

    x: float
    width: float
    kind: str  # mine, odd, even, gap
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A shift, or a time without one, within a week and not yet over, in words."""

    starts_at: datetime
    ends_at: datetime
    when: str
    name: str  # empty: nobody
    mine: bool
    now: bool
    layer: str
    cover: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days."""

    title: str
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    now_x: float | None


def weeks_of(rota: RotaRow, now: datetime, own_id: int) -> list[Week]:
    """The present week and those after it, by the reader's clock."""
    zone = get_current_timezone()
    monday = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    edges = [monday + timedelta(days=7 * n) for n in range(WEEKS + 1)]
    shifts = shifts_of(rota, edges[0], edges[-1])
    order = {person: place for place, person in enumerate(sorted({s.person_id for s in shifts}))}
    return [_week(rota, shifts, begin, end, now, own_id, order) for begin, end in pairwise(edges)]


def _week(
    rota: RotaRow,
    shifts: Sequence[Shift],
    begin: datetime,
    end: datetime,
    now: datetime,
    own_id: int,
    order: dict[int, int],
) -> Week:
    scale = WIDTH / (end - begin).total_seconds()
    parts, lines, at = [], [], begin
    here = [s for s in shifts if s.starts_at < end and s.ends_at > begin]
    for shift in [*here, None]:
        starts = max(shift.starts_at, begin) if shift else end
        if at < starts:
            parts.append(Part(_x(begin, at, scale), _x(at, starts, scale), "gap", _said(gettext("Nobody"), at, starts)))
            lines.append(
                Line(at, starts, span(at, starts), "", mine=False, now=at <= now < starts, layer="", cover=False)
            )
        if shift is None:
            break
        ends, name, mine = min(shift.ends_at, end), rota.names.get(shift.person_id, ""), shift.person_id == own_id
        kind = "mine" if mine else ("odd", "even")[order[shift.person_id] % 2]
        parts.append(Part(_x(begin, starts, scale), _x(starts, ends, scale), kind, _said(name, starts, ends)))
        layer = rota.plan.layers[shift.layer].name if shift.layer is not None else ""
        running = shift.starts_at <= now < shift.ends_at
        lines.append(
            Line(starts, ends, span(starts, ends), name, mine, running, layer, cover=shift.cover_id is not None)
        )
        at = ends
    last = end - timedelta(days=1)
    now_x = _x(begin, now, scale) if begin <= now < end else None
    ahead = tuple(line for line in lines if line.ends_at > now)
    return Week(f"{_short_day(begin)} – {_short_day(last)}", tuple(parts), ahead, now_x)


def span(begin: datetime, end: datetime) -> str:
    """`Sen 23 Nov 09.00 – Sen 30 Nov 09.00`, the day once where it is the same."""
    a, b = (moment.astimezone(get_current_timezone()) for moment in (begin, end))
    if b - a == timedelta(days=1) and (a.hour, a.minute) == (0, 0):
        return _form(a, "EEE d MMM")
    clock = "HH:mm" if (get_language() or "id").startswith("en") else "HH.mm"
    full = f"EEE d MMM {clock}"
    return f"{_form(a, full)} – {_form(b, clock if a.date() == b.date() else full)}"


def _form(moment: datetime, pattern: str) -> str:
    return str(format_datetime(moment, pattern, locale=(get_language() or "id")[:2]))


def _short_day(moment: datetime) -> str:
    return _form(moment.astimezone(get_current_timezone()), "d MMM")


def _said(name: str, begin: datetime, end: datetime) -> str:
    return f"{name}: {short(begin)} – {short(end)}"


def _x(begin: datetime, at: datetime, scale: float) -> float:
    return round((at - begin).total_seconds() * scale, 2)
