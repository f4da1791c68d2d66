"""Maintenance windows as a file: out, and in after a review."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selaras.domains.events.actions.window_file import export_windows, review_windows, take_windows
from selaras.domains.events.queries.windows import windows_version
from selaras.interfaces.web.events.rule_forms import FileForm
from selaras.interfaces.web.shell.fields import asked
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid, Stale


class WindowFileForm(FileForm):
    """A file of windows."""

    file = forms.CharField(
        label=gettext_lazy("Windows"), required=False, max_length=1_000_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "mono"}),
    )  # fmt: skip
    asked(file)


@page(permission="events.respond")
def export(request: PageRequest) -> HttpResponse:
    """All of them as a file to keep."""
    headers = {"Content-Disposition": 'attachment; filename="selaras-windows.yaml"'}
    text = export_windows(by=request.actor)
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@page(permission="events.respond", methods=("GET", "POST"))
def file(request: PageRequest) -> HttpResponseBase:
    """Take a file: first what it would change, then, if that is wanted, all of it or nothing."""
    seen = windows_version()
    if request.method != "POST":
        return _page(request, {"form": WindowFileForm(initial={"seen": seen})})
    form = WindowFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form}, status=422)
    text = form.text()
    shown = WindowFileForm(initial={"file": text, "seen": seen})
    try:
        if request.POST.get("do") == "take":
            take_windows(text, by=request.actor, seen=form.cleaned_data["seen"])
            messages.success(request, _("Taken. The windows are as the file says."))
            return HttpResponseRedirect(reverse("web:events:windows"))
        changes = review_windows(text, by=request.actor)
    except Invalid as refusal:
        faults = [spoken(sentence) for sentence in refusal.fields.values()]
        return _page(request, {"form": shown, "faults": faults}, status=422)
    except Stale as stale:
        context = {"form": shown, "changes": review_windows(text, by=request.actor), "reviewed": True, "stale": True}
        return _page(request, context, status=stale.status)
    return _page(request, {"form": shown, "changes": changes, "reviewed": True})


def _page(request: PageRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "events/window_file.html", {"area": "maintenance", **context}, status=status)
