"""Checks that Selaras makes by itself: which there are, how each stands, and what it gave."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.actions.checks import change_check, create_check, remove_check, switch_check, try_check
from selaras.domains.events.contracts.checks import CHECK_WORDS, DNS_RECORDS, CheckKind, CheckRow
from selaras.domains.events.queries.checks import get_check, list_check_results, list_checks
from selaras.interfaces.web.events.lengths import length_field, offer_lengths, worded
from selaras.interfaces.web.events.own_alerts import OwnAlertForm, Rows, source_choices, source_field
from selaras.interfaces.web.shell.choices import offer
from selaras.interfaces.web.shell.editing import kept_page
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid

# What only some kinds ask about.
_OF_KIND = {
    CheckKind.HTTP: ("status_from", "status_to", "contains", "verify"),
    CheckKind.TCP: (),
    CheckKind.TLS: ("days", "verify"),
    CheckKind.DNS: ("record", "contains", "server"),
    CheckKind.PING: (),
}
_ASKED = ("status_from", "status_to", "contains", "days", "record", "server", "verify")
_LENGTHS = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 21_600, 86_400)


class CheckForm(OwnAlertForm):
    """What of a check may be given; of the expectations only those of its kind."""

    source_id = source_field()
    name = forms.CharField(label=_("Name"), max_length=120)
    target = forms.CharField(
        label=_("Target"), max_length=500, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )
    status_from = forms.IntegerField(label=_("Status from"), min_value=100, max_value=599, initial=200)
    status_to = forms.IntegerField(label=_("Status to"), min_value=100, max_value=599, initial=299)
    contains = forms.CharField(label=_("The answer contains"), required=False, max_length=500)
    days = forms.IntegerField(
        label=_("Days that the certificate must have left"), min_value=0, max_value=1000, initial=14
    )
    record = forms.ChoiceField(label=_("Kind of record"), choices=[(one, one) for one in DNS_RECORDS])
    server = forms.CharField(
        label=_("DNS server"), required=False, max_length=200, help_text=_("Empty: this machine's own.")
    )
    verify = forms.BooleanField(label=_("Its certificate must be trusted"), required=False, initial=True)
    interval = length_field(_("Ask every"), initial=60)
    timeout = forms.IntegerField(label=_("Wait for an answer (seconds)"), min_value=1, max_value=60, initial=10)
    retries = forms.IntegerField(
        label=_("Retries before it alerts"), min_value=0, max_value=10, initial=2,
        help_text=_("A failure is looked at again within 15 seconds."),
    )  # fmt: skip
    field_order = ("source_id", "name", "target", *_ASKED, "interval", "timeout", "retries", "severity", "item")

    def __init__(self, *args: Any, kind: CheckKind, sources: Rows | None, known: int = 60, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name in set(_ASKED).difference(_OF_KIND[kind]):
            del self.fields[name]
        offer_lengths(self, "interval", [*_LENGTHS, known])
        if sources is None:
            del self.fields["source_id"]
            return
        offer(self, "source_id", sources)


@page(permission="events.sources")
def checks(request: PageRequest) -> HttpResponse:
    """Every check."""
    rows = [_shown(row) for row in list_checks(request.actor)]
    context = {"area": "sources", "rows": rows, "networks": settings.CHECK_NETWORKS}
    return render(request, "events/checks.html", context)


@page(permission="events.sources", methods=("GET", "POST"))
def new_check(request: PageRequest) -> HttpResponseBase:
    """The form of a new one, of the kind that the address says."""
    given = request.GET.get("kind", "")
    kind = CheckKind(given) if given in set(CheckKind) else CheckKind.HTTP
    sources = source_choices(request.actor)
    form = CheckForm(request.POST or None, kind=kind, sources=sources)
    if form.is_valid():
        try:
            made = create_check(by=request.actor, kind=kind, **form.given())
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            messages.success(request, gettext("Made. It is asked within seconds."))
            return HttpResponseRedirect(reverse("web:events:check", args=[made]))
    kinds = [(one.value, spoken(CHECK_WORDS[one])) for one in CheckKind]
    context = {"area": "sources", "form": form, "sources": sources, "kinds": kinds, "kind": kind.value}
    return render(request, "events/new_check.html", context, status=422 if form.errors else 200)


@page(permission="events.sources", methods=("GET", "POST"))
def check(request: PageRequest, check_id: int) -> HttpResponseBase:
    """One check with what it gave; a post changes it."""
    row = get_check(request.actor, check_id)

    def save(given: Mapping[str, Any]) -> None:
        change_check(check_id, by=request.actor, **given)
        messages.success(request, gettext("Saved. It is asked within seconds."))

    address = reverse("web:events:check", args=[check_id])
    show = partial(_page, request, row)
    return kept_page(request, partial(_form, row), save, show, version=row.version, address=address)


@page(permission="events.sources", methods=("POST",))
def try_now(request: PageRequest, check_id: int) -> HttpResponseBase:
    """Ask now."""
    told = try_check(check_id, by=request.actor)
    words = {"words": told.words, "ms": told.milliseconds}
    if told.ok:
        messages.success(request, gettext("It is well: %(words)s (%(ms)s ms).") % words)
    else:
        messages.warning(request, gettext("Asked: %(words)s (%(ms)s ms).") % words)
    return HttpResponseRedirect(reverse("web:events:check", args=[check_id]))


@page(permission="events.sources", methods=("POST",))
def switch(request: PageRequest, check_id: int) -> HttpResponseBase:
    """Ask no more, or again."""
    enabled = request.POST.get("enabled") == "1"
    switch_check(check_id, by=request.actor, enabled=enabled)
    messages.success(request, gettext("It is asked again.") if enabled else gettext("It is asked no more."))
    return HttpResponseRedirect(reverse("web:events:check", args=[check_id]))


@page(permission="events.sources", methods=("POST",))
def remove(request: PageRequest, check_id: int) -> HttpResponseBase:
    """Remove it with what it gave."""
    remove_check(check_id, by=request.actor)
    messages.success(request, gettext("Removed. Its alert, if one was open, has ended."))
    return HttpResponseRedirect(reverse("web:events:checks"))


def _shown(row: CheckRow) -> dict[str, Any]:
    mark = ("circle-dashed", "wait", gettext("Not asked yet"))
    if not row.enabled:
        mark = ("player-pause", "wait", gettext("Paused"))
    elif row.alerts:
        mark = ("flame", "harm", gettext("Fails"))
    elif row.ok:
        mark = ("circle-check", "done", gettext("Well"))
    elif row.ok is False:
        mark = ("clock-exclamation", "risk", gettext("Failed, tried again"))
    elif row.last_at:
        mark = ("alert-triangle", "risk", gettext("Cannot be asked"))
    icon, tone, word = mark
    return {
        "row": row, "icon": icon, "tone": tone, "word": word, "kind_word": CHECK_WORDS[row.probe.kind],
        "every": worded(row.interval),
    }  # fmt: skip


def _form(row: CheckRow, data: Any = None) -> CheckForm:
    known = {name: getattr(row, name) for name in ("name", "interval", "retries", "severity", "item")}
    asked = {name: getattr(row.probe, name) for name in ("target", "timeout", *_ASKED)}
    initial = {**known, **asked, "seen": row.version}
    return CheckForm(data, kind=row.probe.kind, sources=None, known=row.interval, initial=initial)


def _page(
    request: PageRequest, row: CheckRow, *, form: CheckForm | None = None, stale: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "area": "sources",
        **_shown(row),
        "results": list_check_results(request.actor, row.id),
        "form": form or _form(row),
        "stale": stale,
        "networks": settings.CHECK_NETWORKS,
    }
    return render(request, "events/check.html", context, status=status)
