"""Event sources: who may post, how to connect one, and what each sent lately."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.sources import change_source, create_source, renew_token
from selaras.domains.events.contracts.sources import REFUSAL_WORDS, SourceLife
from selaras.domains.events.queries.log import list_refused
from selaras.domains.events.queries.sources import COUNTED, get_source_life, list_source_lives
from selaras.domains.events.queries.streams import list_streams
from selaras.interfaces.web.events.connecting import connecting
from selaras.interfaces.web.events.forms import NewSourceForm, SourceForm
from selaras.interfaces.web.shell.editing import kept_page
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid


@page(permission="events.sources")
def sources(request: PageRequest) -> HttpResponse:
    """Every source, and who was turned away."""
    lives = list_source_lives(request.actor)
    streams = list_streams(request.actor)
    context = {
        "area": "sources",
        "lives": [(life, streams.get(life.source.id)) for life in lives],
        "at_least": sum(life.firing for life in lives) >= COUNTED,
        "refused": [(row, REFUSAL_WORDS[row.reason]) for row in list_refused(request.actor)],
    }
    return render(request, "events/sources.html", context)


@page(permission="events.sources", methods=("GET", "POST"))
def new_source(request: PageRequest) -> HttpResponseBase:
    """The form of a new one; its answer shows the token, and nothing else ever does."""
    form = NewSourceForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        try:
            made = create_source(by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            return _page(request, get_source_life(request.actor, made.id), token=made.token or "")
    context = {"area": "sources", "form": form}
    return render(request, "events/new_source.html", context, status=422 if form.errors else 200)


@page(permission="events.sources", methods=("GET", "POST"))
def source(request: PageRequest, source_id: int) -> HttpResponseBase:
    """One source; a post changes its name and networks."""
    life = get_source_life(request.actor, source_id)

    def save(given: Mapping[str, Any]) -> None:
        change_source(source_id, by=request.actor, **given)
        messages.success(request, _("Saved. Intake knows within seconds."))

    address = reverse("web:events:source", args=[source_id])
    show = partial(_page, request, life)
    return kept_page(request, SourceForm, save, show, version=life.source.version, address=address)


@page(permission="events.sources", methods=("POST",))
def renew(request: PageRequest, source_id: int) -> HttpResponseBase:
    """A new token in place of the former one; the answer shows it."""
    token = renew_token(source_id, by=request.actor)
    return _page(request, get_source_life(request.actor, source_id), token=token)


@page(permission="events.sources", methods=("POST",))
def switch(request: PageRequest, source_id: int) -> HttpResponseBase:
    """Disable or enable it."""
    enabled = request.POST.get("enabled") == "1"
    change_source(source_id, by=request.actor, enabled=enabled)
    said = _("Enabled. What it posts is taken.") if enabled else _("Disabled. What it posts is refused.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("web:events:source", args=[source_id]))


def _page(
    request: PageRequest,
    life: SourceLife,
    *,
    form: SourceForm | None = None,
    token: str = "",
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    row = life.source
    known = {
        "name": row.name, "networks": "\n".join(row.networks), "certificate": row.certificate,
        "may_open": row.may_open, "seen": row.version,
    }  # fmt: skip
    context = {
        "area": "sources",
        "life": life,
        "source": row,
        "form": form or SourceForm(initial=known),
        "stale": stale,
        "token": token,
        "connecting": connecting(request, with_token=row.has_token, token=token),
    }
    return render(request, "events/source.html", context, status=status)
