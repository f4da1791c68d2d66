"""Icinga's event stream of a source: from where it is fetched, and how that stands."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.actions.streams import remove_stream, set_stream
from selaras.domains.events.contracts.streams import StreamRow
from selaras.domains.events.queries.sources import get_source_life
from selaras.domains.events.queries.streams import get_stream
from selaras.interfaces.web.shell.editing import kept_page
from selaras.interfaces.web.shell.page import PageRequest, page


class StreamForm(forms.Form):
    """Where Icinga is, and in whose name it is asked; `seen` is the version it was read at."""

    address = forms.CharField(
        label=_("Address of its API"),
        max_length=300,
        widget=forms.TextInput({"spellcheck": "false", "placeholder": "https://icinga.example.com:5665"}),
    )
    user = forms.CharField(label=_("API user"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    fingerprint = forms.CharField(
        label=_("Fingerprint of its certificate"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"spellcheck": "false", "class": "mono"}),
        help_text=_("SHA-256. With it, no other certificate is taken, whoever signed it."),
    )
    authority = forms.CharField(
        label=_("Its own certificate authority"),
        max_length=100_000,
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "class": "mono"}),
        help_text=_("In PEM, as in /var/lib/icinga2/certs/ca.crt. Empty: the authorities this machine trusts."),
    )
    queue = forms.CharField(
        label=_("Name of the queue"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Any name that nobody else uses at this Icinga."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = _("Kept sealed; nobody can read it again.")
        self.fields["password"].help_text = _("Leave it empty to keep the present one.") if known else kept
        vars(self.fields["password"])["asked"] = not known


@page(permission="events.sources", methods=("GET", "POST"))
def stream(request: PageRequest, source_id: int) -> HttpResponseBase:
    """How it stands, and the form."""
    life = get_source_life(request.actor, source_id)
    row = get_stream(request.actor, source_id)

    def save(given: Mapping[str, Any]) -> None:
        set_stream(source_id, by=request.actor, **given)
        messages.success(request, gettext("Saved. The worker connects within seconds."))

    def show(*, form: forms.Form | None = None, stale: bool = False, status: int = 200) -> HttpResponse:
        context = {
            "area": "sources",
            "source": life.source,
            "stream": row,
            "form": form or _form(source_id, row),
            "stale": stale,
            "networks": settings.CHECK_NETWORKS,
        }
        return render(request, "events/stream.html", context, status=status)

    def make(data: Any) -> forms.Form:
        return StreamForm(data, known=row is not None)

    address = reverse("web:events:stream", args=[source_id])
    return kept_page(request, make, save, show, version=row.version if row else 0, address=address)


@page(permission="events.sources", methods=("POST",))
def remove(request: PageRequest, source_id: int) -> HttpResponseBase:
    """Fetch no more."""
    remove_stream(source_id, by=request.actor)
    messages.success(request, gettext("Removed. It is fetched no more; its alerts stay as they are."))
    return HttpResponseRedirect(reverse("web:events:stream", args=[source_id]))


def _form(source_id: int, row: StreamRow | None) -> StreamForm:
    if row is None:
        return StreamForm(initial={"queue": f"selaras-{source_id}", "seen": 0}, known=False)
    names = ("address", "user", "queue", "authority", "fingerprint")
    return StreamForm(initial={**{name: getattr(row, name) for name in names}, "seen": row.version}, known=True)
