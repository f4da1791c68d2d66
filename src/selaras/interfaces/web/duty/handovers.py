"""Handovers: drafted from what happened, completed, signed by both sides, printed."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from selaras.domains.duty.actions import handovers as acting
from selaras.domains.duty.contracts import DRAFTED
from selaras.domains.duty.contracts.shifts import Fact, FactKind, HandoverRow
from selaras.domains.duty.queries import (
    HANDOVER_WORDS,
    get_handover,
    get_rota,
    get_shift_change,
    handover_offers,
    list_handovers,
    next_shift_change,
)
from selaras.domains.events.contracts import CLASS_WORDS, AlertClass
from selaras.domains.events.queries.handover import BEGINS, facts_for
from selaras.domains.people.queries import may
from selaras.interfaces.web.duty.shift_forms import HandoverForm, SigningForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid, Stale
from selaras.kernel.sentences import say

_KINDS = {
    FactKind.PAGE: (pgettext_lazy("duty", "Pages still open"), "urgent"),
    FactKind.ALERT: (gettext_lazy("Alerts that fire"), "bell"),
    FactKind.INCIDENT: (gettext_lazy("Incidents due before the next shift ends"), "inbox"),
    FactKind.SILENCE: (gettext_lazy("Silences that end in the next shift"), "clock-pause"),
    FactKind.WINDOW: (gettext_lazy("Maintenance that begins or ends in the next shift"), "tool"),
    FactKind.NOTE: (gettext_lazy("Notes of this shift"), "pencil"),
}


@page(permission="duty.view")
def handovers(request: PageRequest, slug: str) -> HttpResponse:
    """Those of a rota, and the one that comes next."""
    rota = get_rota(request.actor, slug)
    found = list_handovers(request.actor, slug, after=request.GET.get("after", ""))
    coming = next_shift_change(rota)
    mine = coming is not None and coming.outgoing_id == request.actor.own_id
    context = {
        "area": "duty",
        "rota": rota,
        "page": found,
        "coming": coming,
        "begun": next((row for row in found.rows if coming and row.due_at == coming.due_at), None),
        "may_draft": mine or may(request.actor, "duty.edit"),
        "words": HANDOVER_WORDS,
    }
    return render(request, "duty/handovers.html", context)


@page(permission="duty.self", methods=("POST",))
def draft(request: PageRequest, slug: str) -> HttpResponseBase:
    """Draft it from what holds now, or take what holds now into the draft."""
    rota = get_rota(request.actor, slug)
    due_at = parse_datetime(request.POST.get("due_at", ""))
    if due_at is None or due_at.tzinfo is None:
        raise Invalid({"due_at": say("Choose the end of a shift.")})
    facts = facts_for(request.actor, get_shift_change(rota.id, due_at))
    made = acting.draft_handover(rota.id, due_at, by=request.actor, facts=facts)
    return HttpResponseRedirect(reverse("web:duty:handover", args=[made]))


@page(permission="duty.view")
def handover(request: PageRequest, handover_id: int) -> HttpResponse:
    """One, to read, to complete, to sign."""
    row = get_handover(request.actor, handover_id)
    return _show(request, row, HandoverForm(initial={"notes": row.notes, "seen": row.version}))


@page(permission="duty.self", methods=("POST",))
def edit(request: PageRequest, handover_id: int) -> HttpResponseBase:
    """What the outgoing one adds."""
    row = get_handover(request.actor, handover_id)
    form = HandoverForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=422)
    try:
        acting.edit_handover(row.id, by=request.actor, **form.cleaned_data)
    except Stale as stale:
        form.data = {**form.data.dict(), "seen": str(row.version)}  # type: ignore[attr-defined]  # a QueryDict
        refuse_into(form, stale)
        return _show(request, row, form, status=stale.status)
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _show(request, row, form, status=422)
    messages.success(request, _("Kept."))
    return HttpResponseRedirect(reverse("web:duty:handover", args=[row.id]))


@page(permission="duty.self", methods=("POST",))
def sign(request: PageRequest, handover_id: int, verb: str) -> HttpResponseBase:
    """Hand over, or take over: signed with name and time."""
    form = SigningForm(request.POST)
    if not form.is_valid():
        raise Invalid({"remark": say("Use up to 10,000 characters.")})
    acting.move_handover(handover_id, verb, by=request.actor, **form.cleaned_data)
    messages.success(request, _("Signed."))
    return HttpResponseRedirect(reverse("web:duty:handover", args=[handover_id]))


def _show(request: PageRequest, row: HandoverRow, form: HandoverForm, *, status: int = 200) -> HttpResponse:
    offers = handover_offers(request.actor, row)
    context = {
        "area": "duty",
        "row": row,
        "form": form if offers and row.state == DRAFTED else None,
        "offers": offers,
        "signing": SigningForm(initial={"seen": row.version}),
        "groups": [(*_KINDS[kind], _told(list(facts))) for kind, facts in groupby(row.facts, key=lambda f: f.kind)],
        "words": HANDOVER_WORDS,
    }
    return render(request, "duty/handover.html", context, status=status)


def _told(facts: list[Fact]) -> list[tuple[Fact, str]]:
    return [(one, _detail(one)) for one in facts]


def _detail(fact: Fact) -> str:
    match fact.kind:
        case FactKind.ALERT:
            return spoken(CLASS_WORDS[AlertClass(fact.detail)])
        case FactKind.WINDOW:
            return _("begins") if fact.detail == BEGINS else _("ends")
    return fact.detail
