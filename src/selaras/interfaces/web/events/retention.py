"""How long events are kept: what holds, what is kept by class and day, and what other times would let go."""

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from selaras.domains.events.actions.retention import set_retention
from selaras.domains.events.contracts import CLASS_WORDS, AlertClass
from selaras.domains.events.contracts.retention import LONGEST, Kept, Stock
from selaras.domains.events.queries.retention import get_retention, get_stock, list_days, list_retentions, would_go
from selaras.interfaces.web.shell.editing import VersionedForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.interfaces.web.shell.words import spoken
from selaras.kernel.errors import Invalid, Stale

_WORST_FIRST = tuple(reversed(AlertClass))


class RetentionForm(VersionedForm):
    """Days by class."""

    def __init__(self, data: Mapping[str, str] | None = None, *, days: Mapping[AlertClass, int], seen: int) -> None:
        super().__init__(data, initial={"seen": seen, **{one.value: n for one, n in days.items()}})
        for one in _WORST_FIRST:
            self.fields[one.value] = forms.IntegerField(
                label=_("%(class)s, days") % {"class": spoken(CLASS_WORDS[one])}, min_value=1, max_value=LONGEST
            )

    def days(self) -> dict[AlertClass, int]:
        """As they were typed."""
        return {one: self.cleaned_data[one.value] for one in AlertClass}


@page(permission="system.operate", methods=("GET", "POST"))
def retention(request: PageRequest) -> HttpResponseBase:
    """What is kept; a post shows what other times would let go, or lets them hold."""
    now = get_retention()
    if request.method != "POST":
        return _page(request, RetentionForm(days=now.days, seen=now.number))
    form = RetentionForm(request.POST, days=now.days, seen=now.number)
    if not form.is_valid():
        return _page(request, form, status=422)
    if request.POST.get("do") == "show":
        return _page(request, form, going=would_go(request.actor, form.days()))
    try:
        set_retention(form.days(), by=request.actor, seen=form.cleaned_data["seen"])
    except Stale:
        again = request.POST.copy()
        again["seen"] = str(now.number)
        return _page(request, RetentionForm(again, days=now.days, seen=now.number), stale=True, status=409)
    except Invalid as refusal:
        refuse_into(form, refusal)
        return _page(request, form, status=422)
    messages.success(request, _("Saved. What has had its time goes within minutes."))
    return HttpResponseRedirect(reverse("web:events:retention"))


def _page(
    request: PageRequest,
    form: RetentionForm,
    *,
    going: Mapping[AlertClass, Kept] | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    stock, now = get_stock(request.actor), get_retention()
    days, rest = list_days(request.actor, before=_day(request.GET.get("after", "")))
    context = {
        "area": "retention",
        "form": form,
        "now": now,
        "stock": stock,
        "classes": [(one, CLASS_WORDS[one], now.days[one], *_kept(stock, one)) for one in _WORST_FIRST],
        "rest": (now.shortest, *_kept(stock, None)),
        "days": [
            (row, [row.by_class.get(one) for one in (*_WORST_FIRST, None)] if row.by_class is not None else None)
            for row in days
        ],
        "page": SimpleNamespace(previous=None, next=rest.isoformat() if rest else None),
        "versions": list_retentions(request.actor),
        "words": CLASS_WORDS,
        "going": None if going is None else [(CLASS_WORDS[one], going[one]) for one in _WORST_FIRST if one in going],
        "stale": stale,
    }
    return render(request, "events/retention.html", context, status=status)


def _kept(stock: Stock, one: AlertClass | None) -> tuple[Kept, date | None]:
    return stock.by_class.get(one, Kept()), stock.oldest.get(one)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
