"""Alerts: what fires now, and the life of one."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from selaras.domains.agreements.queries.chain import chain_from
from selaras.domains.events.contracts import CLASS_WORDS, AlertClass, AlertFilter
from selaras.domains.events.queries.alerts import get_alert, list_alerts
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
    wanted = AlertFilter(state=None if state == "all" else state, alert_class=alert_class)
    found = list_alerts(request.actor, wanted, after=request.GET.get("after") or None, limit=ROWS)
    context = {
        "area": "alerts",
        "page": found,
        "state_now": state,
        "states": _STATES,
        "class_now": alert_class,
        "classes": CLASS_WORDS,
        "params": urlencode({"state": state, **({"class": asked_class} if alert_class else {})}) + "&",
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
        "chain": chain_from(request.actor, [row.assessed.item_id]) if row.assessed and row.assessed.item_id else [],
    }
    return render(request, "events/alert.html", context)
