"""How a source's generic webhook is read: paths edited beside a pasted sample, and what they make of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.actions.mapping import SAMPLE_LIMIT, set_mapping
from selaras.domains.events.queries.mapping import MappingDetail, get_mapping, try_mapping
from selaras.interfaces.web.shell.fields import asked
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel.errors import Invalid, Stale

_PATH = 400  # characters that may be typed; the action says how long a path may be


def _path(label: Any, help_text: Any = "") -> forms.CharField:
    attrs = {"class": "mono", "autocomplete": "off", "spellcheck": "false"}
    widget = forms.TextInput(attrs)
    # The page says once that each may be left empty.
    return asked(forms.CharField(label=label, help_text=help_text, required=False, max_length=_PATH, widget=widget))


class SampleForm(forms.Form):
    """The sample and the version that was read."""

    sample = forms.CharField(
        label=_("A sample of what it sends (JSON)"),
        required=False,
        max_length=SAMPLE_LIMIT,
        widget=forms.Textarea({"class": "mono", "rows": 14, "spellcheck": "false"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class MappingForm(SampleForm):
    """The paths, each a JMESPath; an empty one leaves its part to the guess."""

    each = _path(_("Where the alerts are"), _("A path to a list of objects. The other paths begin at one of them."))
    name = _path(_("Name"))
    host = _path(_("Host"))
    service = _path(_("Service"))
    severity = _path(_("Severity"))
    state = _path(_("State"), _("Words such as firing, down, resolved or ok."))
    summary = _path(_("Summary"))
    description = _path(_("Description"))
    start = _path(_("Starts at"))
    end = _path(_("Ends at"))
    key = _path(_("Key"), _("What is the same when the alert fires and when it ends."))
    url = _path(_("Link"))

    def paths(self) -> dict[str, str]:
        """The paths that were given."""
        own = [name for name in self.fields if name not in SampleForm.base_fields]
        return {name: self.cleaned_data[name].strip() for name in own if self.cleaned_data.get(name, "").strip()}


@page(permission="events.sources", methods=("GET", "POST"))
def mapping(request: PageRequest, source_id: int) -> HttpResponseBase:
    """Try a mapping with a sample, and keep it."""
    found = get_mapping(request.actor, source_id)
    if request.method != "POST":
        return _page(request, found, MappingForm(initial=_initial(found)))
    form = MappingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    if request.POST.get("do") != "save":
        return _page(request, found, form)
    sample, seen = form.cleaned_data["sample"], form.cleaned_data["seen"] or 0
    try:
        set_mapping(source_id, by=request.actor, paths=form.paths(), seen=seen, sample=sample)
    except Stale:
        again = MappingForm({**request.POST.dict(), "seen": found.version})
        again.is_valid()
        return _page(request, found, again, late=True, status=409)
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _page(request, found, form, status=422)
    messages.success(request, gettext("Saved. What it sends from now on is read like this."))
    return HttpResponseRedirect(reverse("web:events:mapping", args=[source_id]))


def _initial(found: MappingDetail) -> dict[str, Any]:
    return {**found.paths, "sample": found.sample, "seen": found.version}


def _page(
    request: PageRequest, found: MappingDetail, form: MappingForm, *, late: bool = False, status: int = 200
) -> HttpResponse:
    sample = form.cleaned_data.get("sample", "") if form.is_bound else found.sample
    paths = form.paths() if form.is_bound else found.paths
    notices = None
    if sample and not form.errors:
        try:
            notices = try_mapping(sample, paths)
        except Invalid as refusal:
            if not form.is_bound:
                form = MappingForm(_initial(found))
                form.is_valid()
            refuse_into(form, refusal)
            status = 422 if request.method == "POST" else status
    context = {"area": "sources", "mapping": found, "form": form, "notices": notices, "late": late}
    return render(request, "events/mapping.html", context, status=status)
