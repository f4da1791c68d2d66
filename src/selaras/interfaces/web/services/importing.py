"""Import from a file in the browser: shown first (what will be made, changed, refused and why), then carried out.

Between the two the file waits in the cache, under a name that only the one who sent it holds.
"""

import base64
import secrets
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from selaras.domains.services.actions.import_backstage import import_backstage
from selaras.domains.services.actions.import_csv import COLUMNS, Sheet, import_csv
from selaras.domains.services.contracts import ImportReport
from selaras.interfaces.web.shell.page import PageRequest, page

_KEPT = 3600  # seconds
_MOST = 8 * 1024 * 1024  # bytes; larger files are for `selaras` on the machine itself
_KINDS = [
    ("items", _("Configuration items (CSV)")),
    ("services", _("Services (CSV)")),
    ("dependencies", _("Dependencies (CSV)")),
    ("backstage", _("Backstage catalogue (catalog-info.yaml)")),
]


class ImportForm(forms.Form):
    """Which file, and what it holds."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=_KINDS)
    file = forms.FileField(label=_("File"), allow_empty_file=False, max_length=200)

    def clean_file(self) -> Any:
        """Not too large to be looked at here."""
        file = self.cleaned_data["file"]
        if file.size > _MOST:
            raise forms.ValidationError(_("The file is larger than %(most)s MB."), params={"most": _MOST // 1024**2})
        return file


@page(permission="items.edit", methods=("GET", "POST"))
def bring_in(request: PageRequest) -> HttpResponseBase:
    """Ask for the file, show what it would do, and do it when that is confirmed."""
    if request.method != "POST":
        return _show(request, ImportForm())
    if "key" in request.POST:
        return _carry_out(request, request.POST["key"])
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    kind, file = form.cleaned_data["kind"], form.cleaned_data["file"]
    content = file.read()
    report = _run(request, kind, content, str(file.name or kind), dry_run=True)
    key = secrets.token_urlsafe(24)
    if report.written:
        kept = (kind, base64.b64encode(content).decode(), file.name)
        cache.set(_name(request, key), kept, _KEPT)
    return _show(request, ImportForm(initial={"kind": kind}), report=report, key=key, status=_status(report))


def _carry_out(request: PageRequest, key: str) -> HttpResponse:
    kept = cache.get(_name(request, key[:100]))
    if kept is None:
        return _show(request, ImportForm(), lost=True, status=422)
    kind, content, name = kept
    report = _run(request, kind, base64.b64decode(content), name, dry_run=False)
    cache.delete(_name(request, key[:100]))
    return _show(request, ImportForm(initial={"kind": kind}), report=report, done=True, status=_status(report))


def _run(request: PageRequest, kind: str, content: bytes, source: str, *, dry_run: bool) -> ImportReport:
    if kind == "backstage":
        return import_backstage(content, by=request.actor, source=source, dry_run=dry_run)
    return import_csv(content, by=request.actor, sheet=Sheet(kind), source=source, dry_run=dry_run)


def _status(report: ImportReport) -> int:
    return 200 if report.written else 422


def _name(request: PageRequest, key: str) -> str:
    return f"import:{request.actor.own_id}:{key}"


def _show(request: PageRequest, form: ImportForm, *, status: int = 200, **told: Any) -> HttpResponse:
    context = {"area": "items", "form": form, "columns": list(COLUMNS.items()), **told}
    return render(request, "services/import.html", context, status=status)
