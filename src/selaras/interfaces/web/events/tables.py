"""Tables in which rules look up labels: as CSV, typed or uploaded, out again, and who changed what."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from selaras.domains.events.actions.tables import save_table
from selaras.domains.events.contracts.tables import TableDetail
from selaras.domains.events.queries.tables import get_table, list_tables
from selaras.interfaces.web.shell.fields import asked
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid, Stale

_TYPED = 200_000  # characters that are shown to be edited; a longer table goes out and in as a file


class TableForm(forms.Form):
    """A table; its name only for a new one."""

    name = forms.SlugField(label=_("Name"), max_length=80, help_text=_("Rules name it so; it stays."))
    keys = forms.CharField(
        label=_("Key columns"),
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        help_text=_("By which a row is found, for example host, or site, host."),
    )
    rows = forms.CharField(
        label=_("Rows"),
        required=False,
        max_length=1_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "mono"}),
        help_text=_("CSV. The first line names the columns, which are labels; up to 100,000 rows."),
    )
    asked(rows)
    upload = forms.FileField(label=_("Or a file"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, own: TableDetail | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own is not None:
            del self.fields["name"]

    def given(self) -> dict[str, Any]:
        """What the action takes; a file before the text."""
        told = self.cleaned_data
        upload = told.get("upload")
        rows = upload.read(40_000_000).decode(errors="replace") if upload else told["rows"]
        keys = [name.strip() for name in told["keys"].split(",") if name.strip()]
        return {"name": told.get("name", ""), "keys": keys, "rows": rows, "seen": told["seen"]}


@page(permission="events.rules")
def tables(request: PageRequest) -> HttpResponse:
    """All of them, and which rules use each."""
    return render(request, "events/tables.html", {"area": "rules", "tables": list_tables(request.actor)})


@page(permission="events.rules", methods=("GET", "POST"))
def new_table(request: PageRequest) -> HttpResponseBase:
    """A new one."""
    return _answer(request, None)


@page(permission="events.rules", methods=("GET", "POST"))
def table(request: PageRequest, table_id: int) -> HttpResponseBase:
    """One that there is."""
    return _answer(request, get_table(request.actor, table_id))


@page(permission="events.rules")
def export(request: PageRequest, table_id: int) -> HttpResponse:
    """One as a file to keep."""
    own = get_table(request.actor, table_id)
    headers = {"Content-Disposition": f'attachment; filename="{own.table.name}.csv"'}
    return HttpResponse(own.content, content_type="text/csv; charset=utf-8", headers=headers)


def _answer(request: PageRequest, own: TableDetail | None) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, TableForm(own=own, initial=_known(own)), own)
    form = TableForm(request.POST, request.FILES, own=own)
    if not form.is_valid():
        return _page(request, form, own, status=422)
    given = form.given()
    try:
        made = save_table(by=request.actor, table_id=own.table.id if own else None, **given)
    except Invalid as refusal:
        for field, sentence in refusal.fields.items():  # `rows.2` is another fault of the rows
            form.add_error(field.partition(".")[0], spoken(sentence))
        return _page(request, form, own, status=422)
    except Stale:
        again = {**request.POST.dict(), "rows": given["rows"], "seen": own.table.version if own else ""}
        return _page(request, TableForm(again, own=own), own, stale=True, status=409)
    messages.success(request, gettext("Saved. It holds for what comes from now on."))
    return HttpResponseRedirect(reverse("web:events:table", args=[made]))


def _known(own: TableDetail | None) -> dict[str, Any]:
    if own is None:
        return {}
    typed = own.content if len(own.content) <= _TYPED else ""
    return {"keys": ", ".join(own.table.keys), "rows": typed, "seen": own.table.version}


def _page(
    request: PageRequest, form: TableForm, own: TableDetail | None, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "area": "rules",
        "form": form,
        "own": own,
        "stale": stale,
        "long": own is not None and len(own.content) > _TYPED,
        "changes": list(reversed(own.changes)) if own else [],
    }
    return render(request, "events/table.html", context, status=status)
