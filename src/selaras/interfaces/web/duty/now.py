"""Who is on duty now and next, where nobody is, and one's own shifts."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from selaras.domains.duty.contracts.rotas import OnDuty, RotaRow
from selaras.domains.duty.queries import find_doubled, list_on_duty, list_pages, list_swaps, shifts_of_person
from selaras.interfaces.web.duty.drawing import span
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import short
from selaras.kernel import clock

_AHEAD = timedelta(days=28)
_SHIFTS = 6


@page(permission="duty.view")
def now(request: PageRequest) -> HttpResponse:
    """The present state of every rota."""
    return render(request, "duty/now.html", now_context(request))


def now_context(request: PageRequest, **more: Any) -> dict[str, Any]:
    """What the page shows; with the secret of a calendar address that was just made."""
    moment = clock.now()
    rows = list_on_duty(request.actor, at=moment)
    rotas = [row.rota for row in rows]
    return {
        "area": "duty",
        "rows": rows,
        "mine": _own(rotas, request.actor.own_id, moment),
        "swaps": list_swaps(request.actor),
        "warnings": [w for row in rows if (w := _gap(row, moment))] or [],
        "doubled": _doubled(rotas, moment),
        "open": [p for p in list_pages(request.actor, limit=20).rows if p.state in ("open", "acknowledged")],
        **more,
    }


def _own(rotas: list[RotaRow], own_id: int, at: datetime) -> list[tuple[str, str, bool]]:
    found = [(shift, rota) for rota in rotas for shift in shifts_of_person([rota], own_id, at, at + _AHEAD)]
    found.sort(key=lambda one: one[0].starts_at)
    return [
        (rota.name, short(s.ends_at) if s.starts_at <= at else span(s.starts_at, s.ends_at), s.starts_at <= at)
        for s, rota in found[:_SHIFTS]
    ]


def _gap(row: OnDuty, at: datetime) -> tuple[RotaRow, str, bool] | None:
    gap = row.gap
    if gap is None or gap.starts_at > at + _AHEAD:
        return None
    return row.rota, span(gap.starts_at, gap.ends_at), gap.starts_at <= at


def _doubled(rotas: list[RotaRow], at: datetime) -> list[tuple[str, str, str]]:
    names = {rota.id: rota.name for rota in rotas}
    people = {pk: name for rota in rotas for pk, name in rota.names.items()}
    return [
        (people[one.person_id], " + ".join(names[r] for r in one.rotas), span(one.starts_at, one.ends_at))
        for one in find_doubled(rotas, at, at + _AHEAD)
    ]
