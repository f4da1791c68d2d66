"""Alerts: what fires now, and the life of one."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from selaras.domains.agreements.queries.chain import chain_from
from selaras.domains.events.contracts import CLASS_WORDS, AlertClass, AlertDetail, AlertFilter, ChangeRow, TraceRow
from selaras.domains.events.queries.alerts import get_alert, list_alerts
from selaras.domains.events.queries.sources import list_sources
from selaras.interfaces.web.shell.page import PageRequest, page

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
    silenced = {"1": True, "0": False}.get(request.GET.get("silenced", ""))
    wanted = AlertFilter(
        state=None if state == "all" else state, alert_class=alert_class, source_id=source_id, silenced=silenced
    )
    found = list_alerts(request.actor, wanted, after=request.GET.get("after") or None, limit=ROWS)
    narrowed = {"class": asked_class} if alert_class else {}
    narrowed |= {"source": source} if source_id else {}
    narrowed |= {} if silenced is None else {"silenced": str(int(silenced))}
    context = {
        "area": "alerts",
        "page": found,
        "state_now": state,
        "class_now": alert_class,
        "silenced_now": silenced,
        "classes": CLASS_WORDS,
        "source_now": source_id,
        "source_name": sources.get(source_id or 0),
        "params": urlencode({"state": state, **narrowed}) + "&",
    }
    return render(request, "events/alerts.html", context)


@page(permission="events.view")
def alert(request: PageRequest, alert_id: int) -> HttpResponse:
    """One alert: its class and why, its history, what it hits."""
    detail = get_alert(request.actor, alert_id)
    row = detail.alert
    context = {
        "area": "alerts",
        "detail": detail,
        "alert": row,
        "classes": CLASS_WORDS,
        "history": _history(detail),
        "chain": chain_from(request.actor, [row.assessed.item_id]) if row.assessed and row.assessed.item_id else [],
    }
    return render(request, "events/alert.html", context)


def _history(detail: AlertDetail) -> list[ChangeRow | TraceRow]:
    """Its changes and what was decided, newest first."""
    return sorted((*detail.changes, *detail.trace), key=lambda row: row.at, reverse=True)
