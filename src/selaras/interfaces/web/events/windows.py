"""Maintenance windows: when each is open, made and changed with its next times shown before it is saved."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.agreements.queries.calendars import list_calendars
from selaras.domains.events.actions.windows import check_times, save_window, switch_window
from selaras.domains.events.contracts.windows import Occurrence, WindowDraft, WindowRow
from selaras.domains.events.queries.windows import get_window, list_windows, occurrences_of
from selaras.domains.people.queries import may
from selaras.interfaces.web.events.conditions import ConditionRows
from selaras.interfaces.web.events.window_forms import WindowForm, known
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid, Stale


@page(permission="events.view")
def windows(request: PageRequest) -> HttpResponse:
    """The list, those that are open or open next first."""
    context = {"area": "maintenance", "windows": list_windows(request.actor), "calendars": bool(list_calendars())}
    return render(request, "events/windows.html", context)


@page(permission="events.respond", methods=("GET", "POST"))
def new_window(request: PageRequest) -> HttpResponseBase:
    """A new one."""
    return _answer(request, None)


@page(permission="events.view", methods=("GET", "POST"))
def window(request: PageRequest, window_id: int) -> HttpResponseBase:
    """One that there is; a post changes it."""
    return _answer(request, get_window(request.actor, window_id))


@page(permission="events.respond", methods=("POST",))
def switch(request: PageRequest, window_id: int) -> HttpResponseBase:
    """Enable or disable it."""
    seen, enabled = request.POST.get("seen", ""), request.POST.get("enabled") == "1"
    try:
        switch_window(window_id, by=request.actor, enabled=enabled, seen=int(seen) if seen.isdecimal() else None)
    except Stale:
        messages.error(request, _("Somebody else has just changed it. Look again."))
    return HttpResponseRedirect(reverse("web:events:windows"))


def _answer(request: PageRequest, own: WindowRow | None) -> HttpResponseBase:
    if request.method != "POST":
        form = WindowForm(initial=known(own) if own else None)
        return _page(request, form, ConditionRows(own.draft.matchers if own else ()), own, own.next if own else ())
    form, rows, do = WindowForm(request.POST), ConditionRows.of(request.POST), request.POST.get("do", "")
    asked = do in ("save", "show")
    if not (asked and form.is_valid() and not rows.errors):
        return _page(request, form, rows, own, status=422 if asked else 200)
    draft = form.draft(rows.conditions)
    try:
        if do == "show":
            return _page(request, form, rows, own, _shown(draft), shown=True)
        seen = form.cleaned_data["seen"]
        save_window(draft, by=request.actor, window_id=own.id if own else None, seen=seen if own else None)
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _page(request, form, rows, own, status=422)
    except Stale:
        again = request.POST.copy()
        again["seen"] = str(own.version) if own else ""
        return _page(request, WindowForm(again), rows, own, own.next if own else (), stale=True, status=409)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("web:events:windows"))


def _shown(draft: WindowDraft) -> list[Occurrence]:
    check_times(draft)
    return occurrences_of(draft)


def _page(
    request: PageRequest,
    form: WindowForm,
    rows: ConditionRows,
    own: WindowRow | None,
    coming: Sequence[Occurrence] = (),
    *,
    shown: bool = False,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "area": "maintenance",
        "form": form,
        "conditions": rows,
        "window": own,
        "coming": coming,
        "shown": shown,
        "stale": stale,
        "can_change": may(request.actor, "events.respond"),
    }
    return render(request, "events/window.html", context, status=status)
