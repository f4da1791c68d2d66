"""Make a silence, from an alert or from nothing, and change one; with a count of what it would hold for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.silences import change_silence
from selaras.domains.events.actions.silences import silence as make_silence
from selaras.domains.events.contracts import Condition
from selaras.domains.events.contracts.silences import EXPIRED, SILENCE_WORDS, SilenceRow
from selaras.domains.events.queries.alerts import get_alert
from selaras.domains.events.queries.silences import LOOKED_AT, get_silence, would_silence
from selaras.domains.events.queries.sources import list_sources
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_organisations, may
from selaras.interfaces.web.events.conditions import ConditionRows
from selaras.interfaces.web.events.forms import SilenceForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.text import whole_number, whole_numbers

_SHOWN = 10  # alerts named with the count


MOST = 100  # alerts whose common labels are asked for


@page(permission="events.respond", methods=("GET", "POST"))
def new_silence(request: PageRequest) -> HttpResponseBase:
    """A new one: `?alert=` fills in an alert's labels, `?like=` another silence."""
    if request.method != "POST":
        return _page(request, *_prefilled(request))
    form, rows = SilenceForm(request.POST, owners=owners(request.actor)), ConditionRows.of(request.POST)
    if request.POST.get("do") == "save" and form.is_valid() and not rows.errors:
        try:
            made = make_silence(
                by=request.actor,
                draft=form.draft(rows.conditions, request.actor.name),
                organisation_id=form.cleaned_data["organisation_id"],
            )
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, _("Silenced."))
            return HttpResponseRedirect(reverse("web:events:silence", args=[made]))
    return _page(request, form, rows, status=422 if request.POST.get("do") == "save" else 200)


@page(permission="events.view", methods=("GET", "POST"))
def silence(request: PageRequest, silence_id: UUID) -> HttpResponseBase:
    """One: what it says and what it holds for; a post changes it."""
    row = get_silence(request.actor, str(silence_id))
    if request.method != "POST":
        form = SilenceForm(initial=_known(row), owners=owners(request.actor))
        return _page(request, form, ConditionRows(row.matchers), row=row)
    form, rows = SilenceForm(request.POST, owners=owners(request.actor)), ConditionRows.of(request.POST)
    if request.POST.get("do") == "save" and form.is_valid() and not rows.errors:
        draft, seen = form.draft(rows.conditions, row.created_by, row.starts_at), request.POST.get("seen")
        try:
            made = change_silence(row.id, by=request.actor, draft=draft, seen=seen)
        except Invalid as refusal:
            refuse_into(form, refusal)
        except Stale:
            return _page(request, form, rows, row=row, stale=True, status=409)
        else:
            messages.success(request, _("Saved.") if made == row.id else _("Saved as a new silence; this one ended."))
            return HttpResponseRedirect(reverse("web:events:silence", args=[made]))
    return _page(request, form, rows, row=row, status=422 if request.POST.get("do") == "save" else 200)


@page(permission="events.respond", methods=("POST",))
def count(request: PageRequest) -> HttpResponse:
    """The count alone, while somebody types."""
    form, rows = SilenceForm(request.POST, owners=owners(request.actor)), ConditionRows.of(request.POST)
    return render(request, "events/parts/would_silence.html", _counted(request.actor, form, rows))


def owners(actor: Actor) -> list[tuple[str, str]]:
    """Whose sources there are: a silence holds for one organisation's."""
    having = {row.organisation_id for row in list_sources(actor)}
    named = [(str(row.id), row.name) for row in list_organisations(actor) if row.id in having]
    return [("", _("Our own sources")), *named]


def _prefilled(request: PageRequest) -> tuple[SilenceForm, ConditionRows]:
    known: dict[str, Any] = {}
    rows = ConditionRows((), empty=2)
    if ids := whole_numbers(request.GET.getlist("alert"))[:MOST]:
        alerts = [get_alert(request.actor, pk).alert for pk in ids]
        common = set.intersection(*(set(alert.labels.items()) for alert in alerts))
        rows = ConditionRows([Condition(name, "=", value) for name, value in sorted(common)])
        source = next(row for row in list_sources(request.actor) if row.id == alerts[0].source_id)
        known["organisation_id"] = source.organisation_id
    elif "like" in request.GET:
        row = get_silence(request.actor, request.GET["like"])
        rows, known = ConditionRows(row.matchers), {"comment": row.comment, "organisation_id": row.organisation_id}
    return SilenceForm(initial=known, owners=owners(request.actor)), rows


def _known(row: SilenceRow) -> dict[str, Any]:
    return {
        "comment": row.comment,
        "organisation_id": row.organisation_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "duration": "",
    }


def _counted(actor: Actor, form: SilenceForm, rows: ConditionRows) -> dict[str, Any]:
    """What a silence with these rows would hold for now; nothing while a row cannot be read."""
    if rows.errors or not rows.conditions or not may(actor, "events.respond"):
        return {}
    asked = form.data.get("organisation_id") if form.is_bound else form.initial.get("organisation_id")
    hits = would_silence(actor, rows.conditions, whole_number(str(asked or "")))
    return {"counted": True, "count": len(hits), "hits": hits[:_SHOWN], "looked_at": LOOKED_AT}


def _page(
    request: PageRequest,
    form: SilenceForm,
    rows: ConditionRows,
    *,
    row: SilenceRow | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    state = row.state_at(clock.now()) if row else ""
    context = {
        "area": "silences",
        "form": form,
        "conditions": rows,
        "silence": row,
        "state": state,
        "state_word": SILENCE_WORDS.get(state),
        "over": state == EXPIRED,
        "seen": row.updated_at.isoformat() if row else "",
        "owner": dict(form.owners).get(str(row.organisation_id or "")) if row else "",
        "stale": stale,
        **_counted(request.actor, form, rows),
    }
    return render(request, "events/silence.html", context, status=status)
