"""A rota: its weeks, and the form that makes and changes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.duty.actions.rotas import save_rota
from selaras.domains.duty.contracts.rotas import RotaRow
from selaras.domains.duty.queries import get_rota, list_on_duty, list_rotas, list_swaps
from selaras.domains.people.queries import may
from selaras.interfaces.web.duty.cover_forms import AbsenceForm, CoverForm, SwapForm
from selaras.interfaces.web.duty.drawing import weeks_of
from selaras.interfaces.web.duty.parts import untouched
from selaras.interfaces.web.duty.rota_forms import LayerForm, RotaForm, layer_forms
from selaras.interfaces.web.people.forms import colleagues
from selaras.interfaces.web.shell.editing import too_late
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock
from selaras.kernel.errors import Refusal, Stale


@page(permission="duty.view")
def rota(request: PageRequest, slug: str) -> HttpResponse:
    """Its coming weeks, who has it now, who covers for whom."""
    return show(request, slug)


def show(request: PageRequest, slug: str, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The rota's page; `forms` replaces those that were refused, or tells the secret of a calendar address."""
    moment, actor = clock.now(), request.actor
    row = list_on_duty(actor, at=moment, slug=slug)[0]
    weeks = weeks_of(row.rota, moment, actor.own_id)
    people = colleagues(actor)
    coming = [line for week in weeks for line in week.lines if line.starts_at > moment and line.name]
    mine = [(line.starts_at.isoformat(), line.when) for line in coming if line.mine]
    theirs = [(line.starts_at.isoformat(), f"{line.name}: {line.when}") for line in coming if not line.mine]
    edits = may(actor, "duty.edit")
    context = {
        "area": "duty",
        "row": row,
        "rota": row.rota,
        "weeks": weeks,
        "people": len(row.rota.names),
        "gaps": sum(1 for week in weeks for line in week.lines if not line.name),
        "cover_form": CoverForm(people=people, initial={"person_id": str(actor.own_id)}),
        "absence_form": AbsenceForm(
            people=people if edits else [one for one in people if one[0] == actor.own_id],
            initial={"person_id": actor.own_id},
        ),
        "swap_form": SwapForm(mine=mine, theirs=theirs) if mine and theirs else None,
        "swaps": list_swaps(actor, rota_id=row.rota.id),
        "may_edit": edits,
        **forms,
    }
    return render(request, "duty/rota.html", context, status=status)


@page(permission="duty.edit", methods=("GET", "POST"))
def new(request: PageRequest) -> HttpResponseBase:
    """Make a rota."""
    return _form(request, None)


@page(permission="duty.edit", methods=("GET", "POST"))
def edit(request: PageRequest, slug: str) -> HttpResponseBase:
    """Change a rota; refused, with all that was typed kept, if somebody changed it meanwhile."""
    return _form(request, get_rota(request.actor, slug))


def _form(request: PageRequest, rota: RotaRow | None) -> HttpResponseBase:
    data = request.POST if request.method == "POST" else None
    initial = {"timezone": request.actor.timezone}
    if rota is not None:
        initial = {
            "name": rota.name,
            "slug": rota.slug,
            "team_id": str(rota.team_id or ""),
            "timezone": rota.plan.timezone,
            "seen": str(rota.version),
        }
    form = RotaForm(data, initial=initial)
    people = colleagues(request.actor)
    layers = layer_forms(rota, people, data)
    bound = [one for one in layers if one.is_bound]
    late, status = None, 200 if data is None else 422
    if data is not None and all([form.is_valid(), *(one.is_valid() for one in bound)]):
        try:
            _save(request, rota, form, bound)
        except Stale as stale:
            late, status = too_late(form, stale), stale.status
            if rota is not None and untouched("layers", (one.layer().as_json() for one in bound), stale):
                layers = layer_forms(_present(request, rota), people, None)
        except Refusal as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("The rota is saved."))
            return HttpResponseRedirect(reverse("web:duty:rota", args=[form.cleaned_data["slug"]]))
    context = {"area": "duty", "form": form, "layers": layers, "rota": rota, "late": late}
    return render(request, "duty/rota_form.html", context, status=status)


def _present(request: PageRequest, rota: RotaRow) -> RotaRow:
    """The rota as others have left it, whatever it is called by now."""
    return next(row for row in list_rotas(request.actor) if row.id == rota.id)


def _save(request: PageRequest, rota: RotaRow | None, form: RotaForm, layers: list[LayerForm]) -> None:
    given = form.cleaned_data
    save_rota(
        by=request.actor,
        slug=given["slug"],
        name=given["name"],
        timezone=given["timezone"],
        team_id=given["team_id"],
        layers=[one.layer() for one in layers],
        rota_id=rota.id if rota else None,
        seen=given["seen"],
    )
