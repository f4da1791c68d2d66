"""The shift log: what people wrote and what happened, by rota, team and time; it refreshes itself."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import make_aware

from selaras.domains.duty.actions.log import write_note
from selaras.domains.duty.contracts.rotas import RotaRow
from selaras.domains.duty.contracts.shifts import LogRow
from selaras.domains.duty.queries import get_rota, list_log, list_on_duty
from selaras.interfaces.web.duty.sayings import tell_log
from selaras.interfaces.web.duty.shift_forms import LogForm, NoteForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Refusal

ROWS = 50


@page(permission="duty.view")
def log(request: PageRequest) -> HttpResponse:
    """All of it, newest first, or narrowed."""
    return _show(request)


@page(permission="duty.self", methods=("POST",))
def write(request: PageRequest) -> HttpResponseBase:
    """An entry in one's own words."""
    form = NoteForm(request.POST, rotas=_choices(_rotas(request)))
    if form.is_valid():
        rota = get_rota(request.actor, form.cleaned_data["rota"])
        try:
            write_note(rota.id, form.cleaned_data["body"], by=request.actor)
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            return HttpResponseRedirect(f"{reverse('web:duty:log')}?{urlencode({'rota': rota.slug})}")
    return _show(request, note=form, status=422)


def _show(request: PageRequest, *, note: NoteForm | None = None, status: int = 200) -> HttpResponse:
    rotas = _rotas(request)
    wanted = LogForm(request.GET, rotas=_choices(rotas))
    given = wanted.cleaned_data if wanted.is_valid() else {}
    found = list_log(
        request.actor,
        rota=given.get("rota") or "",
        team_id=given.get("team_id"),
        since=_midnight(given.get("since")),
        until=_midnight(given.get("until"), days=1),
        after=request.GET.get("after", ""),
        limit=ROWS,
    )
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    context = {
        "area": "shift_log",
        "wanted": wanted,
        "note": note or NoteForm(rotas=_choices(rotas), initial={"rota": given.get("rota") or _own(rotas)}),
        "rows": [(row, rotas, *tell_log(row)) for row, rotas in _told_once(found.rows)],
        "next": urlencode({**kept, "after": found.next}) if found.next else "",
        "rota": given.get("rota") or "",
        "narrowed": bool(kept),
        "may_write": bool(rotas),
    }
    return render(request, "duty/log.html", context, status=status)


def _told_once(rows: Iterable[LogRow]) -> list[tuple[LogRow, str]]:
    """What concerns several rotas stands in the log of each: here it is told once, with the names of all."""
    groups = groupby(rows, key=lambda row: (row.at, row.verb, row.actor_name, row.page_id, row.body, row.data))
    together = (list(same) for _, same in groups)
    return [(same[0], " · ".join(sorted({row.rota_name for row in same}))) for same in together]


def _rotas(request: PageRequest) -> list[tuple[RotaRow, bool]]:
    rows = list_on_duty(request.actor)
    return [(row.rota, row.now is not None and row.now.person_id == request.actor.own_id) for row in rows]


def _choices(rotas: list[tuple[RotaRow, bool]]) -> list[tuple[str, str]]:
    return [(rota.slug, rota.name) for rota, _ in rotas]


def _own(rotas: list[tuple[RotaRow, bool]]) -> str:
    """The rota that one has now: what one writes most likely belongs there."""
    return next((rota.slug for rota, mine in rotas if mine), "")


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of a day by the reader's clock."""
    return make_aware(datetime.combine(day + timedelta(days=days), time())) if day else None
