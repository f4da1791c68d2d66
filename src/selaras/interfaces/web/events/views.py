"""Alerts: what fires now, and the life of one."""

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from selaras.domains.agreements.queries.chain import chain_from
from selaras.domains.events.actions.handle_alert import acknowledge, add_alert_note, shelve, unshelve
from selaras.domains.events.contracts import (
    CLASS_WORDS,
    AlertClass,
    AlertDetail,
    AlertFilter,
    AlertRow,
    ChangeRow,
    LikelyCause,
    TraceRow,
)
from selaras.domains.events.queries.alerts import get_alert, list_alerts
from selaras.domains.events.queries.correlation import list_likely_causes
from selaras.domains.events.queries.sources import list_sources
from selaras.domains.people.queries import may
from selaras.interfaces.web.events.forms import HandleForm
from selaras.interfaces.web.shell.forms import refuse_into
from selaras.interfaces.web.shell.page import PageRequest, page
from selaras.kernel import clock
from selaras.kernel.errors import Invalid

ROWS = 50
_STATES = ("firing", "resolved", "all")


@page(permission="events.view")
def alerts(request: PageRequest) -> HttpResponse:
    """The list: firing ones unless the address says otherwise, narrowed by class."""
    state = request.GET.get("state", "firing")
    state = state if state in _STATES else "firing"
    asked_class = request.GET.get("class", "")
    alert_class = AlertClass(asked_class) if asked_class in list(AlertClass) else None
    sources = {row.id: row.name for row in list_sources(request.actor)}
    source = request.GET.get("source", "")
    source_id = int(source) if source.isdigit() and int(source) in sources else None
    yes_no = {"1": True, "0": False}
    silenced = yes_no.get(request.GET.get("silenced", ""))
    acknowledged, shelved = (yes_no.get(request.GET.get(name, "")) for name in ("acknowledged", "shelved"))
    wanted = AlertFilter(
        state=None if state == "all" else state,
        alert_class=alert_class,
        source_id=source_id,
        silenced=silenced,
        acknowledged=acknowledged,
        shelved=shelved,
    )
    found = list_alerts(request.actor, wanted, after=request.GET.get("after") or None, limit=ROWS)
    narrowed = {"class": asked_class} if alert_class else {}
    narrowed |= {"source": source} if source_id else {}
    said = {"silenced": silenced, "acknowledged": acknowledged, "shelved": shelved}
    narrowed |= {name: str(int(value)) for name, value in said.items() if value is not None}
    context = {
        "area": "alerts",
        "page": found,
        "state_now": state,
        "class_now": alert_class,
        "silenced_now": silenced,
        "acknowledged_now": acknowledged,
        "shelved_now": shelved,
        "classes": CLASS_WORDS,
        "source_now": source_id,
        "source_name": sources.get(source_id or 0),
        "params": urlencode({"state": state, **narrowed}) + "&",
    }
    return render(request, "events/alerts.html", context)


@page(permission="events.view")
def alert(request: PageRequest, alert_id: int) -> HttpResponse:
    """One alert: its class and why, its history, what it hits."""
    return _page(request, alert_id, HandleForm())


@page(permission="events.respond", methods=("POST",))
def handle(request: PageRequest, alert_id: int) -> HttpResponse:
    """Acknowledge it, note something, shelve it or take it back; which one says the button."""
    form = HandleForm(request.POST)
    if form.is_valid():
        note, until = form.cleaned_data["note"], form.cleaned_data["until"]
        try:
            match request.POST.get("do"):
                case "acknowledge":
                    acknowledge(alert_id, by=request.actor, note=note)
                case "shelve":
                    shelve(alert_id, by=request.actor, until=until or clock.now(), note=note)
                case "unshelve":
                    unshelve(alert_id, by=request.actor)
                case _:
                    add_alert_note(alert_id, by=request.actor, note=note)
        except Invalid as refusal:
            refuse_into(form, refusal)
        else:
            return HttpResponseRedirect(reverse("web:events:alert", args=[alert_id]))
    return _page(request, alert_id, form, status=422)


def _page(request: PageRequest, alert_id: int, form: HandleForm, status: int = 200) -> HttpResponse:
    detail = get_alert(request.actor, alert_id)
    row = detail.alert
    context = {
        "area": "alerts",
        "detail": detail,
        "alert": row,
        "classes": CLASS_WORDS,
        "history": _history(detail),
        "form": form,
        "causes": _causes(request, row),
        "chain": chain_from(request.actor, [row.assessed.item_id]) if row.assessed and row.assessed.item_id else [],
    }
    return render(request, "events/alert.html", context, status=status)


def _causes(request: PageRequest, row: AlertRow) -> list[LikelyCause]:
    """The likely causes of its incident, if it has one."""
    if row.assessed is None or row.assessed.record_id is None or not may(request.actor, "items.view"):
        return []
    return list_likely_causes(request.actor, row.assessed.record_id)


def _history(detail: AlertDetail) -> list[ChangeRow | TraceRow]:
    """Its changes and what was decided, newest first."""
    return sorted((*detail.changes, *detail.trace), key=lambda row: row.at, reverse=True)
